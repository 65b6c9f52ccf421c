/**
 * How each task is trained where nothing else is asked for. Those of MNIST whose targets are pictures, and of ImageNet-32
 * denoising and super-resolution, are published (arXiv 2510.01796): a learning rate is the one that most points of the task's
 * published frontiers used. The others follow them, or were measured (docs/data.md).
 */
import type { Recipe } from '../run/spec.js';
import type { PictureKindName } from './task-kinds.js';

/** Says how a task is trained where nothing else is asked for; the seed and the replicate belong to a study. */
export type TaskRecipe = Omit<Recipe, 'seed' | 'replicate'>;

/** Lists the rates that the published searches tried for every architecture. */
export const publishedLearningRates = [1e-4, 3e-4, 5e-4, 7e-4, 1e-3] as const;

type Recipes = Readonly<Record<PictureKindName, TaskRecipe>>;

const small = { batchSize: 128, learningRate: 1e-3, learningRateStep: 'epoch', weightDecay: 0.01 } as const;

const mnist: Recipes = {
  denoising: { ...small, epochs: 30, flips: 1 },
  'super-resolution': { ...small, epochs: 50, flips: 4 },
  'generative-classification': { ...small, epochs: 50, learningRate: 5e-4, flips: 1 },
  classification: { ...small, epochs: 20, learningRate: 2e-3, flips: 1 },
};

const photographs: Recipes = {
  denoising: { ...small, epochs: 30, flips: 1 },
  'super-resolution': { ...small, epochs: 30, flips: 4 },
  'generative-classification': { ...small, epochs: 30, flips: 1 },
  classification: { ...small, epochs: 20, flips: 1 },
};

const large: TaskRecipe = {
  epochs: 2,
  batchSize: 512,
  learningRate: 3e-4,
  learningRateStep: 'step',
  weightDecay: 0.01,
  flips: 4,
};

const imagenet32: Recipes = {
  denoising: large,
  'super-resolution': large,
  'generative-classification': large,
  classification: { ...large, flips: 1, epochs: 10 },
};

/** By data set. */
const recipes: ReadonlyMap<string, Recipes> = new Map([
  ['mnist', mnist],
  ['fashion-mnist', mnist],
  ['cifar10', photographs],
  ['imagenet32', imagenet32],
]);

/** Gives the recipe of a task on pictures. Data sets without a row of their own are the user's pictures. */
export function recipeFor(dataset: string, kind: PictureKindName): TaskRecipe {
  return (recipes.get(dataset) ?? photographs)[kind];
}

/** Is the recipe of tasks on tables, of every kind. */
export const tableRecipe: TaskRecipe = {
  epochs: 60,
  batchSize: 256,
  learningRate: 1e-3,
  learningRateStep: 'epoch',
  weightDecay: 0.01,
  flips: 1,
};
