/** What the model sees of a configuration, and how it sees its score. */
import { archName } from '../../arch/arch.js';
import { defaultFamily } from '../../arch/families.js';
import { meanOf, median } from '../../base/averages.js';
import { itemAt } from '../../base/items.js';
import type { Configuration } from '../choice.js';
import type { Points } from './gaussian-process.js';

/**
 * Makes a row for each configuration: logarithms of its parameters, its depth, the ratio of its widths and its learning
 * rate, each from 0 to 1 over the pool. The widths themselves follow from these.
 */
export function featuresOf(pool: readonly Configuration[]): Points {
  const columns = [
    pool.map(({ size }) => Math.log(size)),
    pool.map(({ arch }) => Math.log(arch.depth)),
    pool.map(({ arch }) => Math.log(arch.skipWidth / arch.bottleneckWidth)),
    pool.map(({ learningRate }) => Math.log(learningRate)),
  ].map(toUnitRange);
  return pool.map((_, place) => columns.map((column) => itemAt(column, place)));
}

/** Does the same for pools of several families: each family but the first adds whether a network is of it, as 0 or 1. */
export function featuresWithFamily(pool: readonly Configuration[]): Points {
  const familyOf = (place: number) => itemAt(pool, place).arch.family ?? defaultFamily;
  const [, ...others] = new Set(pool.map((_, place) => familyOf(place)));
  const features = featuresOf(pool);
  if (others.length === 0) return features;
  return features.map((row, place) => [...row, ...others.map((family) => Number(familyOf(place) === family))]);
}

function toUnitRange(column: readonly number[]): number[] {
  const [lowest, highest] = [least(column), -least(column.map((value) => -value))];
  return column.map((value) => (highest > lowest ? (value - lowest) / (highest - lowest) : 0));
}

/** Not spread into arguments: a pool may be long. */
function least(values: readonly number[]): number {
  return values.reduce((lowest, value) => Math.min(lowest, value), Infinity);
}

/**
 * Picks of these places those whose learning rate is the nearest to the middle one of the pool that their network has
 * there. The middle one is the median of the pool's distinct rates, on a log scale.
 */
export function middleRatePlaces(pool: readonly Configuration[], places: readonly number[]): number[] {
  const middle = median([...new Set(pool.map(({ learningRate }) => Math.log(learningRate)))]);
  const rows = places.map((place) => {
    const { arch, learningRate } = itemAt(pool, place);
    return { place, network: archName(arch), distance: Math.abs(Math.log(learningRate) - middle) };
  });
  const least = new Map<string, number>();
  for (const { network, distance } of rows) least.set(network, Math.min(least.get(network) ?? Infinity, distance));
  // Two rates may be as near as each other but for rounding.
  return rows
    .filter(({ network, distance }) => distance <= (least.get(network) ?? distance) + 1e-9)
    .map(({ place }) => place);
}

/** Turns scores into the model's units and back. */
export interface ValueScale {
  readonly middle: number;
  readonly deviation: number;
}

/** Below this many deviations the model is told less and less: how bad a failure was says nothing of the frontier. */
const tailFrom = 3;

/**
 * Measures the scale by the better half of the values, where the frontier is, so that a few bad trainings change
 * nothing.
 */
export function valueScaleOf(scores: readonly number[]): ValueScale {
  const middle = median(scores);
  const squares = scores.filter((score) => score >= middle).map((score) => (score - middle) ** 2);
  return { middle, deviation: Math.max(Math.sqrt(meanOf(squares)), 1e-7 * Math.abs(middle), Number.MIN_VALUE) };
}

/** Turns a score into the value that the model is told. */
export function modelValue(score: number, { middle, deviation }: ValueScale): number {
  const value = (score - middle) / deviation;
  return value < -tailFrom ? -tailFrom - Math.log1p(-tailFrom - value) : value;
}
