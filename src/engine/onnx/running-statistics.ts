/** What batch normalisation remembers of the training batches, kept on the host. */
import { batchNormalisation } from '../../arch/program.js';
import type { RunningStatistics } from '../engine.js';

/**
 * Has the statistics follow a batch's mean and 1 / sqrt(variance + epsilon), with the unbiased variance (for a batch of
 * one image: the biased one, 0).
 */
export function follow(
  { mean, variance }: RunningStatistics,
  ofBatch: { readonly mean: Float32Array; readonly inverseDeviation: Float32Array },
  batchSize: number,
): void {
  const { momentum, epsilon } = batchNormalisation;
  const unbiased = batchSize > 1 ? batchSize / (batchSize - 1) : 1;
  for (let feature = 0; feature < mean.length; feature += 1) {
    const batchVariance = 1 / ofBatch.inverseDeviation[feature]! ** 2 - epsilon;
    mean[feature]! += momentum * (ofBatch.mean[feature]! - mean[feature]!);
    variance[feature]! += momentum * (unbiased * batchVariance - variance[feature]!);
  }
}

/** Computes 1 / sqrt(variance + epsilon). */
export function inverseDeviation({ variance }: RunningStatistics): Float32Array {
  return variance.map((value) => 1 / Math.sqrt(value + batchNormalisation.epsilon));
}

/** Copies the statistics, so that later steps leave the copy as it is. */
export function copyOf({ mean, variance }: RunningStatistics): RunningStatistics {
  return { mean: mean.slice(), variance: variance.slice() };
}
