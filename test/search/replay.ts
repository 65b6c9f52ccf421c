/** Choosers played on recorded results: what they would have trained, and in which order. */
import { unobservedPlaces, type Chooser, type Configuration, type Observation } from '../../src/search/choice.js';
import type { RecordedOrder } from '../../src/search/recorded-order.js';

export interface RecordedConfiguration extends Configuration {
  /** Mean over its replicates; null where no training of it came to a result. */
  readonly score: number | null;
}

export interface ReplayOptions {
  readonly seed: number;
  /** How many are trained before the strategy looks at the results. */
  readonly batchSize: number;
  /** When it ends; it ends earlier where it chooses nothing more. */
  readonly mostConfigurations: number;
}

/** What was trained in the order in which it was chosen. Throws a RangeError where a choice is none of the pool's or comes again. */
export function replay(
  chooser: Chooser,
  pool: readonly RecordedConfiguration[],
  { seed, batchSize, mostConfigurations }: ReplayOptions,
): readonly Observation[] {
  const observed: Observation[] = [];
  const seen = new Set<number>();
  while (observed.length < mostConfigurations) {
    const count = Math.min(batchSize, mostConfigurations - observed.length);
    const places = chooser({ pool, seed, observed: [...observed], count });
    if (places.length === 0) break;
    for (const place of places) {
      const recorded = pool[place];
      if (recorded === undefined || seen.has(place)) throw new RangeError(`replay: place ${place} may not be chosen`);
      seen.add(place);
      observed.push({ place, score: recorded.score });
    }
  }
  return observed;
}

/** Chooses what comes next in an order. */
export function chooserOf(order: RecordedOrder): Chooser {
  return (choice) => {
    const left = new Set(unobservedPlaces(choice));
    const places = choice.pool.map((configuration, place) => ({ ...configuration, place }));
    return order(places, choice.seed)
      .map(({ place }) => place)
      .filter((place) => left.has(place))
      .slice(0, choice.count);
  };
}
