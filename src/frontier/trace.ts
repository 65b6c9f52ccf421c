/** Runs to a Frontier: the points of one task, who is on the frontier of its shape and how surely, and what it cost. */
import { archName, type CountedParams, type Dimensions } from '../arch/arch.js';
import type { Run } from '../run/run.js';
import { candidatesOf } from './bootstrap.js';
import { type Effort, effortOf } from './effort.js';
import { evidenceOf, mostEpochs } from './evidence.js';
import type { Point } from './point.js';
import { summarise } from './summarise.js';
import { type BandStep, uncertaintyOf, type UncertaintyOptions, verdictOf } from './uncertainty.js';

export interface Frontier {
  /** A row of the task table, such as `mnist/denoising`. */
  readonly task: string;
  readonly dimensions: Dimensions;
  readonly count: CountedParams;
  /** The training length that all points share. */
  readonly epochs: number;
  /** Ordered by shape and parameters. */
  readonly points: readonly Point[];
  /** Around the curve of each shape; empty where nothing tells the noise. */
  readonly bands: readonly BandStep[];
  /** How the probabilities and the bands came about. */
  readonly uncertainty: UncertaintyOptions;
  /** One row per shape. */
  readonly effort: readonly Effort[];
}

export interface TraceOptions {
  readonly task: string;
  readonly dimensions: Dimensions;
  readonly count: CountedParams;
  /** Images of the training split, before flips; null where it is not known. */
  readonly trainingImages: number | null;
  readonly uncertainty?: Partial<UncertaintyOptions>;
}

/** Enough for a band of two digits, and quick. The seed is fixed, so that equal runs give equal files. */
export const defaultUncertainty: UncertaintyOptions = { resamples: 1000, seed: 1, level: 0.9, noiseStdDb: null };

/** The frontier of one task's runs. Throws a UserError where the runs cannot be compared (see `evidenceOf`). */
export function traceFrontier(runs: readonly Run[], options: TraceOptions): Frontier {
  const { task, dimensions, count } = options;
  const settings = { ...defaultUncertainty, ...options.uncertainty };
  const candidates = candidatesOf(evidenceOf(runs, dimensions), count);
  const uncertainty = uncertaintyOf(candidates, settings);
  const probabilities = new Map(
    candidates.map(({ evidence }, index) => [archName(evidence.arch), uncertainty?.frontierProbability[index] ?? null]),
  );
  const points = summarise(runs, options).map((point): Point => {
    const frontierProbability = probabilities.get(archName(point.arch)) ?? null;
    return { ...point, frontierProbability, verdict: verdictOf(frontierProbability) };
  });
  return {
    task,
    dimensions,
    count,
    epochs: mostEpochs(runs),
    points,
    bands: uncertainty?.bands ?? [],
    uncertainty: settings,
    effort: effortOf(runs, options),
  };
}
