/** From option values to a study: what is searched, in which order, under which budget. */
import { requireInputProjection } from '../arch/families.js';
import { UserError } from '../base/errors.js';
import { formatExactCount } from '../base/numbers.js';
import { familiesOf, familyNames, type NamedInArch } from '../config/families.js';
import type { Values } from '../config/fields.js';
import { storedConfigOf, type StoredConfig } from '../config/stored.js';
import { findTask, type Task } from '../data/tasks.js';
import { parseBudget, parseSizeLimits, type Budget } from '../search/budget.js';
import type { StrategyRequest } from '../search/candidate.js';
import type { TrainingPlan } from '../search/plan.js';
import { rangeOfReplicates } from '../search/replicates.js';
import { parseShard, shardText, type Shard } from '../search/shard.js';
import { searchedShapes, spaceOf, type RandomSpace } from '../search/space.js';
import { withAutoReplicates } from './plan/auto-replicates.js';
import { sharedPlan } from './plan/fixed.js';
import { strategySettings, type Plan } from './plan/plan.js';
import { strategyTable, type StrategyRow } from './plan/strategies.js';
import { recipeOf } from './recipe.js';

/** Describes a search as a whole: what it looks for, how it trains, and the plan that follows. */
export interface Study {
  readonly task: Task;
  readonly budget: Budget;
  readonly request: StrategyRequest;
  readonly training: TrainingPlan;
  /** The share of the plan that this is; null for all of it. */
  readonly shard: Shard | null;
  readonly plan: Plan;
}

/**
 * Makes the study that the values describe; their strategy is not `auto` any more. Throws a UserError where they make
 * none.
 * @param mostRuns a plan of more is refused: it is counted before its first run is trained
 */
export function studyOf(values: Values, mostRuns = 10_000_000): Study {
  const range = rangeOfReplicates(values.replicates!);
  const task = findTask(values.task!);
  const strategyName = values.strategy!;
  if (strategyName === 'auto') throw new RangeError('studyOf: expected the strategy that auto is');
  const strategy = strategyTable[strategyName];
  strategy.check?.(values);
  const request = requestOf(values, task);
  for (const { setting } of request.families) requireInputProjection(setting);
  const { learningRate, ...recipe } = recipeOf(values, task);
  const training: TrainingPlan = {
    task: task.name,
    engine: values.engine!,
    recipe,
    learningRates: values.learningRates ?? [learningRate],
    replicates: range.least,
  };
  refuseEndless(strategy, request, { ...training, replicates: range.most, mostRuns });
  const shard = (values.shard ?? null) === null ? null : parseShard(values.shard!);
  const ofStrategy = strategy.plan({
    ...{ task, seed: request.seed, training, values },
    candidates: () => strategy.draw(request),
    mostConfigurations: request.pairs * request.shapes.length * request.families.length,
  });
  const { dimensions, size } = request.setting;
  const whole =
    range.most === range.least
      ? ofStrategy
      : withAutoReplicates(ofStrategy, range, {
          task: task.name,
          metrics: task.metrics,
          dimensions,
          axis: size,
          lookEvery: values.lookEvery!,
        });
  const plan = shard === null ? whole : sharedPlan(whole, training, { shard, dimensions });
  return { task, budget: request.budget, request, training, shard, plan };
}

function refuseEndless(
  { countAtMost, counted }: StrategyRow,
  request: StrategyRequest,
  { learningRates, replicates, mostRuns }: TrainingPlan & { readonly mostRuns: number },
): void {
  const runs = countAtMost(request) * learningRates.length * replicates;
  if (runs <= mostRuns) return;
  throw new UserError(
    `the plan: expected at most ${formatExactCount(mostRuns)} runs, got ${formatExactCount(runs)}; ask for fewer ` +
      `${counted}, learning rates or replicates`,
  );
}

function requestOf(values: Values, task: Task): StrategyRequest {
  const setting = {
    dimensions: task.dimensions,
    inputProjection: values.inputProjection!,
    outputProjection: values.outputProjection!,
    size: values.size ?? 'trainable',
    limits: (values.limit ?? null) === null ? [] : parseSizeLimits(values.limit!),
  };
  const families = familiesOf(values);
  const naming = families.length > 1 ? { namesFamily: true } : {};
  return {
    setting,
    families: families.map((named) => ({
      setting: { ...named, ...setting, ...naming },
      space: spaceIn(named.family, values),
    })),
    budget: parseBudget(values.budget!, values.size ?? undefined),
    shapes: searchedShapes.filter((shape) => values.shapes!.includes(shape)),
    seed: values.seed!,
    pairs: values.candidates!,
    grid: withoutAbsent(values.grid ?? {}),
  };
}

/** The default space of a family, but for what the values say. */
function spaceIn(family: string | undefined, { space }: Values): RandomSpace {
  const { hourglass, conventional } = spaceOf(family);
  return {
    hourglass: { ...hourglass, ...withoutAbsent(space?.hourglass) },
    conventional: { ...conventional, ...withoutAbsent(space?.conventional) },
  };
}

type WithoutAbsent<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

function withoutAbsent<T extends object>(record: T | undefined): WithoutAbsent<T> {
  return Object.fromEntries(
    Object.entries(record ?? {}).filter(([, value]) => value !== undefined),
  ) as WithoutAbsent<T>;
}

/** Gives what is stored with the results. Defaults that follow from the task are stored as what they were. */
export function configOf({ training, request, plan }: Study, values: Values): StoredConfig {
  const unused = strategySettings.filter((key) => !plan.settings.includes(key));
  const [first, ...others] = request.families.map(({ setting }) => setting);
  return storedConfigOf({
    ...values,
    // So that a resumed search may add to them.
    ...training.recipe,
    learningRates: training.learningRates,
    ...Object.fromEntries(unused.map((key) => [key, null])),
    size: request.setting.size,
    family: others.length > 0 ? null : (first?.family ?? null),
    families: others.length > 0 ? familyNames(familiesOf(values)) : null,
    name: studyName(values),
  });
}

/** Writes what a study is, such as `mnist/denoising, budget 1M, shard 2/8`. */
export function titleOf({ task, budget, shard, request: { families } }: Study): string {
  const parts = [
    task.name,
    ...titledFamilies(families.map(({ setting }) => setting)),
    `budget ${budget.text}`,
    ...(shard === null ? [] : [`shard ${shardText(shard)}`]),
  ];
  return parts.join(', ');
}

/** Of a table, whose whole name is longer than a folder's should be, the file and the target. */
function taskFolderName(task: string): string {
  const [, file, target] = /^table:([^/?]+)\/[^?]*\?target=([^&]*)/.exec(task) ?? [];
  return file === undefined || target === undefined ? task : `${file.replace(/\.(csv|npz|npy)$/i, '')}-${target}`;
}

/** Of one family its name, where it is not the default one; of several all names. */
function titledFamilies(families: readonly NamedInArch[]): readonly string[] {
  const [first, ...others] = families;
  return others.length > 0 ? familyNames(families) : first?.family === undefined ? [] : [first.family];
}

/** Gives the name of the study, which without a shard is that of its folder in results/. */
export function studyName(values: Values): string {
  const { task, budget, name } = values;
  const parts = [taskFolderName(task!), ...titledFamilies(familiesOf(values)), budget!];
  return name ?? parts.join('-').replace(/[^\w.-]+/g, '-');
}

/** Gives the name of the folder of a shard in results/; without one, that of the whole study. */
export function folderName(studyName: string, shard: Shard | null): string {
  return shard === null ? studyName : `${studyName}-shard-${shard.number}-of-${shard.count}`;
}
