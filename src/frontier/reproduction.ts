/** Our measurements beside the published ones. */
import { archName } from '../arch/arch.js';
import { rankPoints, type PickReason } from './pick.js';
import { isMeasured, type MeasuredPoint, type Point } from './point.js';
import { publishedSetOf, type PublishedPoint } from './published.js';
import { scoreOf } from '../run/metrics.js';
import type { EvaluationSet } from '../run/run.js';
import { meanOf } from '../base/averages.js';
import { firstItem, valueAt } from '../base/items.js';

/** Is a published point that we trained too. */
export interface ReproducedPoint {
  readonly published: PublishedPoint;
  /** Why it was picked. */
  readonly reason: PickReason;
  readonly ours: MeasuredPoint;
  /** Ours minus theirs, on the set that they reported. */
  readonly differenceDb: number;
  /** The same over the authors' standard deviation; null where they have none. */
  readonly differenceInStds: number | null;
}

/** Holds the published points of a task beside ours. */
export interface Reproduction {
  readonly task: string;
  /** The set that the authors reported. */
  readonly set: EvaluationSet;
  /** All that was published of the task. */
  readonly published: readonly PublishedPoint[];
  /** In the order of the published points. */
  readonly points: readonly ReproducedPoint[];
  /** Those that were tried, but of which no run finished. */
  readonly unmeasured: readonly PublishedPoint[];
  /** Null without a point. */
  readonly meanAbsoluteDifferenceDb: number | null;
}

/**
 * Holds measured points against the published ones of the same architecture.
 * @param published all points of one task
 */
export function compareWithPublished(published: readonly PublishedPoint[], points: readonly Point[]): Reproduction {
  const { task } = firstItem(published);
  const set = publishedSetOf(task);
  const byName = new Map(points.map((point) => [archName(point.arch), point]));
  const reasons = new Map(rankPoints(published).map(({ point, reason }) => [point, reason]));
  const compared: ReproducedPoint[] = [];
  const unmeasured: PublishedPoint[] = [];
  for (const point of published) {
    const ours = byName.get(archName(point.arch));
    if (ours === undefined) continue;
    if (isMeasured(ours)) compared.push(comparisonOf(point, ours, valueAt(reasons, point), set));
    else unmeasured.push(point);
  }
  const differencesDb = compared.map(({ differenceDb }) => Math.abs(differenceDb));
  return {
    task,
    set,
    published,
    points: compared,
    unmeasured,
    meanAbsoluteDifferenceDb: differencesDb.length === 0 ? null : meanOf(differencesDb),
  };
}

function comparisonOf(
  published: PublishedPoint,
  ours: MeasuredPoint,
  reason: PickReason,
  set: EvaluationSet,
): ReproducedPoint {
  const differenceDb = scoreOf(ours[set]) - published.psnrDb;
  const { psnrDbStd } = published;
  return {
    published,
    reason,
    ours,
    differenceDb,
    differenceInStds: psnrDbStd === null || psnrDbStd === 0 ? null : differenceDb / psnrDbStd,
  };
}

/** Gives the set that the authors did not report. */
export function otherSet(set: EvaluationSet): EvaluationSet {
  return set === 'validation' ? 'test' : 'validation';
}
