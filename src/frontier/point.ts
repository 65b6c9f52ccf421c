/** The point of one architecture in the plane of size and quality: its replicates in a few numbers. */
import type { Arch } from '../arch/arch.js';
import type { Series } from '../arch/series.js';
import { type SizeName, type Sizes, sizeTable } from '../arch/sizes.js';
import { decidingMetricOf, type Measurement, type MetricKey } from '../run/metrics.js';
import type { Verdict } from './uncertainty.js';

/**
 * Holds for each metric its mean over replicates, and under its name with `Std` their sample standard deviation (n - 1):
 * null with one replicate. A mean is null where a replicate's number is not known.
 */
export type Quality = Measurement & Readonly<Partial<Record<`${MetricKey}Std`, number | null>>>;

/** Gives the standard deviation of the score over replicates; null with one replicate. */
export function scoreStdOf(quality: Quality): number | null {
  return quality[`${decidingMetricOf(quality)}Std`] ?? null;
}

interface TriedPoint extends Series, Sizes {
  readonly arch: Arch;
  /** Replicates whose loss was not finite, over all learning rates of this architecture. */
  readonly diverged: number;
  /** Replicates that the machine lost, over all learning rates of this architecture. */
  readonly failed: number;
  readonly epochs: number;
  /** Share of the resamples in which it is on the frontier of its series; null where nothing tells the noise. */
  readonly frontierProbability: number | null;
  readonly verdict: Verdict;
}

/** Is an architecture with at least one finished run. */
export interface MeasuredPoint extends TriedPoint {
  /** The learning rate chosen on validation; every number below was measured at this one. */
  readonly learningRate: number;
  /** Finished replicates at the chosen learning rate. */
  readonly replicates: number;
  readonly validation: Quality;
  readonly test: Quality;
  readonly onFrontier: boolean;
}

/** Is an architecture that was tried, but no run of which finished. */
export interface UnmeasuredPoint extends TriedPoint {
  readonly learningRate: null;
  readonly replicates: 0;
  readonly validation: null;
  readonly test: null;
  readonly onFrontier: false;
}

/** Is an architecture that was tried. */
export type Point = MeasuredPoint | UnmeasuredPoint;

/** Narrows a point to one with measurements. */
export function isMeasured(point: Point): point is MeasuredPoint {
  return point.learningRate !== null;
}

/** Narrows a point to one on the frontier of its series, on the axis that the points were made by. */
export function isOnFrontier(point: Point): point is MeasuredPoint {
  return point.onFrontier;
}

/** Gives the size of a point on an axis. */
export function sizeOfPoint(point: Point, axis: SizeName): number {
  return point[sizeTable[axis].key];
}
