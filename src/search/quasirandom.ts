/**
 * Points that fill a cube evenly from the first one on: the additive recurrence x_i = shift + i alpha (mod 1).
 *
 * Sources: alpha from powers of the real root of g^(d+1) = g + 1, M. Roberts, "The Unreasonable Effectiveness of
 * Quasirandom Sequences" (2018), https://extremelearning.com.au/unreasonable-effectiveness-of-quasirandom-sequences/;
 * the random shift, which leaves the spread as it is and makes every point uniform, R. Cranley and T. N. L. Patterson,
 * "Randomization of number theoretic methods for multiple integration", SIAM J. Numer. Anal. 13 (1976) 904-914.
 */

/** Point `index` (0-based) of a sequence: its coordinates in [0, 1). */
export type PointSequence = (index: number) => readonly number[];

/** The sequence that starts at `shift`, in a cube of as many dimensions as the shift has coordinates. */
export function quasirandomSequence(shift: readonly number[]): PointSequence {
  const root = rootOf(shift.length);
  const alphas = shift.map((_, dimension) => root ** -(dimension + 1));
  return (index) => shift.map((start, dimension) => (start + index * alphas[dimension]!) % 1);
}

/** The root above 1 of g^(d+1) = g + 1, by the contraction g <- (1 + g)^(1/(d+1)). */
function rootOf(dimensions: number): number {
  let root = 1;
  for (let step = 0; step < 50; step += 1) root = (1 + root) ** (1 / (dimensions + 1));
  return root;
}
