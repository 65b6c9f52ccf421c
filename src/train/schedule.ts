/** The learning rate falls linearly to zero over the run, once per epoch or once per step, or stays as it is. */
import type { Recipe } from '../run/spec.js';

/** Gives the rate of one step. `epoch` and `step` (within the epoch) count from 0. */
export function learningRateAt(recipe: Recipe, epoch: number, step: number, stepsPerEpoch: number): number {
  if (recipe.learningRateStep === 'never') return recipe.learningRate;
  const done = recipe.learningRateStep === 'epoch' ? epoch : epoch + step / stepsPerEpoch;
  return recipe.learningRate * (1 - done / recipe.epochs);
}
