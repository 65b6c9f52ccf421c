/** The name that somebody probably meant. */
import { closest, distance } from 'fastest-levenshtein';

/** Finds the known name nearest to the one written; null where none is near enough to be a slip of the keyboard. */
export function nearestName(written: string, known: readonly string[]): string | null {
  if (known.length === 0) return null;
  const nearest = closest(written, known);
  return distance(written.toLowerCase(), nearest.toLowerCase()) <= Math.max(2, written.length / 3) ? nearest : null;
}
