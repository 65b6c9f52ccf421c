/** Which points of the published curves tell most: a ranking, so that as many as there is time for can be trained. */
import { valueAt } from '../base/items.js';
import { groupBy } from './group.js';
import { curveName, curvesOf, type PublishedCurve, type PublishedPoint } from './published.js';

/** Names why a point tells much. */
export type PickReason = 'left end' | 'right end' | 'knee' | 'crossing' | 'gap';

/** Is a published point and the reason for its rank. */
export interface RankedPoint {
  readonly point: PublishedPoint;
  /** The first that applies. */
  readonly reason: PickReason;
}

/**
 * Ranks every point of one task, what tells most first: the landmarks of the curves (both ends, the knee, both sides of
 * every place where two curves cross), then what is farthest from all points of its curve before it. The landmarks of
 * the curves take turns, and of equals the point with fewer parameters, which is cheaper to train, goes first.
 */
export function rankPoints(points: readonly PublishedPoint[]): RankedPoint[] {
  const curves = curvesOf(points);
  const landmarks = new Map<PublishedPoint, PickReason>();
  const add = (reason: PickReason, point: PublishedPoint | undefined) => {
    if (point !== undefined && !landmarks.has(point)) landmarks.set(point, reason);
  };
  for (const curve of curves) {
    add('left end', curve.points[0]);
    add('right end', curve.points.at(-1));
    add('knee', kneeOf(curve));
  }
  for (const { before, after } of crossingsOf(curves)) {
    add('crossing', before);
    add('crossing', after);
  }
  const first = inTurns([...landmarks.keys()]);
  const rest = byGap(points, first);
  return [...first, ...rest].map((point) => ({ point, reason: landmarks.get(point) ?? 'gap' }));
}

/** Is a place at which one curve takes the lead from another. */
export interface Crossing {
  /** The best point of the curve that led, with fewer parameters than `after`. */
  readonly before: PublishedPoint;
  /** The first point of the other curve that is better. */
  readonly after: PublishedPoint;
}

/**
 * Finds the crossings of all pairs of curves as budget envelopes, f(B) = the best score with at most B parameters, over
 * the budgets at which both have a point. Curves that meet and part again have not crossed.
 */
export function crossingsOf(curves: readonly PublishedCurve[]): Crossing[] {
  return curves.flatMap((left, index) => curves.slice(index + 1).flatMap((right) => crossingsOfPair([left, right])));
}

function crossingsOfPair(pair: readonly [PublishedCurve, PublishedCurve]): Crossing[] {
  const budgets = pair.flatMap(({ points }) => points.map(({ trainableParams }) => trainableParams));
  const crossings: Crossing[] = [];
  let leader: 0 | 1 | null = null;
  for (const budgetSize of budgets.toSorted((left, right) => left - right)) {
    const [first, second] = [bestWithin(pair[0], budgetSize), bestWithin(pair[1], budgetSize)];
    if (first === undefined || second === undefined || first.psnrDb === second.psnrDb) continue;
    const ahead = first.psnrDb > second.psnrDb ? 0 : 1;
    if (leader !== null && ahead !== leader) {
      crossings.push(ahead === 0 ? { before: second, after: first } : { before: first, after: second });
    }
    leader = ahead;
  }
  return crossings;
}

/** Published curves are strict frontiers: the largest affordable point is the best. */
function bestWithin({ points }: PublishedCurve, budgetSize: number): PublishedPoint | undefined {
  return points.findLast(({ trainableParams }) => trainableParams <= budgetSize);
}

/**
 * Finds the point farthest above the chord between a curve's ends, with the logarithm of parameters and the PSNR both
 * scaled to 0 to 1; undefined where no point lies above the chord.
 */
export function kneeOf({ points }: Pick<PublishedCurve, 'points'>): PublishedPoint | undefined {
  const place = placeIn(points);
  // The chord goes from (0, 0) to (1, 1): the distance from it grows with y - x.
  const height = (point: PublishedPoint) => place(point).y - place(point).x;
  const [highest] = points.slice(1, -1).toSorted((left, right) => height(right) - height(left));
  return highest !== undefined && height(highest) > 0 ? highest : undefined;
}

/** One point of each curve after the other, by parameters ascending in each round and in each curve. */
function inTurns(points: readonly PublishedPoint[]): PublishedPoint[] {
  const queues = [...groupBy(points.toSorted(byParams), curveName).values()];
  const rounds = Math.max(0, ...queues.map((queue) => queue.length));
  return Array.from({ length: rounds }, (_, round) =>
    queues.flatMap((queue) => queue[round] ?? []).toSorted(byParams),
  ).flat();
}

type Place = (point: PublishedPoint) => { readonly x: number; readonly y: number };

/** The points that are not taken, the one farthest from the taken points of its curve first; each is then taken too. */
function byGap(points: readonly PublishedPoint[], taken: readonly PublishedPoint[]): PublishedPoint[] {
  const place = placeIn(points);
  const gaps = new Map<PublishedPoint, number>();
  const close = (to: PublishedPoint) => {
    for (const point of points) {
      if (curveName(point) !== curveName(to)) continue;
      const distance = Math.hypot(place(point).x - place(to).x, place(point).y - place(to).y);
      gaps.set(point, Math.min(gaps.get(point) ?? Infinity, distance));
    }
  };
  taken.forEach(close);
  const left = new Set(points.filter((point) => !taken.includes(point)).toSorted(byParams));
  const order: PublishedPoint[] = [];
  while (left.size > 0) {
    const next = [...left].reduce((best, point) => (valueAt(gaps, point) > valueAt(gaps, best) ? point : best));
    left.delete(next);
    close(next);
    order.push(next);
  }
  return order;
}

/** Where a point lies in the unit square around `points`: x the logarithm of parameters, y the PSNR. */
function placeIn(points: readonly PublishedPoint[]): Place {
  const x = unitScale(points.map(({ trainableParams }) => Math.log(trainableParams)));
  const y = unitScale(points.map(({ psnrDb }) => psnrDb));
  return ({ trainableParams, psnrDb }) => ({ x: x(Math.log(trainableParams)), y: y(psnrDb) });
}

function unitScale(values: readonly number[]): (value: number) => number {
  const lowest = Math.min(...values);
  const span = Math.max(...values) - lowest;
  return (value) => (span === 0 ? 0 : (value - lowest) / span);
}

function byParams(left: PublishedPoint, right: PublishedPoint): number {
  return left.trainableParams - right.trainableParams;
}
