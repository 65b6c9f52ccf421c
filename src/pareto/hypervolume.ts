/**
 * The hypervolume of a frontier: the area between its step function, the best score of at most each size, and a reference
 * score, up to a reference size. Sizes are exact and only scores are noisy, so that in two dimensions nothing is sampled.
 *
 * Sources: Zitzler, Thiele, Laumanns, Fonseca and Grunert da Fonseca, "Performance assessment of multiobjective
 * optimizers" (2003); Ishibuchi, Imada, Setoguchi and Nojima, "How to specify a reference point in hypervolume
 * calculation" (2018).
 */
import { strictFrontier, type Scored } from './frontier.js';

/** Is a stretch of sizes over which the best score stays as it is. */
export interface Stretch {
  readonly from: number;
  readonly until: number;
  readonly score: number;
}

/**
 * Gives the steps under which the hypervolume of these rows lies, from the smallest size to the reference's. The first
 * begins at minus infinity, at the reference score.
 */
export function stepsOf(rows: readonly Scored[], reference: Scored): readonly Stretch[] {
  const corners = strictFrontier(rows).filter(({ size, score }) => score > reference.score && size < reference.size);
  return [{ size: -Infinity, score: reference.score }, ...corners].map(({ size, score }, index) => {
    return { from: size, until: corners[index]?.size ?? reference.size, score };
  });
}

/**
 * Adds up the area between the steps and a score; what lies below it counts as nothing.
 * @param widthOf how wide a stretch of sizes is; without it, by their difference
 * @param first what the area begins with
 */
export function areaAbove(
  score: number,
  steps: Iterable<Stretch>,
  widthOf = (from: number, until: number) => until - from,
  first = 0,
): number {
  let area = first;
  for (const step of steps) {
    // A score that is no number makes an area that is none.
    if (!(step.score <= score) && step.until > step.from) area += (step.score - score) * widthOf(step.from, step.until);
  }
  return area;
}
