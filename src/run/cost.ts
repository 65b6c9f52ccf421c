/** What a training costs, in multiply-adds. */
import { type Dimensions } from '../arch/arch.js';
import { sizeOf } from '../arch/sizes.js';
import type { RunSpec } from './spec.js';

/**
 * Counts the multiply-adds of a training, to weigh runs against each other: three times the forward pass, as the
 * gradients of inputs and of weights each cost about as much again.
 * @param trainingImages images of the training set before flips make it longer
 * @param epochs those that were trained; without it, those of the recipe
 */
export function trainingMultiplyAdds(
  { arch, recipe }: RunSpec,
  dimensions: Dimensions,
  trainingImages: number,
  epochs = recipe.epochs,
): number {
  return 3 * sizeOf(arch, dimensions, 'multiply-adds') * trainingImages * recipe.flips * epochs;
}
