/** As many trainings for each shape: a strategy that is played on each shape alone. */
import { shapeOf } from '../arch/arch.js';
import type { Choice, Chooser } from './choice.js';

/** The shapes take turns, the one with the fewest trainings first; one that has none left leaves its turn to the others. */
export function withEqualEffort(chooser: Chooser): Chooser {
  return (choice) => {
    const shares = sharesOf(choice);
    const chosen = shares.map(({ count, ...share }) => {
      const places = new Map(share.places.map((place, index) => [place, index]));
      const observed = choice.observed.flatMap(({ place, psnrDb }) => {
        const index = places.get(place);
        return index === undefined ? [] : [{ place: index, psnrDb }];
      });
      const pool = share.places.map((place) => choice.pool[place]!);
      return chooser({ ...choice, pool, observed, count }).map((index) => share.places[index]!);
    });
    return interleaved(chosen);
  };
}

interface ShapeShare {
  /** Of the shape in the pool. */
  readonly places: number[];
  taken: number;
  count: number;
}

function sharesOf({ pool, observed, count }: Choice): ShapeShare[] {
  const byShape = new Map<string, ShapeShare>();
  for (const [place, { arch }] of pool.entries()) {
    const share = byShape.get(shapeOf(arch));
    if (share === undefined) byShape.set(shapeOf(arch), { places: [place], taken: 0, count: 0 });
    else share.places.push(place);
  }
  for (const { place } of observed) byShape.get(shapeOf(pool[place]!.arch))!.taken += 1;
  const shares = [...byShape.values()];
  for (let given = 0; given < count; given += 1) {
    const open = shares.filter(({ places, taken }) => taken < places.length);
    if (open.length === 0) break;
    const next = open.reduce((least, share) => (share.taken < least.taken ? share : least));
    next.taken += 1;
    next.count += 1;
  }
  return shares;
}

function interleaved(lists: readonly (readonly number[])[]): number[] {
  const longest = Math.max(0, ...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, index) => lists.flatMap((list) => list[index] ?? [])).flat();
}
