/**
 * How the best architecture changes as the budget grows: the depth, skip width and bottleneck width of the network that
 * the envelope takes at each budget, as powers of the budget.
 *
 * Two kinds of chance are in the intervals: the noise of the replicates (where they tell it), and which architectures
 * were tried: each resample draws them anew from those that were, with replacement.
 * Source of the claim: arXiv 2510.01796: as budgets grow the best hourglass is deeper, with a wider skip and a narrower
 * bottleneck.
 */
import type { Arch } from '../arch/arch.js';
import type { Series } from '../arch/series.js';
import { UserError } from '../base/errors.js';
import { randomStream, type RandomStream } from '../base/random.js';
import {
  type MeasuredCandidate,
  measuredOutcome,
  type StudyOutcome,
  resampledOutcomes,
  type Resampling,
} from './bootstrap.js';
import { type BudgetInterval, type Envelope, envelopeOf } from '../pareto/envelope.js';
import { type Interval, plainInterval } from './interval.js';
import { meanOf } from '../base/averages.js';
import { firstItem, itemAt } from '../base/items.js';

/** Lists the hyper-parameters whose trend is followed. */
export const trendDimensions = ['depth', 'skipWidth', 'bottleneckWidth'] as const satisfies readonly (keyof Arch)[];
/** Names a hyper-parameter whose trend is followed. */
export type TrendDimension = (typeof trendDimensions)[number];

/** Says how a hyper-parameter changes as budgets grow. */
export type Direction = 'grows' | 'shrinks' | 'undecided';

/** Holds the value of a hyper-parameter in the best network of one budget. */
export interface TrendPoint {
  readonly budgetSize: number;
  /** Of the best network that was measured. */
  readonly value: number;
  /** Where the best network's value lies in the resamples. */
  readonly interval: Interval;
}

/** Holds how one hyper-parameter of the best network changes as budgets grow. */
export interface DimensionTrend {
  readonly dimension: TrendDimension;
  /** The power e of the least-squares fit value ~ budget^e over budgets that are even on a log scale. */
  readonly exponent: number;
  readonly interval: Interval;
  /** `undecided` where the interval holds zero. */
  readonly direction: Direction;
  /** By budget ascending. */
  readonly points: readonly TrendPoint[];
}

/** Holds the trends of one series. */
export interface SeriesTrend extends Series {
  readonly architectures: number;
  readonly dimensions: readonly DimensionTrend[];
}

/** Says over which budgets and by which resamples trends are followed. */
export interface TrendOptions extends Resampling {
  readonly interval: BudgetInterval;
  readonly level: number;
}

/** Budgets looked at in the interval. */
const budgetCount = 61;
/** A resample without a network at this share of the budgets has no trend to speak of. */
const leastShare = 0.5;

/**
 * Follows the trend of one series' candidates, by size ascending; at the lower end there must be a network, and
 * the upper one lies above it. Throws a UserError where so few resamples were asked for that none has a trend.
 */
export function trendOf(series: Series, candidates: readonly MeasuredCandidate[], options: TrendOptions): SeriesTrend {
  const budgets = logSpaced(options.interval, budgetCount);
  const measured = bestAt(budgets, candidates, measuredOutcome(candidates), null);
  const resampled = resampledBest(budgets, candidates, options);
  return {
    ...series,
    architectures: candidates.length,
    dimensions: trendDimensions.map((dimension) =>
      dimensionTrend(dimension, { budgets, measured, resampled, level: options.level }),
    ),
  };
}

/** The best candidate's arch at each budget; undefined where the budget buys none. */
type BestArchs = readonly (Arch | undefined)[];

function resampledBest(
  budgets: readonly number[],
  candidates: readonly MeasuredCandidate[],
  options: TrendOptions,
): BestArchs[] {
  const stream = randomStream('architectures that were tried', options.seed);
  const noisy = resampledOutcomes(candidates, options);
  const measured = measuredOutcome(candidates);
  const result: BestArchs[] = [];
  for (let resample = 0; resample < options.resamples; resample += 1) {
    const outcome = (noisy?.next().value as StudyOutcome | undefined) ?? measured;
    const best = bestAt(budgets, candidates, outcome, drawWithReplacement(stream, candidates.length));
    if (best.filter((arch) => arch !== undefined).length >= leastShare * budgets.length) result.push(best);
  }
  if (result.length > 0) return result;
  throw new UserError(
    `--resamples: expected at least one with networks over half of the budgets, got none of ${options.resamples}; ask for more`,
  );
}

