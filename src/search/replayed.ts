/** The strategies as they are played on recorded results: grid and random search have the pool alone to walk or draw from. */
import { permutation, randomStream } from '../base/random.js';
import { unobservedPlaces, type Chooser, type Configuration } from './choice.js';
import { adaptiveStrategies } from './strategies.js';
import type { StrategyName } from './strategy-names.js';

/** Of a strategy that trains what it chooses to its end. */
export function chooserOf(name: Exclude<StrategyName, 'halving'>): Chooser {
  if (name === 'grid') return gridChooser;
  return name === 'random' ? randomChooser : adaptiveStrategies[name]('equal').choose;
}

/** The pool in the order of a grid: by depth, skip width, bottleneck width and learning rate, the last the fastest. */
const gridChooser: Chooser = (choice) =>
  unobservedPlaces(choice)
    .toSorted((left, right) => byGrid(choice.pool[left]!, choice.pool[right]!))
    .slice(0, choice.count);

function byGrid(left: Configuration, right: Configuration): number {
  return (
    left.arch.depth - right.arch.depth ||
    left.arch.skipWidth - right.arch.skipWidth ||
    left.arch.bottleneckWidth - right.arch.bottleneckWidth ||
    left.learningRate - right.learningRate
  );
}

/** The pool in a random order. */
const randomChooser: Chooser = (choice) => {
  const order = permutation(randomStream('replay', 'random', choice.seed), choice.pool.length);
  const left = new Set(unobservedPlaces(choice));
  return Array.from(order)
    .filter((place) => left.has(place))
    .slice(0, choice.count);
};
