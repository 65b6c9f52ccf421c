/** Strategies played on recorded results, many times over: how much hypervolume which effort buys. */
import { asSeries } from '../../arch/series.js';
import { hypervolumeMeasureOf, trajectoryOf, totalHypervolume } from '../../frontier/trajectory.js';
import type { TrajectoryStep } from '../../frontier/trajectory.js';
import { UserError } from '../../base/errors.js';
import { options } from '../../config/options.js';
import { median } from '../../base/averages.js';
import { leastOf } from '../../base/numbers.js';
import { plainInterval } from '../../frontier/interval.js';
import type { EffortPoint, StrategyReport, StrategyCurve } from '../../report/strategies.js';
import type { StrategyName } from '../../search/strategy-names.js';
import { strategyTable } from '../plan/strategies.js';
import { playPlan, wholeTraining, type Played } from './play.js';
import type { RecordedTable } from './recorded-table.js';

/** Says which strategies are played, how often, and for how long. */
export interface BenchmarkOptions {
  readonly strategies: readonly StrategyName[];
  /** Replays of each strategy, with seeds from 1. */
  readonly seeds: number;
  /** The share of the table's configurations after which a replay ends, above 0 and at most 1. */
  readonly mostShare: number;
  readonly batchSize: number;
  /** Called after each replay. */
  readonly onReplay: () => void;
}

/**
 * Plays each strategy with each seed on a table. Resolves slowly enough that signals are heard between replays. Throws
 * a UserError for halving where the table has no learning curves.
 */
export async function benchmark(table: RecordedTable, options: BenchmarkOptions): Promise<StrategyReport> {
  const { configurations, task } = table;
  const trained = configurations.map(wholeTraining);
  const measure = hypervolumeMeasureOf(trained);
  const total = {
    configurations: configurations.length,
    cost: trained.reduce((sum, { cost }) => sum + cost, 0),
    hypervolume: totalHypervolume(trained, measure),
  };
  const curves: StrategyCurve[] = [];
  for (const strategy of options.strategies) {
    const replays: ReplayedStrategy[] = [];
    for (let seed = 1; seed <= options.seeds; seed += 1) {
      const { trained, isCutOff } = played(strategy, table, seed, options);
      replays.push({ steps: trajectoryOf(trained, measure), isCutOff });
      options.onReplay();
      await new Promise(setImmediate);
    }
    curves.push(curveOf(strategy, replays, total, options.mostShare));
  }
  return {
    task: task.name,
    metric: task.metrics[0],
    ...asSeries(table),
    configurations: total.configurations,
    measure,
    seeds: options.seeds,
    batchSize: options.batchSize,
    curves,
  };
}

/** The effort at which curves are read, as shares of the table's. */
const effortStep = 0.01;

interface TableTotal {
  readonly configurations: number;
  readonly cost: number;
  readonly hypervolume: number;
}

/** Throws a UserError where it trains in parts, and the runs of the table have no curves. */
function played(name: StrategyName, table: RecordedTable, seed: number, options: BenchmarkOptions): Played {
  const { configurations, task, training } = table;
  const { ofRecorded, plan: planOf } = strategyTable[name];
  const ordered = ofRecorded(configurations, seed);
  const plan = planOf({
    ...{ task, seed, training, values: { ...strategyDefaults, lookEvery: options.batchSize } },
    candidates: () => ordered,
    mostConfigurations: configurations.length,
  });
  // One that stops trainings early begins all of them, and ends by itself.
  if (!plan.trainsInParts) return playPlan(plan, configurations, mostTrainings(configurations.length, options));
  if (configurations.some(({ curveScores }) => curveScores.length > 0)) return playPlan(plan, configurations, Infinity);
  throw new UserError(
    `--strategies: expected learning curves of the runs of ${task.name} for ${name}, got none; name a results folder as ` +
      '--table, or a file as --curves',
  );
}

function mostTrainings(configurations: number, { mostShare }: BenchmarkOptions): number {
  return Math.max(1, Math.floor(mostShare * configurations + rounding));
}

/** Those of a search. */
const strategyDefaults = {
  reductionFactor: options.reductionFactor.default,
  tolerance: options.tolerance.default,
  audit: options.audit.default,
  effort: options.effort.default,
  untilStable: options.untilStable.default,
} as const;

/** A share such as 0.29 of 100 is 29, though the product is a little less. */
const rounding = 1e-9;

interface ReplayedStrategy {
  readonly steps: readonly TrajectoryStep[];
  readonly isCutOff: boolean;
}

function curveOf(
  strategy: string,
  replays: readonly ReplayedStrategy[],
  total: TableTotal,
  mostShare: number,
): StrategyCurve {
  const shares = Array.from({ length: Math.floor(mostShare / effortStep + rounding) }, (_, index) => (index + 1) / 100);
  // A plan that has ended by itself is content with what it has.
  const reached = leastOf(
    replays.map(({ steps, isCutOff }) => (isCutOff ? (steps.at(-1)?.cost ?? 0) / total.cost : 1)),
  );
  const pointsAt = (
    atShares: readonly number[],
    stepsWithin: (steps: readonly TrajectoryStep[], share: number) => number,
  ) =>
    atShares.map((effortShare): EffortPoint => {
      const found = replays.map(({ steps }) => {
        // A strategy that has nothing more to choose stays where it is.
        const count = Math.min(stepsWithin(steps, effortShare), steps.length);
        return count === 0 ? 0 : steps[count - 1]!.hypervolume / total.hypervolume;
      });
      return { effortShare, median: median(found), ...plainInterval(found, level) };
    });
  return {
    strategy,
    points: {
      configurations: pointsAt(
        shares,
        (steps, share) => steps.filter(({ trainings }) => trainings <= share * total.configurations + rounding).length,
      ),
      // Beyond what the cheapest of the replays spent, they would be compared at unequal effort.
      cost: pointsAt(
        shares.filter((share) => share <= reached + rounding),
        (steps, share) => steps.filter(({ cost }) => cost <= share * total.cost * (1 + rounding)).length,
      ),
    },
  };
}

/** The intervals enclose this share of the replays. */
const level = 0.9;
