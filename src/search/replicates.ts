/** How many replicates a candidate gets: the same number everywhere, or as many as its verdict takes (`auto:1..6`). */
import { UserError } from '../base/errors.js';

/** Bounds the replicates of a candidate at each learning rate. */
export interface ReplicateRange {
  /** Every candidate gets them. */
  readonly least: number;
  /** No candidate gets more. */
  readonly most: number;
}

/** Is a value of `--replicates`: a number, or text that `autoRange` reads. */
export type ReplicatesValue = number | string;

/** Reads the range of `auto:1..6`; null for any other text, and where the limit is not above the fewest. */
export function autoRange(text: string): ReplicateRange | null {
  const [, from, to] = /^auto:(\d+)\.\.(\d+)$/.exec(text) ?? [];
  const [least, most] = [Number(from), Number(to)];
  if (!Number.isSafeInteger(least) || !Number.isSafeInteger(most)) return null;
  return least >= 1 && most > least ? { least, most } : null;
}

/**
 * Gives the range of replicates; a number is the range from it to itself. Throws a RangeError for text that `autoRange`
 * does not read.
 */
export function rangeOfReplicates(replicates: ReplicatesValue): ReplicateRange {
  const range = typeof replicates === 'number' ? { least: replicates, most: replicates } : autoRange(replicates);
  if (range === null) throw new RangeError(`replicates: expected a range such as auto:1..6, got ${replicates}`);
  return range;
}

/** Writes a range as `auto:1..6`. */
export function autoText({ least, most }: ReplicateRange): string {
  return `auto:${least}..${most}`;
}

/** Gives the number of replicates for code that has no verdicts to go by. Throws a UserError for `auto`. */
export function fixedReplicates(replicates: ReplicatesValue): number {
  if (typeof replicates === 'number') return replicates;
  throw new UserError(
    `--replicates: expected a number where the points are known beforehand, got ${replicates}; ` +
      `give one, such as ${rangeOfReplicates(replicates).most}`,
  );
}
