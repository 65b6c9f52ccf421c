/** A plan that is known beforehand: candidates, each trained to its end at every learning rate. */
import type { Dimensions } from '../../arch/arch.js';
import { UserError } from '../../base/errors.js';
import type { Candidate } from '../../search/candidate.js';
import { learningRatesOf, planRuns, type TrainingPlan } from '../../search/plan.js';
import { shareOf, type Shard } from '../../search/shard.js';
import { plainReport, type Plan } from './plan.js';

/**
 * Makes the plan that trains each candidate to its end at every learning rate.
 * @param candidates enumerates anew at each call
 */
export function fixedPlan(name: string, candidates: () => Iterable<Candidate>, training: TrainingPlan): Plan {
  const specs = () => planRuns(candidates(), training);
  let most: number | null = null;
  const countRuns = () => (most ??= countOf(candidates(), training));
  return {
    name,
    chooser: null,
    shardRefusal: null,
    trainsInParts: false,
    listsAll: true,
    looksEvery: null,
    settings: [],
    bound: () => ({ fewest: countRuns(), most: countRuns(), mayEndEarlier: false, likely: { specs, times: 1 } }),
    candidates,
    pool: candidates,
    specs,
    next: () => [specs()],
    describe: () => ({ sentences: [], document: {} }),
    report: () => plainReport((runs) => runs.length >= countRuns()),
    outlook: () => null,
  };
}

function countOf(candidates: Iterable<Candidate>, { learningRates, replicates }: TrainingPlan): number {
  let count = 0;
  for (const candidate of candidates) count += learningRatesOf(candidate, learningRates).length * replicates;
  return count;
}

/** Gives the share of a plan that a shard trains. Throws a UserError for a plan that cannot be divided. */
export function sharedPlan(plan: Plan, training: TrainingPlan, { shard, dimensions }: Share): Plan {
  if (plan.shardRefusal !== null) throw new UserError(`--shard: expected ${plan.shardRefusal}`);
  return fixedPlan(plan.name, () => shareOf(plan.candidates(), dimensions, shard), training);
}

/** Says which share of a plan is wanted; networks are dealt out by what they cost at these dimensions. */
export interface Share {
  readonly shard: Shard;
  readonly dimensions: Dimensions;
}
