/**
 * How much the upper end of an interval of budgets counts for. What is summed over budgets gives a network the budgets
 * up to the next size; the largest has no next one, and would count for nothing where the interval ends at its size.
 */
import { leastOf, mostOf } from '../base/numbers.js';

/**
 * Is the margin where nothing tells how far sizes lie apart, and for the measure of a table of runs: 12 % more
 * parameters.
 */
export const marginDecades = 0.05;

/**
 * Gives the decades beyond `highest` over which what holds there counts as well, so that the largest network in the
 * interval counts over as many as sizes lie apart on average (on a log10 axis; of the side whose sizes lie closer
 * together). At the lower end every side has a network, so that end is a size too.
 * @param sizes of the architectures that each side tried, whatever came of them
 */
export function topDecadesOf(
  { lowest, highest }: { readonly lowest: number; readonly highest: number },
  sizes: readonly (readonly number[])[],
): number {
  const inside = sizes.map((ofSide) => [
    ...new Set([lowest, ...ofSide.filter((params) => params > lowest && params <= highest)]),
  ]);
  const spacings = inside.filter(({ length }) => length > 1).map(meanSpacingDecades);
  const wanted = spacings.length > 0 ? leastOf(spacings) : marginDecades;
  return Math.max(0, wanted - Math.log10(highest / mostOf(inside.flat())));
}

function meanSpacingDecades(sizes: readonly number[]): number {
  return Math.log10(mostOf(sizes) / leastOf(sizes)) / (sizes.length - 1);
}
