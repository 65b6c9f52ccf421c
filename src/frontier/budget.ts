/** What a budget buys: the best architecture of each shape of at most a size, and the gap between. */
import { type Shape, shapes } from '../arch/arch.js';
import type { SizeName } from '../arch/sizes.js';
import { frontierOf } from './frontier.js';
import { scoreOf } from '../run/metrics.js';
import { type MeasuredPoint, scoreStdOf, sizeOfPoint, type Point, type Quality } from './point.js';

/** Is a difference of two mean scores. */
export interface ScoreGap {
  readonly mean: number;
  /** sqrt(s1^2/n1 + s2^2/n2) (Welch); null where either shape has one replicate. */
  readonly standardError: number | null;
}

/** Holds the best architecture of each shape under one budget, and the gap between hourglass and conventional. */
export interface BudgetComparison {
  readonly budgetSize: number;
  readonly axis: SizeName;
  /** Chosen on validation; shapes without a measured architecture under the budget are absent. */
  readonly best: Readonly<Partial<Record<Shape, MeasuredPoint>>>;
  /** Hourglass minus conventional; null where one of them is absent. */
  readonly gap: { readonly validation: ScoreGap; readonly test: ScoreGap } | null;
}

/** Finds the best of each shape of at most `budgetSize`, of equals the smallest. */
export function bestUnderBudget(
  points: readonly Point[],
  { budgetSize, axis }: { budgetSize: number; axis: SizeName },
): BudgetComparison {
  const affordable = points.filter((point) => sizeOfPoint(point, axis) <= budgetSize);
  const frontier = frontierOf(affordable, { axis });
  const best: Partial<Record<Shape, MeasuredPoint>> = {};
  for (const shape of shapes) {
    const last = frontier.findLast((point) => point.shape === shape);
    if (last) best[shape] = last;
  }
  return { budgetSize, axis, best, gap: gapBetween(best.hourglass, best.conventional) };
}

function gapBetween(hourglass: MeasuredPoint | undefined, conventional: MeasuredPoint | undefined) {
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
