/** How many replicates a candidate gets: the same number everywhere, or as many as its verdict takes (`auto:1..6`). */
import { UserError } from '../base/errors.js';

/** At each learning rate. */
export interface ReplicateRange {
  /** Every candidate gets them. */
  readonly least: number;
  /** No candidate gets more. */
  readonly most: number;
}

/** What `--replicates` is: a number, or text that `autoRange` reads. */
export type ReplicatesValue = number | string;

/** The range of `auto:1..6`; null for any other text, and where the limit is not above the fewest. */
export function autoRange(text: string): ReplicateRange | null {
  const [, least, most] = (/^auto:(\d+)\.\.(\d+)$/.exec(text) ?? []).map(Number);
  if (!Number.isSafeInteger(least) || !Number.isSafeInteger(most)) return null;
  return least! >= 1 && most! > least! ? { least: least!, most: most! } : null;
}

/** A number is the range from it to itself. The text must be one that `autoRange` reads. */
export function rangeOfReplicates(replicates: ReplicatesValue): ReplicateRange {
  return typeof replicates === 'number' ? { least: replicates, most: replicates } : autoRange(replicates)!;
}

/** `auto:1..6`. */
export function autoText({ least, most }: ReplicateRange): string {
  return `auto:${least}..${most}`;
}

/** For what knows no verdicts to go by. Throws a UserError for `auto`. */
export function fixedReplicates(replicates: ReplicatesValue): number {
  if (typeof replicates === 'number') return replicates;
  throw new UserError(
    `--replicates: expected a number where the points are known beforehand, got ${replicates}; ` +
      `give one, such as ${autoRange(replicates)!.most}`,
  );
}
