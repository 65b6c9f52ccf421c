/** Quality of outputs from squared errors: PSNR for pixels in [0, 1]. */
import type { Measurement } from '../run/metrics.js';

/** Holds the error of one evaluation batch. */
export interface BatchError {
  /** Sum over the batch of the squared differences of output and target. */
  readonly squaredError: number;
  /** How many values that sum is over. */
  readonly values: number;
}

/**
 * Computes the peak signal-to-noise ratio in dB for a peak of 1: -10 log10(mse). Throws a RangeError for an error that
 * has no finite ratio. Zero is refused with the rest: an infinite ratio would take over every mean it enters, any
 * finite stand-in would be a number that nobody measured, and no network hits every grey value of a batch to the last
 * bit, so a zero means that the evaluation is broken.
 */
export function psnrDb(meanSquaredError: number): number {
  if (!(meanSquaredError > 0 && meanSquaredError < Infinity)) {
    throw new RangeError(`PSNR: expected a mean squared error that is positive and finite, got ${meanSquaredError}`);
  }
  return -10 * Math.log10(meanSquaredError);
}

/**
 * Sums up the batches of one evaluation set; every batch counts the same in `psnrDb`, every value in the rest. Throws a
 * RangeError where a batch's PSNR is not defined, or there is no batch.
 */
export function measurement(errors: readonly BatchError[]): Measurement {
  if (errors.length === 0) throw new RangeError('measurement: expected at least one batch, got none');
  const meanSquaredError = sumOf(errors, (error) => error.squaredError) / sumOf(errors, (error) => error.values);
  const psnrSumDb = sumOf(errors, ({ squaredError, values }) => psnrDb(squaredError / values));
  return { meanSquaredError, psnrDb: psnrSumDb / errors.length, psnrOfMeanDb: psnrDb(meanSquaredError) };
}

function sumOf(errors: readonly BatchError[], term: (error: BatchError) => number): number {
  return errors.reduce((sum, error) => sum + term(error), 0);
}