function drawWithReplacement(stream: RandomStream, count: number): ReadonlySet<number> {
  return new Set(Array.from({ length: count }, () => stream.integerBelow(count)));
}

/** @param drawn the candidates that take part; null for all */
function bestAt(
  budgets: readonly number[],
  candidates: readonly MeasuredCandidate[],
  { validationScores }: StudyOutcome,
  drawn: ReadonlySet<number> | null,
): BestArchs {
  const chosenScores =
    drawn === null ? validationScores : validationScores.map((score, index) => (drawn.has(index) ? score : NaN));
  const envelope: Envelope = envelopeOf(
    candidates.map(({ size }) => size),
    chosenScores,
    chosenScores,
  );
  let step = -1;
  return budgets.map((budget) => {
    while (step + 1 < envelope.length && envelope[step + 1]!.size <= budget) step += 1;
    return step < 0 ? undefined : candidates[envelope[step]!.index]!.evidence.arch;
  });
}

interface Followed {
  readonly budgets: readonly number[];
  readonly measured: BestArchs;
  readonly resampled: readonly BestArchs[];
  readonly level: number;
}

function dimensionTrend(dimension: TrendDimension, { budgets, measured, resampled, level }: Followed): DimensionTrend {
  const exponentIn = (archs: BestArchs) => fittedExponent(budgets, archs, dimension);
  const interval = plainInterval(resampled.map(exponentIn), level);
  const points = budgets.flatMap((budgetSize, index): TrendPoint[] => {
    const arch = measured[index];
    if (arch === undefined) return [];
    const value = arch[dimension];
    const values = resampled.flatMap((archs) => archs[index]?.[dimension] ?? []);
    // Of very few resamples, none may have a network as small as the budget.
    return [{ budgetSize, value, interval: plainInterval(values.length > 0 ? values : [value], level) }];
  });
  return { dimension, exponent: exponentIn(measured), interval, direction: directionOf(interval), points };
}

/** Least squares of log value over log budget; exactly 0 where the value is always the same. */
function fittedExponent(budgets: readonly number[], archs: BestArchs, dimension: TrendDimension): number {
  const values = archs.flatMap((arch, index) =>
    arch === undefined ? [] : [{ budget: itemAt(budgets, index), value: arch[dimension] }],
  );
  const first = firstItem(values).value;
  const pairs = values.map(({ budget, value }) => ({ budget: Math.log(budget), value: Math.log(value / first) }));
  const meanBudget = meanOf(pairs.map(({ budget }) => budget));
  const covariance = pairs.reduce((sum, { budget, value }) => sum + (budget - meanBudget) * value, 0);
  const variance = pairs.reduce((sum, { budget }) => sum + (budget - meanBudget) ** 2, 0);
  return covariance / variance;
}

function directionOf({ low, high }: Interval): Direction {
  if (low > 0) return 'grows';
  return high < 0 ? 'shrinks' : 'undecided';
}

function logSpaced({ lowest, highest }: BudgetInterval, count: number): number[] {
  return Array.from({ length: count }, (_, index) =>
    index === count - 1 ? highest : lowest * (highest / lowest) ** (index / (count - 1)),
  );
}

/** Lists what arXiv 2510.01796 claims of the best hourglass as budgets grow. */
export const claimedDirections: Readonly<Record<TrendDimension, Direction>> = {
  depth: 'grows',
  skipWidth: 'grows',
  bottleneckWidth: 'shrinks',
};

/** Names what the trends say of the claim. */
export type ClaimVerdict = 'supported' | 'refuted' | 'undecided';

/** Says whether a hyper-parameter moves as claimed; refuted only where it moves the other way beyond its interval. */
export function claimVerdict({ dimension, direction }: DimensionTrend): ClaimVerdict {
  if (direction === 'undecided') return 'undecided';
  return direction === claimedDirections[dimension] ? 'supported' : 'refuted';
}

/** Judges the claim as a whole: supported where every part is, refuted where one part is. */
export function wholeVerdict({ dimensions }: SeriesTrend): ClaimVerdict {
  const parts = dimensions.map(claimVerdict);
  if (parts.includes('refuted')) return 'refuted';
  return parts.every((part) => part === 'supported') ? 'supported' : 'undecided';
}
