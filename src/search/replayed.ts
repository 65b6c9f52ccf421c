/** The strategies as they are played on recorded results: random search has the pool alone to draw from. */
import { permutation, randomStream } from '../base/random.js';
import { unobservedPlaces, type Chooser } from './choice.js';
import { adaptiveStrategies } from './strategies.js';
import type { ReplayedName } from './strategy-names.js';

/** Of a strategy that trains what it chooses to its end. */
export function chooserOf(name: Exclude<ReplayedName, 'halving'>): Chooser {
  return name === 'random' ? randomChooser : adaptiveStrategies[name]('equal').choose;
}

/** The pool in a random order. */
const randomChooser: Chooser = (choice) => {
  const order = permutation(randomStream('replay', 'random', choice.seed), choice.pool.length);
  const left = new Set(unobservedPlaces(choice));
  return Array.from(order)
    .filter((place) => left.has(place))
    .slice(0, choice.count);
};
