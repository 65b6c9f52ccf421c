/** The strategies as they are played on recorded results: grid and random search have the pool alone to walk or draw from. */
import { permutation, randomStream } from '../base/random.js';
import { unobservedPlaces, type Chooser } from './choice.js';
import { adaptiveStrategies } from './strategies.js';
import type { ReplayedName } from './strategy-names.js';

/** Of a strategy that trains what it chooses to its end. */
export function chooserOf(name: Exclude<ReplayedName, 'halving'>): Chooser {
  if (name === 'grid') return gridChooser;
  return name === 'random' ? randomChooser : adaptiveStrategies[name]('equal').choose;
}

/** The pool in the order of a grid: by depth, skip width, bottleneck width and learning rate, the last the fastest. */
const gridChooser: Chooser = (choice) => {
  const numbersAt = (place: number) => {
    const { arch, learningRate } = choice.pool[place]!;
    return [arch.depth, arch.skipWidth, arch.bottleneckWidth, learningRate];
  };
  const firstDifference = (left: readonly number[], right: readonly number[]) =>
    left.map((number, index) => number - right[index]!).find((difference) => difference !== 0) ?? 0;
  return unobservedPlaces(choice)
    .toSorted((left, right) => firstDifference(numbersAt(left), numbersAt(right)))
    .slice(0, choice.count);
};

/** The pool in a random order. */
const randomChooser: Chooser = (choice) => {
  const order = permutation(randomStream('replay', 'random', choice.seed), choice.pool.length);
  const left = new Set(unobservedPlaces(choice));
  return Array.from(order)
    .filter((place) => left.has(place))
    .slice(0, choice.count);
};
