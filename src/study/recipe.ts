/** The recipe that option values ask for; what they leave open is the task's published recipe. */
import type { OptionValues } from '../config/fields.js';
import type { Task } from '../data/tasks.js';
import type { Recipe } from '../run/spec.js';

type RecipeValues = OptionValues<'epochs' | 'batchSize' | 'learningRateStep' | 'weightDecay' | 'flips' | 'seed'> &
  // A reproduction has none.
  Partial<OptionValues<'patience'>>;

/**
 * Gives the recipe that the values ask for; what they leave open is the task's published one. The learning rate is the
 * published one, whatever the values say. Throws a UserError for flips that the task's data do not have.
 */
export function recipeOf(values: RecipeValues, task: Task): Omit<Recipe, 'replicate'> {
  const { recipe } = task;
  const patience = values.patience ?? null;
  if (values.flips !== null) task.checkFlips(values.flips);
  return {
    epochs: values.epochs ?? recipe.epochs,
    ...(patience !== null && { patience }),
    batchSize: values.batchSize ?? recipe.batchSize,
    learningRate: recipe.learningRate,
    learningRateStep: values.learningRateStep ?? recipe.learningRateStep,
    weightDecay: values.weightDecay ?? recipe.weightDecay,
    flips: values.flips ?? recipe.flips,
    seed: values.seed!,
  };
}
