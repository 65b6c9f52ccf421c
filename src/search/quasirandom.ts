/**
 * Points that fill a cube evenly from the first one on: the additive recurrence x_i = shift + i alpha (mod 1).
 *
 * Sources: alpha from powers of the real root of g^(d+1) = g + 1, M. Roberts, "The Unreasonable Effectiveness of
 * Quasirandom Sequences" (2018), https://extremelearning.com.au/unreasonable-effectiveness-of-quasirandom-sequences/;
 * the random shift, which leaves the spread as it is and makes every point uniform, R. Cranley and T. N. L. Patterson,
 * "Randomization of number theoretic methods for multiple integration", SIAM J. Numer. Anal. 13 (1976) 904-914.
 */

/** Coordinate `dimension` (0-based) of point `index` in the cube [0, 1)^dimensions, moved round by `shift`. */
export function quasirandom(index: number, dimension: number, dimensions: number, shift: number): number {
  const alpha = rootOf(dimensions) ** -(dimension + 1);
  return (shift + index * alpha) % 1;
}

/** The root above 1 of g^(d+1) = g + 1, by the contraction g <- (1 + g)^(1/(d+1)). */
function rootOf(dimensions: number): number {
  let root = 1;
  for (let step = 0; step < 50; step += 1) root = (1 + root) ** (1 / (dimensions + 1));
  return root;
}
