/** Intervals from resamples. */
import { quantile } from '../base/averages.js';

/** Is a range of numbers, ends included. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * Gives the interval between the two quantiles of the resamples that enclose the level, moved so that the resamples'
 * mean lies on the estimate. Choosing the best inside every resample adds the optimism of that choice a second time;
 * the move takes it out.
 * @param level the share that is enclosed, such as 0.9
 * @param centre what the mean of the resamples stands for: the estimate
 */
export function centredInterval(resamples: ArrayLike<number>, centre: number, level: number): Interval {
  const shift = optimismOf(resamples, centre);
  const { low, high } = plainInterval(resamples, level);
  return { low: low - shift, high: high - shift };
}

/**
 * Gives the interval between the two quantiles without the move: for a number that jumps from one network to another,
 * where a moved end would stand for no network.
 */
export function plainInterval(resamples: ArrayLike<number>, level: number): Interval {
  const sorted = Float64Array.from(resamples).sort();
  return { low: quantile(sorted, (1 - level) / 2), high: quantile(sorted, (1 + level) / 2) };
}

/** Computes the share of the resamples above zero, moved as the interval is; those at zero count half. */
export function probabilityAboveZero(resamples: ArrayLike<number>, centre: number): number {
  const shift = optimismOf(resamples, centre);
  let above = 0;
  for (let index = 0; index < resamples.length; index += 1) {
    const value = resamples[index]! - shift;
    if (value > 0) above += 1;
    else if (value === 0) above += 0.5;
  }
  return above / resamples.length;
}

function optimismOf(resamples: ArrayLike<number>, centre: number): number {
  let sum = 0;
  for (let index = 0; index < resamples.length; index += 1) sum += resamples[index]!;
  const shift = sum / resamples.length - centre;
  return Number.isFinite(shift) ? shift : 0;
}
