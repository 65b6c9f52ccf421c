/** Points that lie far from each other. */
import type { RandomStream } from '../../base/random.js';
import type { Points } from './gaussian-process.js';

/**
 * The place among `places` that is farthest from the nearest of the `taken` ones; a random one where none is taken.
 * Distances are lengthened by up to 5 % at random, so that seeds differ.
 */
export function farthestPlace(
  points: Points,
  places: readonly number[],
  taken: readonly number[],
  stream: RandomStream,
): number | null {
  if (places.length === 0) return null;
  if (taken.length === 0) return places[stream.integerBelow(places.length)]!;
  let best = { place: places[0]!, distance: -1 };
  for (const place of places) {
    const nearest = Math.min(...taken.map((other) => squaredDistance(points[place]!, points[other]!)));
    const distance = nearest * (1 + 0.05 * stream.uniform());
    if (distance > best.distance) best = { place, distance };
  }
  return best.place;
}

/** Gives the square of the Euclidean distance of two points. */
export function squaredDistance(left: readonly number[], right: readonly number[]): number {
  return left.reduce((sum, value, input) => sum + (value - right[input]!) ** 2, 0);
}
