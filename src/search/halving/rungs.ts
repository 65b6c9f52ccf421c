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

/** The share of the epochs of all trainings that is likely trained: each rung by one of `reduction` of those before. */
export function likelyShare({ rungs, reduction }: { readonly rungs: readonly number[]; readonly reduction: number }) {
  const epochs = rungs.reduce((sum, rung, index) => sum + (rung - (rungs[index - 1] ?? 0)) / reduction ** index, 0);
  return epochs / rungs.at(-1)!;
}
