/** What a budget buys: the best architecture of each shape with at most so many parameters, and the gap between. */
import { type CountedParams, type Shape, shapes } from '../arch/arch.js';
import { frontierOf } from './frontier.js';
import { type MeasuredPoint, paramsOf, type Point, type Quality } from './point.js';

/** Is a difference of two mean PSNRs. */
export interface PsnrGap {
  readonly meanDb: number;
  /** sqrt(s1^2/n1 + s2^2/n2) (Welch); null where either shape has one replicate. */
  readonly standardErrorDb: number | null;
}

/** Holds the best architecture of each shape under one budget, and the gap between hourglass and conventional. */
export interface BudgetComparison {
  readonly budgetParams: number;
  readonly count: CountedParams;
  /** Chosen on validation PSNR; shapes without a measured architecture under the budget are absent. */
  readonly best: Readonly<Partial<Record<Shape, MeasuredPoint>>>;
  /** Hourglass minus conventional; null where one of them is absent. */
  readonly gap: { readonly validation: PsnrGap; readonly test: PsnrGap } | null;
}

/** Finds the best of each shape with at most `budgetParams` parameters, of equals the one with the fewest. */
export function bestUnderBudget(
  points: readonly Point[],
  { budgetParams, count }: { budgetParams: number; count: CountedParams },
): BudgetComparison {
  const affordable = points.filter((point) => paramsOf(point, count) <= budgetParams);
  const frontier = frontierOf(affordable, { count });
  const best: Partial<Record<Shape, MeasuredPoint>> = {};
  for (const shape of shapes) {
    const last = frontier.findLast((point) => point.shape === shape);
    if (last) best[shape] = last;
  }
  return { budgetParams, count, best, gap: gapBetween(best.hourglass, best.conventional) };
}

function gapBetween(hourglass: MeasuredPoint | undefined, conventional: MeasuredPoint | undefined) {
  if (!hourglass || !conventional) return null;
  const gapOn = (set: 'validation' | 'test'): PsnrGap => ({
    meanDb: hourglass[set].psnrDb - conventional[set].psnrDb,
    standardErrorDb: standardErrorOfDifference(
      [hourglass[set], hourglass.replicates],
      [conventional[set], conventional.replicates],
    ),
  });
  return { validation: gapOn('validation'), test: gapOn('test') };
}

function standardErrorOfDifference(...sides: [Quality, number][]): number | null {
  let variance = 0;
  for (const [{ psnrDbStd }, replicates] of sides) {
    if (psnrDbStd === null) return null;
    variance += psnrDbStd ** 2 / replicates;
  }
  return Math.sqrt(variance);
}
