/** What a budget buys: the best architecture of each series of at most a size, and the gaps between shapes. */
import { distinctSeries, isSameSeries, type Series, seriesKey } from '../arch/series.js';
import type { SizeName } from '../arch/sizes.js';
import { frontierOf } from './frontier.js';
import { scoreOf } from '../run/metrics.js';
import { type MeasuredPoint, scoreStdOf, sizeOfPoint, type Point, type Quality } from './point.js';

/** Is a difference of two mean scores. */
export interface ScoreGap {
  readonly mean: number;
  /** sqrt(s1^2/n1 + s2^2/n2) (Welch); null where either side has one replicate. */
  readonly standardError: number | null;
}

/** Is how far the hourglass is ahead of the conventional network. */
export interface ShapeGap {
  readonly validation: ScoreGap;
  readonly test: ScoreGap;
}

/** Holds the best architecture of each series under one budget, and the gap between hourglass and conventional. */
export interface BudgetComparison {
  readonly budgetSize: number;
  readonly axis: SizeName;
  /** By the key of the series, in their order; chosen on validation. Without a measured network under it, one is absent. */
  readonly best: Readonly<Partial<Record<string, MeasuredPoint>>>;
  /** Hourglass minus conventional; null where one of them is absent, and where there are several families. */
  readonly gap: ShapeGap | null;
  /** Of each family that has both; absent where all points are of one family. */
  readonly gaps?: readonly (ShapeGap & Required<Pick<Series, 'family'>>)[];
}

/** Finds the best of each series of at most `budgetSize`, of equals the smallest. */
export function bestUnderBudget(
  points: readonly Point[],
  { budgetSize, axis }: { budgetSize: number; axis: SizeName },
): BudgetComparison {
  const affordable = points.filter((point) => sizeOfPoint(point, axis) <= budgetSize);
  const frontier = frontierOf(affordable, { axis });
  const best: Partial<Record<string, MeasuredPoint>> = {};
  for (const series of distinctSeries(frontier)) {
    best[seriesKey(series)] = frontier.findLast((point) => isSameSeries(point, series))!;
  }
  const gapOf = (ofFamily: Pick<Series, 'family'>) => {
    const [hourglass, conventional] = (['hourglass', 'conventional'] as const).map((shape) => {
      return best[seriesKey({ ...ofFamily, shape })];
    });
    return gapBetween(hourglass, conventional);
  };
  const families = new Set(distinctSeries(points).flatMap(({ family }) => family ?? []));
  if (families.size === 0) return { budgetSize, axis, best, gap: gapOf({}) };
  const gaps = [...families].flatMap((family) => {
    const gap = gapOf({ family });
    return gap === null ? [] : [{ family, ...gap }];
  });
  return { budgetSize, axis, best, gap: null, gaps };
}

function gapBetween(hourglass: MeasuredPoint | undefined, conventional: MeasuredPoint | undefined): ShapeGap | null {
  if (!hourglass || !conventional) return null;
  const gapOn = (set: 'validation' | 'test'): ScoreGap => ({
    mean: scoreOf(hourglass[set]) - scoreOf(conventional[set]),
    standardError: standardErrorOfDifference(
      [hourglass[set], hourglass.replicates],
      [conventional[set], conventional.replicates],
    ),
  });
  return { validation: gapOn('validation'), test: gapOn('test') };
}

function standardErrorOfDifference(...sides: [Quality, number][]): number | null {
  let variance = 0;
  for (const [quality, replicates] of sides) {
    const std = scoreStdOf(quality);
    if (std === null) return null;
    variance += std ** 2 / replicates;
  }
  return Math.sqrt(variance);
}
