/** The pairs of a task, whatever its data are: what opens them knows how they are made. */
import type { Batch } from '../run/batch.js';
import type { EvaluationSet } from '../run/run.js';
import type { Recipe } from '../run/spec.js';
import type { SplitCounts } from './images.js';
import type { TargetScale } from './table/prepare-targets.js';

/** Makes the pairs of items of one set. */
export interface PairMaker {
  /** Fills the batch with the pairs of the items, `[batch.size]`; of n items seen under several flips, `i + f n`. */
  fill(batch: Batch, items: Uint32Array): void;
  /** Goes on as if a batch of the size had been filled. */
  skip(size: number): void;
}

/** Says what the random draws of an epoch's pairs, and their flips, depend on. */
export interface PairsOfEpoch extends Pick<Recipe, 'flips'> {
  readonly runKey: string;
  /** 0-based. */
  readonly epoch: number;
}

/** Says what the values of targets stand for. */
export interface TargetMeaning {
  /** The names of the targets; none where they are pictures or classes without a name. */
  readonly targets: readonly string[];
  /** The names of classes, in the order of the values; null where they have none. */
  readonly classes: readonly string[] | null;
  /** Of each target that was standardised; null for other kinds. */
  readonly scales: readonly TargetScale[] | null;
}

/**
 * Gives what an error of 1 in a target is, in the unit of the task's metrics: its standard deviation where there is one
 * target of regression, else 1. Several targets have no common unit but their standard deviations.
 */
export function errorUnitOf({ scales }: TargetMeaning): number {
  const [scale, ...others] = scales ?? [];
  return scale === undefined || others.length > 0 ? 1 : scale.deviation;
}

/** Holds the data of a task that was opened. */
export interface TaskPairs {
  /** How many items each set has, without flips. */
  readonly counts: SplitCounts;
  readonly meaning: TargetMeaning;
  /** Pairs of the training set. Throws a UserError for flips that the data do not have. */
  training(epoch: PairsOfEpoch): PairMaker;
  /** Pairs of an evaluation set, the same for every run and seed. */
  evaluation(set: EvaluationSet): PairMaker;
}
