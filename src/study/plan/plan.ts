/**
 * A plan: which trainings a study asks for, in which order, by which results. Every strategy makes one, and nobody asks which
 * strategy it was: what one can and another cannot is a property here.
 */
import type { OptionValues } from '../../config/fields.js';
import type { OptionKey } from '../../config/options.js';
import type { Task } from '../../data/tasks.js';
import type { Frontier } from '../../frontier/trace.js';
import type { Run, RunResult } from '../../run/run.js';
import type { RunSpec } from '../../run/spec.js';
import type { Candidate } from '../../search/candidate.js';
import type { TrainingPlan } from '../../search/plan.js';
import type { Planned } from '../../search/search.js';

/** Holds runs by the key of their spec. */
export type RunsByKey = ReadonlyMap<string, Run>;

/** Says which trainings are wanted, in which order and by which results; every strategy makes one. */
export interface Plan {
  /** The strategy's name, as it is asked for and stored. */
  readonly name: string;
  /**
   * What makes its decisions, in words such as `strategy chooses`, where it goes by what came of its runs; null where all of
   * it is known beforehand.
   */
  readonly chooser: string | null;
  /**
   * What is said to who asks for a shard of it, which would have to know the results of the others; null where it can be
   * divided.
   */
  readonly shardRefusal: string | null;
  /** Whether it trains in parts and stops some early, so that how far each goes depends on the others. */
  readonly trainsInParts: boolean;
  /** Whether `specs` without any runs gives all that may ever be trained. */
  readonly listsAll: boolean;
  /** How many configurations it has under way between two looks at results; null where it gives all of them at once. */
  readonly looksEvery: number | null;
  /** The options that mean something to it alone; others of their kind are not stored with it. */
  readonly settings: readonly OptionKey[];
  /** How much it may come to. */
  bound(): PlanBound;
  /** Enumerates anew at each call what is planned before any result is known. */
  candidates(): Iterable<Candidate>;
  /** Enumerates anew at each call all that it may choose from. */
  pool(): Iterable<Candidate>;
  /** Enumerates anew at each call, in plan order, as far as these runs decide it; without any, what begins. */
  specs(runs?: RunsByKey): Iterable<RunSpec>;
  /** Gives the rounds one by one: each is to be trained, and to be in `runs`, before the next is asked for. */
  next(runs: RunsByKey): Iterable<Iterable<Planned>>;
  /** Describes in sentences what of it is not known beforehand, and the same as plain data. */
  describe(): PlanDescription;
  /** Reports what it has come to with these runs, by key. */
  report(known: RunsByKey): PlanReport;
  /** Says what is left to gain by these runs, which stand in plan order; null where it cannot tell. */
  outlook(runs: readonly Run[]): string | null;
}

/**
 * Names the options that only some strategies have a use for: stored with others they would mean nothing, and older
 * folders have none.
 */
export const strategySettings = [
  'effort',
  'lookEvery',
  'reductionFactor',
  'audit',
  'tolerance',
] as const satisfies OptionKey[];

/** Holds what a strategy makes its plan of. */
export interface PlanSetting {
  readonly task: Task;
  /** Enumerates anew at each call what it trains, or chooses from: what its row of the table draws, or what is recorded. */
  candidates(): Iterable<Candidate>;
  /** The most that are trained where it chooses from them: networks at a learning rate. */
  readonly mostConfigurations: number;
  readonly seed: number;
  /** With the fewest replicates of each configuration. */
  readonly training: TrainingPlan;
  readonly values: OptionValues<(typeof strategySettings)[number] | 'untilStable'>;
}

/** Tells how much a plan may come to. */
export interface PlanBound {
  /** Runs without those that results may add. */
  readonly fewest: number;
  readonly most: number;
  /** Whether it may end with fewer than the most for another reason than a limit. */
  readonly mayEndEarlier: boolean;
  /** Specs to estimate the effort by, and how much of each is likely trained. */
  readonly likely: { specs(): Iterable<RunSpec>; readonly times: number };
}

/** Describes what a plan will do: in sentences, and as fields of a JSON document. */
export interface PlanDescription {
  readonly sentences: readonly string[];
  readonly document: Readonly<Record<string, unknown>>;
}

/** Holds the runs and the frontier that there is to report of. */
export interface TracedPlan {
  readonly runs: readonly RunResult[];
  readonly frontier: Frontier;
}

/** Tells what a plan has come to. */
export interface PlanReport {
  /** Tells whether these runs, all that there are of the plan, leave nothing to train. */
  isWhole(runs: readonly RunResult[]): boolean;
  /** Sentences beside the frontier, in the terminal, on the plot and on the page. */
  readonly notes: readonly string[];
  /** Whole files of the results folder: their texts by name, made when they are asked for. */
  readonly files: Readonly<Record<string, () => string>>;
  /** Gives commands that go on with the folder, in sentences. */
  nextLines(folder: string): readonly string[];
  /** Tells what depends on the frontier that was traced. */
  tell(traced: TracedPlan): PlanNews;
}

/** Tells what a plan has to say of a frontier. */
export interface PlanNews {
  /** Said once all is done. */
  readonly messages: readonly string[];
  /** What is added to a JSON document. */
  readonly document: Readonly<Record<string, unknown>>;
}

/** Reports of a plan no more than whether it is whole. */
export function plainReport(isWhole: PlanReport['isWhole']): PlanReport {
  return { isWhole, notes: [], files: {}, nextLines: () => [], tell: () => ({ messages: [], document: {} }) };
}
