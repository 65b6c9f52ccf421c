/** Strategies played on recorded results, many times over: how much hypervolume which effort buys. */
import { hypervolumeMeasureOf, trajectoryOf, totalHypervolume } from '../../frontier/trajectory.js';
import type { Trained, TrajectoryStep } from '../../frontier/trajectory.js';
import { UserError } from '../../base/errors.js';
import { options } from '../../config/options.js';
import { median } from '../../base/averages.js';
import { plainInterval } from '../../frontier/interval.js';
import type { EffortPoint, StrategyReport, StrategyCurve } from '../../report/strategies.js';
import { replayHalving } from './replay-halving.js';
import { rungsOf } from '../../search/strategies/halving/trials.js';
import { replay } from '../../search/replay.js';
import { chooserOf } from '../../search/replayed.js';
import type { StrategyName } from '../../search/strategy-names.js';
import type { PricedConfiguration, RecordedTable } from './recorded-table.js';

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

/** Resolves slowly enough that signals are heard between replays. */
export async function benchmark(table: RecordedTable, options: BenchmarkOptions): Promise<StrategyReport> {
  const { configurations, task, shape } = table;
  const trained = configurations.map(trainedOf);
  const measure = hypervolumeMeasureOf(trained);
  const total = {
    configurations: configurations.length,
    cost: trained.reduce((sum, { cost }) => sum + cost, 0),
    hypervolume: totalHypervolume(trained, measure),
  };
  const curves: StrategyCurve[] = [];
  for (const strategy of options.strategies) {
    const trajectories: (readonly TrajectoryStep[])[] = [];
    for (let seed = 1; seed <= options.seeds; seed += 1) {
      trajectories.push(trajectoryOf(played(strategy, table, seed, options), measure));
      options.onReplay();
      await new Promise(setImmediate);
    }
    curves.push(curveOf(strategy, trajectories, total, options.mostShare));
  }
  return {
    task,
    shape,
    configurations: total.configurations,
    measure,
    seeds: options.seeds,
    batchSize: options.batchSize,
    curves,
  };
}

/** The effort at which curves are read, as shares of the table's. */
const effortStep = 0.01;

interface Total {
  readonly configurations: number;
  readonly cost: number;
  readonly hypervolume: number;
}

function played(strategy: StrategyName, table: RecordedTable, seed: number, options: BenchmarkOptions): Trained[] {
  if (strategy === 'halving') return playedInParts(table, seed, options);
  const { configurations } = table;
  const { batchSize, mostShare } = options;
  const mostConfigurations = Math.max(1, Math.floor(mostShare * configurations.length + rounding));
  const order = replay(chooserOf(strategy), configurations, { seed, batchSize, mostConfigurations });
  return order.map(({ place }) => trainedOf(configurations[place]!));
}

function trainedOf({ countedParams, psnrDb, cost }: PricedConfiguration): Trained {
  return { params: countedParams, psnrDb, cost, share: 1 };
}

/** Throws a UserError where the runs of the table have no curves. */
function playedInParts({ configurations, task, epochs }: RecordedTable, seed: number, { batchSize }: BenchmarkOptions) {
  const curvesDb = configurations.map(({ curveDb }) => curveDb);
  if (curvesDb.every(({ length }) => length === 0)) {
    throw new UserError(
      `--strategies: expected learning curves of the runs of ${task} for halving, got none; name a results folder as ` +
        '--table, or a file as --curves',
    );
  }
  const rules = { ...halvingDefaults, rungs: rungsOf(epochs, halvingDefaults.reduction), seed };
  return replayHalving(configurations, curvesDb, { ...rules, underWay: batchSize }).map(
    ({ place, from, to }): Trained => {
      const whole = trainedOf(configurations[place]!);
      const share = (to - from) / epochs;
      return { ...whole, psnrDb: to === epochs ? whole.psnrDb : null, cost: whole.cost * share, share };
    },
  );
}

/** Those of a search. */
const halvingDefaults = {
  reduction: options.reductionFactor.default,
  tolerance: options.tolerance.default,
  audit: options.audit.default,
  effort: options.effort.default,
} as const;

/** A share such as 0.29 of 100 is 29, though the product is a little less. */
const rounding = 1e-9;

function curveOf(
  strategy: string,
  trajectories: readonly (readonly TrajectoryStep[])[],
  total: Total,
  mostShare: number,
): StrategyCurve {
  const shares = Array.from({ length: Math.floor(mostShare / effortStep + rounding) }, (_, index) => (index + 1) / 100);
  // Halving ends by itself and is content with what it has; the others were cut off.
  const reached =
    strategy === 'halving' ? 1 : Math.min(...trajectories.map((steps) => (steps.at(-1)?.cost ?? 0) / total.cost));
  const pointsAt = (
    atShares: readonly number[],
    stepsWithin: (steps: readonly TrajectoryStep[], share: number) => number,
  ) =>
    atShares.map((effortShare): EffortPoint => {
      const found = trajectories.map((steps) => {
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
