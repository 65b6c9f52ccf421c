/** Runs to a Frontier: the points of one task, which of them are on the frontier of their shape, and what it cost. */
import type { CountedParams, Dimensions } from '../arch/arch.js';
import type { EvaluationSet, Run } from '../run/run.js';
import { type Effort, effortOf } from './effort.js';
import type { Point } from './point.js';
import { mostEpochs, summarise } from './summarise.js';

export interface Frontier {
  /** A row of the task table, such as `mnist/denoising`. */
  readonly task: string;
  readonly dimensions: Dimensions;
  readonly count: CountedParams;
  /** The training length that all points share. */
  readonly epochs: number;
  /**
   * The one set that imported runs were measured on: what stands as validation and as test is then the same number of
   * this set. Null where both were measured.
   */
  readonly onlySet: EvaluationSet | null;
  /** Ordered by shape and parameters. */
  readonly points: readonly Point[];
  /** One row per shape. */
  readonly effort: readonly Effort[];
}

export interface TraceOptions {
  readonly task: string;
  readonly dimensions: Dimensions;
  readonly count: CountedParams;
  /** Images of the training split, before flips; null where it is not known. */
  readonly trainingImages: number | null;
}

/** The frontier of one task's runs. Throws a UserError where the runs cannot be compared (see `summarise`). */
export function traceFrontier(runs: readonly Run[], options: TraceOptions): Frontier {
  const { task, dimensions, count } = options;
  const points = summarise(runs, options);
  // The same for all runs: others are not compared.
  const onlySet = runs[0]?.imported?.onlySet ?? null;
  return { task, dimensions, count, epochs: mostEpochs(runs), onlySet, points, effort: effortOf(runs, options) };
}
