/** How far trainings go before they are judged. */

/**
 * The epochs at which a training is judged, ascending, the last of them its end: each about `reduction` times the one
 * before. 9 epochs and 3 give 1, 3 and 9.
 */
export function rungsOf(epochs: number, reduction: number): readonly number[] {
  const rungs = [epochs];
  for (let rung = epochs / reduction; Math.round(rung) >= 1 && Math.round(rung) < rungs[0]!; rung /= reduction) {
    rungs.unshift(Math.round(rung));
  }
  return rungs;
}

/**
 * The share of the epochs of all trainings that is likely trained: all to the first rung, and each network to its end at
 * one of its learning rates, as it is then near the frontier of its size.
 */
export function likelyShare(rungs: readonly number[], learningRates: number): number {
  const first = rungs[0]! / rungs.at(-1)!;
  return first + (1 - first) / learningRates;
}
