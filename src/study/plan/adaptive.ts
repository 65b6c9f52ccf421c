/** A plan whose strategy chooses networks by results: it is made as they come in. */
import { archName } from '../../arch/arch.js';
import { UserError } from '../../base/errors.js';
import { formatExactCount } from '../../base/numbers.js';
import { keyOf } from '../../run/key.js';
import { holdsPart, type Run } from '../../run/run.js';
import { partOf } from '../../search/pending.js';
import {
  choicesOf,
  configurationsOf,
  countRounds,
  outlookAfter,
  poolSpecs,
  roundsOf,
  type AdaptivePlan,
} from '../../search/rounds.js';
import { adaptiveStrategies } from '../../search/strategies.js';
import type { AdaptiveName } from '../../search/strategy-names.js';
import { plainReport, type Plan, type PlanSetting, type RunsByKey } from './plan.js';
import { specsOfRounds } from './rounds.js';

/**
 * Makes the plan of a strategy that chooses by results. Throws a UserError where the strategy cannot tell what is left
 * to gain and is to end by it.
 */
export function adaptivePlan(
  name: AdaptiveName,
  { candidates, mostConfigurations, seed, training, values: { effort, lookEvery, untilStable } }: PlanSetting,
): Plan {
  const strategy = adaptiveStrategies[name](effort!);
  if (untilStable !== null && strategy.outlook === null) throw unstable(name);
  const adaptive: AdaptivePlan = {
    pool: configurationsOf([...candidates()], training.learningRates),
    strategy,
    seed,
    batchSize: lookEvery!,
    mostConfigurations,
    untilStable,
    training,
  };
  const { pool, batchSize } = adaptive;
  const next = (runs: RunsByKey) => roundsOf(adaptive, runs);
  const most = countRounds(adaptive);
  return {
    name,
    chooser: 'strategy chooses',
    shardRefusal: `a strategy that does not depend on results, got ${name}; use random or grid, or --queue for many machines`,
    trainsInParts: false,
    listsAll: false,
    looksEvery: batchSize,
    settings: ['effort', 'lookEvery'],
    bound: () => ({
      fewest: most,
      most,
      mayEndEarlier: untilStable !== null,
      // What is chosen by results is likely as large as the rest of the pool.
      likely: { specs: () => poolSpecs(adaptive), times: most / (pool.length * training.replicates) },
    }),
    candidates() {
      const [first = []] = choicesOf(adaptive, new Map());
      return first;
    },
    pool: () => pool,
    specs: specsOfRounds(next),
    next,
    describe: () => ({ sentences: [descriptionOf(adaptive)], document: {} }),
    report: (known) => plainReport((runs) => runs.length >= most || isPlayedOut(next, known)),
    outlook: (runs) => outlookText(adaptive, runs),
  };
}

function descriptionOf({ pool, mostConfigurations, batchSize }: AdaptivePlan): string {
  const networks = new Set(pool.map(({ arch }) => archName(arch))).size;
  return (
    `These are the first of ${mostConfigurations} networks; the others are chosen ${batchSize} at a time, by what the ` +
    `earlier ones gave, from ${formatExactCount(networks)} networks and their learning rates.`
  );
}

/** Whether nothing of it is left to train: a strategy may end before it has trained as many as it might. */
function isPlayedOut(next: Plan['next'], runs: RunsByKey): boolean {
  for (const round of next(runs)) {
    for (const planned of round) {
      if (planned === 'wait') return false;
      const { spec, untilEpoch } = partOf(planned);
      const run = runs.get(keyOf(spec));
      if (run === undefined || (untilEpoch !== null && !holdsPart(run, untilEpoch))) return false;
    }
  }
  return true;
}

/** What is left on the table by these runs. */
function outlookText(plan: AdaptivePlan, runs: readonly Run[]): string | null {
  const share = outlookAfter(plan, runs);
  if (share === null || !Number.isFinite(share)) return null;
  const { replicates } = plan.training;
  // Those of higher numbers came after all choices of networks.
  const trained = runs.filter(({ spec }) => spec.recipe.replicate < replicates).length / replicates;
  return (
    `Of at most ${plan.mostConfigurations} networks ${trained} were trained; the best of what is left is expected to ` +
    `add ${(100 * share).toPrecision(2)} % of the hypervolume found.`
  );
}

/** Makes the error for `--until-stable` with a strategy that cannot tell what is left to gain. */
export function unstable(name: string): UserError {
  return new UserError(
    `--until-stable: expected the strategy model, which estimates what is left to gain, got ${name}`,
  );
}
