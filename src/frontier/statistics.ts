/** Mean and spread of a few replicates. */
import { meanOf } from '../base/averages.js';

/**
 * Computes the mean where numbers may be missing (null): a mean of the rest would be one of other replicates, so it is
 * null.
 */
export function meanIfKnown(values: readonly (number | null)[]): number | null {
  const known = knownOf(values);
  return known && meanOf(known);
}

/** Computes `sampleStd` where numbers may be missing: null if one is. */
export function sampleStdIfKnown(values: readonly (number | null)[]): number | null {
  const known = knownOf(values);
  return known && sampleStd(known);
}

function knownOf(values: readonly (number | null)[]): readonly number[] | null {
  return values.every((value) => value !== null) ? values : null;
}

/** Computes the sample standard deviation (divided by n - 1); null below two values, for which it is not defined. */
export function sampleStd(values: readonly number[]): number | null {
  if (values.length < 2) return null;
  const mean = meanOf(values);
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}
