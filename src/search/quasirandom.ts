/**
 * Points that fill the unit cube evenly from the first few on.
 *
 * Sources: the points, J. H. Halton, "On the efficiency of certain quasi-random sequences of points in evaluating
 * multi-dimensional integrals", Numer. Math. 2 (1960) 84-90; their random shift, which makes each point uniform and
 * keeps the spread, R. Cranley and T. N. L. Patterson, "Randomization of number theoretic methods for multiple
 * integration", SIAM J. Numer. Anal. 13 (1976) 904-914.
 *
 * Of the sequences compared, the additive recurrence with powers of 1/1.2207 was as even over parameters, but its second
 * coordinate, 0.671 a step, lies in three clumps for the first fifty points.
 */

/** One base a dimension: pairwise coprime, the smaller the sooner a coordinate is even. */
const bases = [2, 3, 5] as const;

/** Holds three coordinates, each from 0 to below 1. */
export type CubePoint = readonly [number, number, number];

/** Computes point `index` (0-based) of the sequence, each coordinate in [0, 1), moved round by `shift`. */
export function quasirandomPoint(index: number, shift: CubePoint): CubePoint {
  const coordinate = (dimension: 0 | 1 | 2) => (shift[dimension] + radicalInverse(index + 1, bases[dimension])) % 1;
  return [coordinate(0), coordinate(1), coordinate(2)];
}

/** The digits of a whole number mirrored at the point: 6 = 110 in base 2 gives 0.011 = 3/8. */
function radicalInverse(index: number, base: number): number {
  let inverse = 0;
  let digitValue = 1 / base;
  for (let rest = index; rest > 0; rest = Math.floor(rest / base)) {
    inverse += digitValue * (rest % base);
    digitValue /= base;
  }
  return inverse;
}
