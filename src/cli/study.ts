/** From option values to a study: what is searched, in which order, under which budget. */
import { recipeOf } from './recipe.js';
import type { OptionValues } from '../config/fields.js';
import type { OptionKey } from '../config/options.js';
import { findTask, type Task } from '../data/tasks.js';
import { UserError } from '../base/errors.js';
import type { RunSpec } from '../run/run.js';
import { parseBudget, type Budget } from '../search/budget.js';
import type { Candidate, StrategyRequest } from '../search/candidate.js';
import { planRuns, type TrainingPlan } from '../search/plan.js';
import { defaultSpace, searchedShapes } from '../search/space.js';
import { strategies } from '../search/strategies.js';

export interface Study {
  readonly task: Task;
  readonly budget: Budget;
  readonly request: StrategyRequest;
  readonly training: TrainingPlan;
  /** Enumerates anew at each call. */
  candidates(): Iterable<Candidate>;
  /** Enumerates anew at each call, in plan order. */
  specs(): Iterable<RunSpec>;
}

type Values = OptionValues<OptionKey>;

/** Throws a UserError where the values do not make a study. */
export function studyOf(values: Values): Study {
  const task = findTask(values.task!);
  const strategy = strategies[values.strategy!];
  const request = requestOf(values, task);
  const { learningRate, ...recipe } = recipeOf(values, task);
  const training: TrainingPlan = {
    task: task.name,
    engine: values.engine!,
    recipe,
    learningRates: values.learningRates ?? [learningRate],
    replicates: values.replicates!,
  };
  const candidates = () => strategy(request);
  return { task, budget: request.budget, request, training, candidates, specs: () => planRuns(candidates(), training) };
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

/** The name of the study's folder in results/. */
export function studyName({ task, budget, name }: Values): string {
  return name ?? `${task!}-${budget!}`.replace(/[^\w.-]+/g, '-');
}
