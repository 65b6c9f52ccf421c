/** What memory a training takes at the least: what is below it can never be enough. */
import { type Arch, type Dimensions } from '../arch/arch.js';
import { sizeOf } from '../arch/sizes.js';
import type { Recipe } from './spec.js';

/** Gives what the memory of a training depends on, beside its data. */
export interface TrainedNetwork {
  readonly arch: Arch;
  readonly recipe: Pick<Recipe, 'batchSize' | 'flips'>;
}

const bytesPerNumber = Float32Array.BYTES_PER_ELEMENT;

/** Estimates the least memory in bytes on the machine that starts a training: the initial weights, and a batch. */
export function leastHostBytes(
  { arch, recipe }: TrainedNetwork,
  dimensions: Dimensions,
  trainingImages: number,
): number {
  const size = Math.min(recipe.batchSize, trainingImages * recipe.flips);
  return bytesPerNumber * (sizeOf(arch, dimensions, 'total') + size * (dimensions.input + dimensions.output));
}

/**
 * Estimates the least memory in bytes where a network trains: in addition gradients, the two moments of AdamW, and what
 * each block keeps of a batch.
 */
export function leastTrainingBytes(network: TrainedNetwork, dimensions: Dimensions, trainingImages: number): number {
  const { arch, recipe } = network;
  const size = Math.min(recipe.batchSize, trainingImages * recipe.flips);
  const kept = size * arch.depth * (arch.skipWidth + arch.bottleneckWidth);
  const learnt = 3 * sizeOf(arch, dimensions, 'trainable');
  return leastHostBytes(network, dimensions, trainingImages) + bytesPerNumber * (learnt + kept);
}
