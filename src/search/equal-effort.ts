/** As many trainings for each series: a strategy that is played on each series alone. */
import { seriesKey, seriesOf } from '../arch/series.js';
import { itemAt } from '../base/items.js';
import type { ChoiceRequest, Chooser, Configuration } from './choice.js';

/**
 * Has the series take turns, the one with the fewest trainings first; one that has none left leaves its turn to the
 * others.
 */
export function withEqualEffort(chooser: Chooser): Chooser {
  return (choice) => {
    const shares = sharesOf(choice);
    const chosen = shares.map(({ count, pool, ...share }) => {
      const places = new Map(share.places.map((place, index) => [place, index]));
      const observed = choice.observed.flatMap(({ place, score }) => {
        const index = places.get(place);
        return index === undefined ? [] : [{ place: index, score }];
      });
      return chooser({ ...choice, pool, observed, count }).map((index) => itemAt(share.places, index));
    });
    return interleaved(chosen);
  };
}

interface SeriesShare {
  /** Of the series, and where they stand in the pool of all. */
  readonly pool: Configuration[];
  readonly places: number[];
  taken: number;
  count: number;
}

function sharesOf({ pool, observed, count }: ChoiceRequest): SeriesShare[] {
  const bySeries = new Map<string, SeriesShare>();
  const seen = new Set(observed.map(({ place }) => place));
  for (const [place, configuration] of pool.entries()) {
    const key = seriesKey(seriesOf(configuration.arch));
    const share = bySeries.get(key) ?? { pool: [], places: [], taken: 0, count: 0 };
    bySeries.set(key, share);
    share.pool.push(configuration);
    share.places.push(place);
    if (seen.has(place)) share.taken += 1;
  }
  const shares = [...bySeries.values()];
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
