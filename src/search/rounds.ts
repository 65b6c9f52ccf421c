/**
 * A plan that is made as results come in: a strategy chooses a batch of configurations, all of them are trained, and it
 * chooses the next. Its choices follow from the pool, the seed and the results alone, so that the plan is the same at any
 * number of workers, and made anew from the log it leads to the same runs.
 */
import { UserError } from '../base/errors.js';
import { keyOf } from '../run/key.js';
import type { Run, RunSpec } from '../run/run.js';
import type { Candidate, StrategyRequest } from './candidate.js';
import type { Configuration, Observation } from './choice.js';
import { planRuns, type TrainingPlan } from './plan.js';
import type { AdaptiveStrategy } from './strategies.js';
import { randomCandidates } from './strategies/random.js';

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

export interface PooledConfiguration extends Configuration, Candidate {}

/** Pairs of networks that a strategy may choose from; fewer where the budget has no more. */
const mostPairs = 300;

/** Networks that random search would draw, each at every learning rate. Does not depend on how many are asked for. */
export function poolOf(request: StrategyRequest, learningRates: readonly number[]): PooledConfiguration[] {
  const candidates: Candidate[] = [];
  try {
    for (const candidate of randomCandidates({ ...request, pairs: mostPairs })) candidates.push(candidate);
  } catch (error) {
    // A small budget has fewer networks; one without any is refused.
    if (!(error instanceof UserError) || candidates.length === 0) throw error;
  }
  return candidates.flatMap((candidate) => learningRates.map((learningRate) => ({ ...candidate, learningRate })));
}

/**
 * The runs round by round. Once a round has been taken, `runs` must hold what came of it: by that the next is chosen. It
 * ends early where a run of a round is missing or has failed, as a later result of it would change what comes after.
 */
export function roundsOf(plan: AdaptivePlan, runs: ReadonlyMap<string, Run>): Generator<readonly RunSpec[]> {
  return decided(plan, runs, []);
}

/** The same; adds to `observed` what the rounds before gave. */
function* decided(
  plan: AdaptivePlan,
  runs: ReadonlyMap<string, Run>,
  observed: Observation[],
): Generator<readonly RunSpec[]> {
  const { pool, strategy, seed, batchSize, mostConfigurations } = plan;
  while (observed.length < mostConfigurations) {
    const count = Math.min(batchSize, mostConfigurations - observed.length);
    if (isStable(plan, observed)) return;
    const places = strategy.choose({ pool, seed, observed: [...observed], count });
    if (places.length === 0) return;
    yield places.flatMap((place) => specsOf(pool[place]!, plan));
    for (const place of places) {
      const outcome = outcomeOf(specsOf(pool[place]!, plan), runs);
      if (outcome === 'unknown') return;
      observed.push({ place, ...outcome });
    }
  }
}

function isStable({ pool, strategy, seed, untilStable }: AdaptivePlan, observed: readonly Observation[]): boolean {
  return untilStable !== null && strategy.outlook !== null && strategy.outlook({ pool, seed, observed }) < untilStable;
}

/** What is left on the table by these runs: see `Outlook`. Null where the strategy cannot tell. */
export function outlookAfter(plan: AdaptivePlan, runs: ReadonlyMap<string, Run>): number | null {
  const { pool, strategy, seed } = plan;
  if (strategy.outlook === null) return null;
  const observed: Observation[] = [];
  const rounds = decided(plan, runs, observed);
  while (rounds.next().done !== true);
  return strategy.outlook({ pool, seed, observed });
}

/** The most runs that the plan comes to. */
export function countRounds({ pool, mostConfigurations, training }: AdaptivePlan): number {
  return Math.min(pool.length, mostConfigurations) * training.replicates;
}

/** All replicates of a configuration. */
export function specsOf({ learningRate, ...candidate }: PooledConfiguration, { training }: AdaptivePlan): RunSpec[] {
  return [...planRuns([candidate], { ...training, learningRates: [learningRate] })];
}

function outcomeOf(specs: readonly RunSpec[], runs: ReadonlyMap<string, Run>): Pick<Observation, 'psnrDb'> | 'unknown' {
  const ended = specs.map((spec) => runs.get(keyOf(spec)));
  if (ended.some((run) => run === undefined || run.state === 'failed')) return 'unknown';
  const psnrsDb = ended.flatMap((run) => (run?.state === 'finished' ? [run.validation.psnrDb] : []));
  if (psnrsDb.length === 0) return { psnrDb: null };
  return { psnrDb: psnrsDb.reduce((sum, psnrDb) => sum + psnrDb, 0) / psnrsDb.length };
}
