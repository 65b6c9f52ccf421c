/** What every meter is. */
import type { Batch } from '../run/batch.js';
import type { Measurement } from '../run/metrics.js';

/** Measures one network on one set. */
export interface Meter {
  /**
   * Takes a batch.
   * @param lossSum the sum of the loss's terms over the batch
   * @param output `[batch.size, output width]`; null where the meter reads no outputs
   */
  add(batch: Batch, lossSum: number, output: Float32Array | null): void;
  /** Gives what the batches have come to. Throws a RangeError where that is not defined. */
  measured(): Measurement;
}
