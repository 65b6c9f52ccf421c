/**
 * The order in which strategies take configurations that are recorded, in place of drawing networks of their own: so that
 * they can be played on a table of finished runs.
 */
import { itemAt } from '../base/items.js';
import { permutation, randomStream } from '../base/random.js';
import type { Configuration } from './choice.js';

/** Puts recorded configurations into the order in which a strategy is offered them. */
export type RecordedOrder = <Recorded extends Configuration>(
  recorded: readonly Recorded[],
  seed: number,
) => readonly Recorded[];

/** Leaves the order as it is, for a strategy that chooses from all of them. */
export const asRecorded: RecordedOrder = (recorded) => recorded;

/** Gives a random order, another one for each strategy. */
export function shuffledFor(strategy: string): RecordedOrder {
  return (recorded, seed) =>
    Array.from(permutation(randomStream('replay', strategy, seed), recorded.length), (index) =>
      itemAt(recorded, index),
    );
}

/** Sorts by depth, skip width, bottleneck width and learning rate, the last the fastest, as a grid is walked. */
export const inGridOrder: RecordedOrder = (recorded) => recorded.toSorted(byGrid);

function byGrid(left: Configuration, right: Configuration): number {
  return (
    left.arch.depth - right.arch.depth ||
    left.arch.skipWidth - right.arch.skipWidth ||
    left.arch.bottleneckWidth - right.arch.bottleneckWidth ||
    left.learningRate - right.learningRate
  );
}
