/** From option values to a study: what is searched, in which order, under which budget. */
import { recipeOf } from './recipe.js';
import type { OptionValues } from '../config/fields.js';
import type { OptionKey } from '../config/options.js';
import { storedConfigOf, type StoredConfig } from '../config/stored.js';
import { findTask, type Task } from '../data/tasks.js';
import { UserError } from '../base/errors.js';
import { formatExactCount } from '../base/numbers.js';
import type { Run, RunSpec } from '../run/run.js';
import { parseBudget, type Budget } from '../search/budget.js';
import type { Candidate, GridLists, StrategyRequest } from '../search/candidate.js';
import { planRuns, type TrainingPlan } from '../search/plan.js';
import { rangeOfReplicates, type ReplicateRange } from '../search/replicates.js';
import { countRounds, poolSpecs, type AdaptivePlan } from '../search/rounds.js';
import type { Planned } from '../search/search.js';
import { parseShard, shardText, shareOf, type Shard } from '../search/shard.js';
import { defaultSpace, searchedShapes } from '../search/space.js';
import { adaptiveStudy, unstable } from './adaptive-study.js';
import { withAutoReplicates } from './auto-replicates.js';
import { halvingPlan, type HalvingPlan } from './halving-study.js';
import { isAdaptive, strategies } from '../search/strategies.js';
import { likelyShare } from '../search/halving/rungs.js';
import type { StrategyName } from '../search/strategy-names.js';

export interface Study {
  readonly task: Task;
  readonly budget: Budget;
  readonly request: StrategyRequest;
  readonly training: TrainingPlan;
  /** The share of the plan that this is; null for all of it. */
  readonly shard: Shard | null;
  /** What chooses by results; null where the plan is known beforehand. */
  readonly adaptive: AdaptivePlan | null;
  /** What trains in parts and stops early; null where each is trained to its end. */
  readonly halving: HalvingPlan | null;
  /** Where the results choose who gets more replicates, and `training` has the fewest; else null. */
  readonly auto: ReplicateRange | null;
  /** Enumerates anew at each call; of a plan that is made as results come in, those of the first round. */
  candidates(): Iterable<Candidate>;
  /**
   * Enumerates anew at each call, in plan order; of a plan that is made as results come in, as far as these runs decide
   * it: without any, the first round.
   */
  specs(runs?: ReadonlyMap<string, Run>): Iterable<RunSpec>;
  /** The same, divided at the looks at results: each part is to be trained, and in `runs`, before the next is asked for. */
  rounds(runs: ReadonlyMap<string, Run>): Iterable<Iterable<Planned>>;
}

type Values = OptionValues<OptionKey>;

/**
 * Throws a UserError where the values do not make a study.
 * @param mostRuns a plan of more is refused: it is counted before its first run is trained
 */
export function studyOf(values: Values, mostRuns = 10_000_000): Study {
  const range = rangeOfReplicates(values.replicates!);
  const study = studyOfFewest(values, range, mostRuns);
  return range.most === range.least ? study : withAutoReplicates(study, range, values.lookEvery!);
}

/** With the fewest replicates everywhere. */
function studyOfFewest(values: Values, { least, most }: ReplicateRange, mostRuns: number): Study {
  const task = findTask(values.task!);
  const strategyName = values.strategy!;
  if (strategyName === 'auto') throw new RangeError('studyOf: expected the strategy that auto is');
  const request = requestOf(values, task);
  const { learningRate, ...recipe } = recipeOf(values, task);
  const training: TrainingPlan = {
    task: task.name,
    engine: values.engine!,
    recipe,
    learningRates: values.learningRates ?? [learningRate],
    replicates: least,
  };
  refuseEndless(strategyName, request, { ...training, replicates: most, mostRuns });
  const shard = (values.shard ?? null) === null ? null : parseShard(values.shard!);
  const common = { task, budget: request.budget, request, training, shard, adaptive: null, halving: null, auto: null };
  if (isAdaptive(strategyName)) return { ...common, ...adaptiveStudy(strategyName, common, values) };
  if (values.untilStable !== null) throw unstable(strategyName);
  const strategy = strategies[strategyName === 'halving' ? 'random' : strategyName];
  const candidates = () => (shard === null ? strategy(request) : shareOf(strategy(request), task.dimensions, shard));
  const specs = () => planRuns(candidates(), training);
  const all = { ...common, candidates, specs, rounds: () => [specs()] };
  if (strategyName !== 'halving') return all;
  const halving = halvingPlan(candidates(), common, values);
  return { ...all, halving, rounds: (runs) => [halving.parts(runs)] };
}

