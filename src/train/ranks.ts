/** The area under the receiver operating characteristic, by ranks. */
import { meanOf } from '../base/averages.js';

/**
 * Computes the share of pairs of a positive and a negative item in which the positive one has the higher score; equal scores
 * count half. Null where all items are of one kind. Source: Mann and Whitney (1947), with average ranks for ties.
 */
export function areaUnderCurve(scores: ArrayLike<number>, isPositive: readonly boolean[]): number | null {
  const order = Uint32Array.from({ length: isPositive.length }, (_, item) => item).sort(
    (one, other) => scores[one]! - scores[other]!,
  );
  let [positives, rankSum] = [0, 0];
  for (let start = 0, end = 1; start < order.length; start = end, end += 1) {
    while (end < order.length && scores[order[end]!] === scores[order[start]!]) end += 1;
    let positivesHere = 0;
    for (const item of order.subarray(start, end)) positivesHere += Number(isPositive[item]);
    positives += positivesHere;
    // The mean of the ranks start + 1 to end.
    rankSum += (positivesHere * (start + 1 + end)) / 2;
  }
  const negatives = order.length - positives;
  if (positives === 0 || negatives === 0) return null;
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}

/** Gives the mean of the numbers that are known; null where none is. */
export function meanOfKnown(numbers: readonly (number | null)[]): number | null {
  const known = numbers.filter((number) => number !== null);
  return known.length === 0 ? null : meanOf(known);
}
