/**
 * The table of tasks: a data set and how it is turned into (input, target) pairs, with the published recipe.
 * Source: arXiv 2510.01796; a default learning rate is the one that most points of the task's published frontiers used.
 */
import { closest } from 'fastest-levenshtein';
import type { Dimensions } from '../arch/arch.js';
import { UserError } from '../base/errors.js';
import type { Recipe } from '../run/run.js';
import type { ImageShape } from './images.js';
import { halvedInput, noisyInput, prototypeTarget, type MakePairs } from './pairs.js';

/** How the published frontiers were trained; the seed and the replicate belong to a study. */
export type TaskRecipe = Omit<Recipe, 'seed' | 'replicate'>;

export interface Task {
  readonly name: string;
  /** A row of the table of data sets, or one that this version can plan for but not read. */
  readonly dataset: string;
  readonly dimensions: Dimensions;
  /** Of the train split, without flips. */
  readonly trainingImages: number;
  /** The images that targets and outputs show. */
  readonly target: ImageShape;
  readonly makePairs: MakePairs;
  /** True where an image, flipped or not, gives the same training input in every epoch: no noise. */
  readonly inputsRepeat: boolean;
  readonly recipe: TaskRecipe;
}

/** Those tried for every architecture of the published searches. */
export const publishedLearningRates = [1e-4, 3e-4, 5e-4, 7e-4, 1e-3] as const;

/** Standard deviation of the noise, pixels in [0, 1]. */
const noiseLevel = 0.25;

const mnistShape = { height: 28, width: 28, channels: 1 } as const;
const imagenet32Shape = { height: 32, width: 32, channels: 3 } as const;

const mnistRecipe = { batchSize: 128, learningRateStep: 'epoch', weightDecay: 0.01 } as const;
const imagenet32Recipe = {
  epochs: 2,
  batchSize: 512,
  learningRate: 3e-4,
  learningRateStep: 'step',
  weightDecay: 0.01,
  flips: 4,
} as const;

export const tasks: readonly Task[] = [
  {
    name: 'mnist/denoising',
    dataset: 'mnist',
    trainingImages: 50_000,
    dimensions: { input: 784, output: 784 },
    target: mnistShape,
    makePairs: noisyInput(noiseLevel),
    inputsRepeat: false,
    recipe: { ...mnistRecipe, epochs: 30, learningRate: 1e-3, flips: 1 },
  },
  {
    name: 'mnist/super-resolution',
    dataset: 'mnist',
    trainingImages: 50_000,
    dimensions: { input: 196, output: 784 },
    target: mnistShape,
    makePairs: halvedInput,
    inputsRepeat: true,
    recipe: { ...mnistRecipe, epochs: 50, learningRate: 1e-3, flips: 4 },
  },
  {
    name: 'mnist/generative-classification',
    dataset: 'mnist',
    trainingImages: 50_000,
    dimensions: { input: 784, output: 784 },
    target: mnistShape,
    makePairs: prototypeTarget,
    inputsRepeat: true,
    recipe: { ...mnistRecipe, epochs: 50, learningRate: 5e-4, flips: 1 },
  },
  {
    name: 'imagenet32/denoising',
    dataset: 'imagenet32',
    trainingImages: 1_281_167,
    dimensions: { input: 3072, output: 3072 },
    target: imagenet32Shape,
    makePairs: noisyInput(noiseLevel),
    inputsRepeat: false,
    recipe: imagenet32Recipe,
  },
  {
    name: 'imagenet32/super-resolution',
    dataset: 'imagenet32',
    trainingImages: 1_281_167,
    dimensions: { input: 768, output: 3072 },
    target: imagenet32Shape,
    makePairs: halvedInput,
    inputsRepeat: true,
    recipe: imagenet32Recipe,
  },
];

/** The task of that name. Throws a UserError that says the nearest and lists all. */
export function findTask(name: string): Task {
  const found = tasks.find((task) => task.name === name);
  if (found) return found;
  const known = tasks.map((task) => task.name);
  throw new UserError(
    `task: expected one of ${known.join(', ')}; got '${name}'; did you mean '${closest(name, known)}'?`,
  );
}