function refuseEndless(
  strategy: StrategyName,
  { pairs, shapes, grid }: StrategyRequest,
  { learningRates, replicates, mostRuns }: TrainingPlan & { readonly mostRuns: number },
): void {
  const pointsOf = ({ skipWidths, bottleneckWidths, depths }: GridLists) =>
    skipWidths.length * bottleneckWidths.length * depths.length;
  const points = Object.values(grid).reduce((sum, lists) => sum + pointsOf(lists), 0);
  const runs = (strategy === 'grid' ? points : pairs * shapes.length) * learningRates.length * replicates;
  if (runs <= mostRuns) return;
  throw new UserError(
    `the plan: expected at most ${formatExactCount(mostRuns)} runs, got ${formatExactCount(runs)}; ask for fewer ` +
      `${strategy === 'grid' ? 'points of the grid' : 'candidates'}, learning rates or replicates`,
  );
}

function requestOf(values: Values, task: Task): StrategyRequest {
  if (values.strategy === 'grid' && !values.grid) {
    throw new UserError(
      "grid: expected lists of widths and depths, got none; give a configuration file with 'grid' (--config)",
    );
  }
  const space = values.space ?? {};
  return {
    setting: {
      dimensions: task.dimensions,
      inputProjection: values.inputProjection!,
      outputProjection: values.outputProjection!,
      count: values.count ?? 'trainable',
    },
    budget: parseBudget(values.budget!),
    shapes: searchedShapes.filter((shape) => values.shapes!.includes(shape)),
    seed: values.seed!,
    pairs: values.candidates!,
    space: {
      hourglass: { ...defaultSpace.hourglass, ...withoutAbsent(space.hourglass) },
      conventional: { ...defaultSpace.conventional, ...withoutAbsent(space.conventional) },
    },
    grid: withoutAbsent(values.grid ?? {}),
  };
}

type WithoutAbsent<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

function withoutAbsent<T extends object>(record: T | undefined): WithoutAbsent<T> {
  return Object.fromEntries(
    Object.entries(record ?? {}).filter(([, value]) => value !== undefined),
  ) as WithoutAbsent<T>;
}

/** What is stored with the results. Defaults that follow from the task are stored as what they were. */
export function configOf({ training, request, adaptive, halving, auto }: Study, values: Values): StoredConfig {
  return storedConfigOf({
    ...values,
    // So that a resumed search may add to them.
    ...training.recipe,
    learningRates: training.learningRates,
    // They mean nothing elsewhere, and folders of older versions have none.
    ...(adaptive === null && halving === null && { effort: null, ...(auto === null && { lookEvery: null }) }),
    ...(halving === null && { reductionFactor: null, audit: null, tolerance: null }),
    count: request.setting.count,
    name: studyName(values),
  });
}

/** `mnist/denoising, budget 1M, shard 2/8`. */
export function titleOf({ task, budget, shard }: Study): string {
  const parts = [task.name, `budget ${budget.text}`, ...(shard === null ? [] : [`shard ${shardText(shard)}`])];
  return parts.join(', ');
}

/**
 * Specs to estimate a plan by, and how much of each is likely trained: what is chosen by results is likely as large as the
 * rest of the pool, and every candidate may get the most replicates.
 */
export function likelySpecs(study: Study): {
  readonly specs: () => Iterable<RunSpec>;
  readonly times: number;
} {
  const { adaptive, halving, specs } = study;
  const times = mostTimes(study);
  if (halving !== null)
    return { specs, times: times * likelyShare(halving.rules.rungs, study.training.learningRates.length) };
  if (adaptive === null) return { specs, times };
  const inPool = adaptive.pool.length * adaptive.training.replicates;
  return { specs: () => poolSpecs(adaptive), times: (times * countRounds(adaptive)) / inPool };
}

/** The most that there may be. */
export function countRuns(study: Study): number {
  return countFewestRuns(study) * mostTimes(study);
}

/** Without the replicates that results choose. */
export function countFewestRuns(study: Study): number {
  if (study.adaptive !== null) return countRounds(study.adaptive);
  let runs = 0;
  for (const specs = study.specs()[Symbol.iterator](); !specs.next().done;) runs += 1;
  return runs;
}

/** How many times as many runs there are where every candidate gets the most replicates. */
function mostTimes({ auto }: Study): number {
  return auto === null ? 1 : auto.most / auto.least;
}

/** The name of the study, and without a shard that of its folder in results/. */
export function studyName({ task, budget, name }: Values): string {
  return name ?? `${task!}-${budget!}`.replace(/[^\w.-]+/g, '-');
}

/** The name of the folder of a shard in results/; of the whole study without one. */
export function folderName(studyName: string, shard: Shard | null): string {
  return shard === null ? studyName : `${studyName}-shard-${shard.number}-of-${shard.count}`;
}
