/** Points that lie far from each other. */
import { itemAt } from '../../base/items.js';
import type { RandomStream } from '../../base/random.js';
import type { Points } from './gaussian-process.js';

/**
 * Finds the place among `places` that is farthest from the nearest of the `taken` ones; a random one where none is
 * taken, null where there are no places. Distances are lengthened by up to 5 % at random, so that seeds differ.
 */
export function farthestPlace(
  points: Points,
  places: readonly number[],
  taken: readonly number[],
  stream: RandomStream,
): number | null {
  const [first] = places;
  if (first === undefined) return null;
  if (taken.length === 0) return itemAt(places, stream.integerBelow(places.length));
  let best = { place: first, distance: -1 };
  for (const place of places) {
    const point = itemAt(points, place);
    const nearest = Math.min(...taken.map((other) => squaredDistance(point, itemAt(points, other))));
    const distance = nearest * (1 + 0.05 * stream.uniform());
    if (distance > best.distance) best = { place, distance };
  }
  return best.place;
}

/** Gives the square of the Euclidean distance of two points. */
export function squaredDistance(left: readonly number[], right: readonly number[]): number {
  return left.reduce((sum, value, input) => sum + (value - right[input]!) ** 2, 0);
}
