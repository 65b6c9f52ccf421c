/** The spread of replicates, as lists of numbers: a draw from very many objects would wait for the memory. */
import { valueAt } from '../base/items.js';
import { scoreOf } from '../run/metrics.js';
import type { RateEvidence } from './evidence.js';

/** Deviations of replicates from their means: of each its two, on validation and on test, one after the other. */
export type Residuals = Float64Array<ArrayBuffer>;

/** With so many replicates or fewer, their own spread says too little, and that of all architectures stands for it. */
const fewReplicates = 5;

/** Of the largest score: far below the noise of any training; the rounding of a mean makes equal numbers differ by less. */
const leastShare = 1e-11;

/**
 * Says whether deviations tell any noise. Replicates with the very same result are rounded numbers or copies of one run:
 * taken at their word, they would make every verdict certain.
 */
export function hasSpread(residuals: Residuals, rates: readonly RateEvidence[]): boolean {
  const largest = rates.reduce(
    (most, rate) => Math.max(most, Math.abs(rate.validationScore), Math.abs(rate.testScore)),
    0,
  );
  return residuals.some((residual) => Math.abs(residual) > leastShare * largest);
}

/**
 * Gives the residuals of a rate, where they are enough to tell the noise by themselves, see `fewReplicates`; else null.
 */
export function ownResiduals(rate: RateEvidence): Residuals | null {
  if (rate.finished.length <= fewReplicates) return null;
  const residuals = residualsOf([rate]);
  return hasSpread(residuals, [rate]) ? residuals : null;
}

/** Gives the residuals of the replicates of several rates. */
export function residualsOf(rates: readonly RateEvidence[]): Residuals {
  const repeated = rates.filter(({ finished }) => finished.length > 1);
  const residuals = new Float64Array(2 * repeated.reduce((sum, { finished }) => sum + finished.length, 0));
  let place = 0;
  for (const { finished, validationScore, testScore } of repeated) {
    const replicates = finished.length;
    // Deviations from a mean of their own are too small by this factor.
    const scale = Math.sqrt(replicates / (replicates - 1));
    for (const { validation, test } of finished) {
      residuals[place] = scale * (scoreOf(validation) - validationScore);
      residuals[place + 1] = scale * (scoreOf(test) - testScore);
      place += 2;
    }
  }
  return residuals;
}

/** Joins all pools, each once, one behind the other; says where the one of each rate begins. */
export function joinedPools(pools: readonly Residuals[]): { residuals: Residuals; starts: Int32Array } {
  const places = new Map<Residuals, number>();
  let length = 0;
  for (const pool of new Set(pools)) {
    places.set(pool, length);
    length += pool.length;
  }
  const residuals = new Float64Array(length);
  for (const [pool, place] of places) residuals.set(pool, place);
  return { residuals, starts: Int32Array.from(pools, (pool) => valueAt(places, pool)) };
}
