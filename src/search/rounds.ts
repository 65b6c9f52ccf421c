/**
 * A plan that is made as results come in: a strategy chooses a batch of configurations, all of them are trained, and it
 * chooses the next. Its choices follow from the pool, the seed and the results alone, so that the plan is the same at any
 * number of workers, and made anew from the log it leads to the same runs.
 */
import { meanOf } from '../base/averages.js';
import { UserError } from '../base/errors.js';
import { itemAt } from '../base/items.js';
import { scoreOf } from '../run/metrics.js';
import { keyOf } from '../run/key.js';
import { isOver, type Run } from '../run/run.js';
import type { RunSpec } from '../run/spec.js';
import type { Candidate, StrategyRequest } from './candidate.js';
import type { Observation } from './choice.js';
import { learningRatesOf, planRuns, type TrainingPlan } from './plan.js';
import type { AdaptiveStrategy } from './strategies.js';
import { randomCandidates } from './strategies/random.js';

/** Tells what a strategy chooses from, how many at a time, and when it ends. */
export interface AdaptivePlan {
  readonly pool: readonly PooledConfiguration[];
  readonly strategy: AdaptiveStrategy;
  readonly seed: number;
  /** How many configurations are trained before the strategy looks at the results. */
  readonly batchSize: number;
  readonly mostConfigurations: number;
  /** Ends once another training is expected to add less than this share of the hypervolume found; null for no such end. */
  readonly untilStable: number | null;
  readonly training: TrainingPlan;
}

/** Is a candidate at one of its learning rates. */
export interface PooledConfiguration extends Candidate {
  readonly learningRate: number;
}

/** Pairs of networks that a strategy may choose from; fewer where the budget has no more. */
const mostPairs = 300;

/** Draws the networks that random search would. Does not depend on how many are asked for. */
export function poolOf(request: StrategyRequest): Candidate[] {
  const candidates: Candidate[] = [];
  try {
    for (const candidate of randomCandidates({ ...request, pairs: mostPairs })) candidates.push(candidate);
  } catch (error) {
    // A small budget has fewer networks; one without any is refused.
    if (!(error instanceof UserError) || candidates.length === 0) throw error;
  }
  return candidates;
}

/** Gives each candidate at every learning rate at which it is trained. */
export function configurationsOf(
  candidates: readonly Candidate[],
  learningRates: readonly number[],
): PooledConfiguration[] {
  return candidates.flatMap((candidate) =>
    learningRatesOf(candidate, learningRates).map((learningRate) => ({ ...candidate, learningRate })),
  );
}

/**
 * Gives the configurations round by round. Once a round has been taken, `runs` must hold what came of it: by that the
 * next is chosen. It ends early where a run of a round is missing or has failed, as a later result of it would change
 * what comes after.
 */
export function* choicesOf(
  plan: AdaptivePlan,
  runs: ReadonlyMap<string, Run>,
): Generator<readonly PooledConfiguration[]> {
  const { pool, strategy, seed, batchSize, mostConfigurations } = plan;
  const observed: Observation[] = [];
  while (observed.length < mostConfigurations) {
    const count = Math.min(batchSize, mostConfigurations - observed.length);
    if (isStable(plan, observed)) return;
    const places = strategy.choose({ pool, seed, observed: [...observed], count });
    if (places.length === 0) return;
    yield places.map((place) => itemAt(pool, place));
    const observations = observationsOf(plan, places, runs);
    if (observations.length < places.length) return;
    observed.push(...observations);
  }
}

/** Gives the same rounds as runs: all replicates of each configuration. */
export function* roundsOf(plan: AdaptivePlan, runs: ReadonlyMap<string, Run>): Generator<readonly RunSpec[]> {
  for (const round of choicesOf(plan, runs)) yield round.flatMap((configuration) => specsOf(configuration, plan));
}

function isStable({ pool, strategy, seed, untilStable }: AdaptivePlan, observed: readonly Observation[]): boolean {
  return untilStable !== null && strategy.outlook !== null && strategy.outlook({ pool, seed, observed }) < untilStable;
}

/**
 * Says what is left to gain after these runs, which are in plan order: see `Outlook`. Null where the strategy cannot
 * tell.
 */
export function outlookAfter(plan: AdaptivePlan, runs: readonly Run[]): number | null {
  const { pool, strategy, seed } = plan;
  if (strategy.outlook === null) return null;
  const placeOf = new Map(
    pool.flatMap((configuration, place) => specsOf(configuration, plan).map((spec) => [keyOf(spec), place] as const)),
  );
  const places = new Set(runs.flatMap(({ key }) => placeOf.get(key) ?? []));
  const byKey = new Map(runs.map((run) => [run.key, run]));
  return strategy.outlook({ pool, seed, observed: observationsOf(plan, [...places], byKey) });
}

/** Of those whose runs have all ended otherwise than by failing. */
function observationsOf(plan: AdaptivePlan, places: readonly number[], runs: ReadonlyMap<string, Run>): Observation[] {
  return places.flatMap((place) => {
    const outcome = outcomeOf(specsOf(itemAt(plan.pool, place), plan), runs);
    return outcome === null ? [] : [{ place, ...outcome }];
  });
}

/** Gives all runs that might be trained. */
export function* poolSpecs(plan: AdaptivePlan): Generator<RunSpec> {
  for (const configuration of plan.pool) yield* specsOf(configuration, plan);
}

/** Counts the most runs that the plan comes to. */
export function countRounds({ pool, mostConfigurations, training }: AdaptivePlan): number {
  return Math.min(pool.length, mostConfigurations) * training.replicates;
}

/** Gives all replicates of a configuration. */
export function specsOf(configuration: PooledConfiguration, { training }: Pick<AdaptivePlan, 'training'>): RunSpec[] {
  return [...planRuns([configuration], training)];
}

function outcomeOf(specs: readonly RunSpec[], runs: ReadonlyMap<string, Run>): Pick<Observation, 'score'> | null {
  const ended = specs.map((spec) => runs.get(keyOf(spec)));
  if (!ended.every(isOver)) return null;
  const scores = ended.flatMap((run) => (run?.state === 'finished' ? [scoreOf(run.validation)] : []));
  return { score: scores.length === 0 ? null : meanOf(scores) };
}
