/**
 * The strict frontier of score against size. A score is what is to be high, such as a PSNR; a size is what is to be low,
 * such as the number of parameters, on any scale that grows with it.
 */

/** Describes anything that has a size and a score. */
export interface Scored {
  readonly size: number;
  readonly score: number;
}

/**
 * Picks the rows whose score is strictly higher than that of every other row of at most their size, by size ascending. Of
 * rows of equal size only the best is kept, of rows equal in both the first given. Rows without a number (NaN) are never on
 * a frontier.
 */
export function strictFrontier<Row extends Scored>(rows: readonly Row[]): Row[] {
  const bySize = rows
    .filter((row) => !Number.isNaN(row.score) && !Number.isNaN(row.size))
    .sort((left, right) => ascending(left.size, right.size) || ascending(right.score, left.score));
  const frontier: Row[] = [];
  for (const row of bySize) {
    const best = frontier.at(-1);
    if (best === undefined || row.score > best.score) frontier.push(row);
  }
  return frontier;
}

/** Tells whether the first is in neither worse than the second; of two equal rows each is so. */
export function isNoWorse(first: Scored, second: Scored): boolean {
  return first.size <= second.size && first.score >= second.score;
}

/** Tells whether the first is in neither worse than the second, and in one of them better. */
export function dominates(first: Scored, second: Scored): boolean {
  return isNoWorse(first, second) && (first.size < second.size || first.score > second.score);
}

/** Not a subtraction, which two infinite values (a perfect PSNR) would make NaN. */
function ascending(left: number, right: number): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
