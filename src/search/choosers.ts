/** The strategies that choose from a pool, by name; those that look at no result stand first, to compare with. */
import { permutation, randomStream } from '../base/random.js';
import { unobservedPlaces, type Chooser } from './choice.js';
import { evolveChooser } from './strategies/evolve.js';
import { modelChooser } from './strategies/model.js';

export const choosers = {
  random: randomChooser(),
  evolve: evolveChooser,
  model: modelChooser('equal'),
} as const satisfies Record<string, Chooser>;

export type ChooserName = keyof typeof choosers;
export const chooserNames = Object.keys(choosers) as ChooserName[];

/** The pool in a random order. */
function randomChooser(): Chooser {
  return (choice) => {
    const order = permutation(randomStream('replay', 'random', choice.seed), choice.pool.length);
    const left = new Set(unobservedPlaces(choice));
    return Array.from(order)
      .filter((place) => left.has(place))
      .slice(0, choice.count);
  };
}
