/** How the hypervolume of a search grows with what it has trained. */
import { firstItem, lastItem } from '../base/items.js';
import { envelopeOf, hypervolume, type BudgetInterval } from '../pareto/envelope.js';
import { marginDecades } from './top-decades.js';

/** Is a configuration that was trained, or a part of its training. */
export interface Trained {
  readonly params: number;
  /** Null where it came to no result, or not to its end. */
  readonly score: number | null;
  /** What its training cost, in any unit. */
  readonly cost: number;
  /** How much of a whole training it is. */
  readonly share: number;
}

/** Says what hypervolume is measured against, stated beforehand. */
export interface HypervolumeMeasure {
  readonly interval: BudgetInterval;
  readonly referenceScore: number;
}

/** Holds how far a search was after one more configuration. */
export interface TrajectoryStep {
  /** Of all up to here. */
  readonly cost: number;
  /** The same in whole trainings. */
  readonly trainings: number;
  /** In units of the score times decades of parameters. */
  readonly hypervolume: number;
}

/** Makes a step for each configuration, in the order in which they were trained. */
export function trajectoryOf(order: readonly Trained[], measure: HypervolumeMeasure): readonly TrajectoryStep[] {
  const sorted: Trained[] = [];
  let [cost, trainings] = [0, 0];
  return order.map((trained) => {
    const place = sorted.findIndex(({ params }) => params > trained.params);
    sorted.splice(place === -1 ? sorted.length : place, 0, trained);
    cost += trained.cost;
    trainings += trained.share;
    return { cost, trainings, hypervolume: hypervolumeOf(sorted, measure) };
  });
}

/** Computes the hypervolume of all of them, in any order. */
export function totalHypervolume(trained: readonly Trained[], measure: HypervolumeMeasure): number {
  return hypervolumeOf(
    trained.toSorted((left, right) => left.params - right.params),
    measure,
  );
}

function hypervolumeOf(sorted: readonly Trained[], { interval, referenceScore }: HypervolumeMeasure): number {
  const scores = sorted.map(({ score }) => score ?? Number.NaN);
  const envelope = envelopeOf(
    sorted.map(({ params }) => params),
    scores,
    scores,
  );
  return hypervolume(envelope, interval, referenceScore);
}

/**
 * Gives the measure of a whole table: down to its smallest score, and up to a twentieth of a decade above its largest
 * network. Throws a RangeError where nothing in it came to a result.
 */
export function hypervolumeMeasureOf(trained: readonly Trained[]): HypervolumeMeasure {
  const params = trained.map((one) => one.params).toSorted((left, right) => left - right);
  const scores = trained.flatMap(({ score }) => score ?? []).toSorted((left, right) => left - right);
  if (scores.length === 0) throw new RangeError('expected at least one result to measure hypervolume by');
  return {
    interval: { lowest: firstItem(params), highest: lastItem(params) * 10 ** marginDecades },
    referenceScore: firstItem(scores),
  };
}
