/** Cutting the larger of two searches down to what the smaller one cost. */
import { firstItem } from '../base/items.js';
import { permutation, randomStream } from '../base/random.js';
import type { MeasuredCandidate, StudyOutcome } from './bootstrap.js';

/** Holds some of a side's architectures, with what came of them. */
export interface Subset {
  readonly size: number;
  /** The sizes and outcome of those that are in it, by size ascending. */
  of(
    candidates: readonly MeasuredCandidate[],
    outcome: StudyOutcome,
  ): StudyOutcome & { readonly params: readonly number[] };
}

/** Gives the whole side. */
export function keepAll(candidates: readonly MeasuredCandidate[]): Subset {
  const params = candidates.map((candidate) => candidate.size);
  return { size: candidates.length, of: (_, outcome) => ({ ...outcome, params }) };
}

/** Holds the candidates of both sides, each by size ascending. */
export interface Sides {
  readonly left: readonly MeasuredCandidate[];
  readonly right: readonly MeasuredCandidate[];
}

/** Draws subsets of the side that cost more. */
export interface EqualEffort {
  /** The side that cost more. */
  readonly reduced: 'left' | 'right';
  /** The next random subset of it that costs no more than the other side. */
  next(): Subset;
}

/**
 * Is the share of the larger effort by which equal efforts may differ. Matched pairs differ by up to 1 % in parameters:
 * to take a whole architecture from one side for that would make the efforts more unequal than they are.
 */
export const sameWithin = 0.05;

/**
 * Draws random subsets of the side that cost more; null where both cost the same (see `sameWithin`). Whole
 * architectures are taken, in a random order, until the next one would cost more than the other side. The smallest
 * network is always among them: without it the curve would have no beginning, and every search starts somewhere.
 */
export function subsetsOfEqualEffort(
  sides: Sides,
  { seed, costOf }: { seed: number; costOf: (candidate: MeasuredCandidate) => number },
): EqualEffort | null {
  const costs = { left: totalCost(sides.left, costOf), right: totalCost(sides.right, costOf) };
  const [less, more] = [Math.min(costs.left, costs.right), Math.max(costs.left, costs.right)];
  if (more - less <= sameWithin * more) return null;
  const reduced = costs.left > costs.right ? 'left' : 'right';
  const stream = randomStream('equal effort', seed);
  const candidates = sides[reduced];
  const costOfEach = candidates.map(costOf);
  return {
    reduced,
    next() {
      const taken = [0];
      let cost = firstItem(costOfEach);
      for (const index of permutation(stream, candidates.length)) {
        if (index === 0) continue;
        cost += costOfEach[index]!;
        // Going on to cheaper ones that still fit would favour small networks.
        if (cost > less) break;
        taken.push(index);
      }
      return subsetOf(taken.sort((first, second) => first - second));
    },
  };
}

function subsetOf(indices: readonly number[]): Subset {
  return {
    size: indices.length,
    of: (candidates, { validationScores, testScores }) => ({
      params: indices.map((index) => candidates[index]!.size),
      validationScores: Float64Array.from(indices, (index) => validationScores[index]!),
      testScores: Float64Array.from(indices, (index) => testScores[index]!),
    }),
  };
}

function totalCost(candidates: readonly MeasuredCandidate[], costOf: (candidate: MeasuredCandidate) => number): number {
  return candidates.reduce((sum, candidate) => sum + costOf(candidate), 0);
}
