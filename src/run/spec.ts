/**
 * What a training is asked for: the one schema of it. The log, the queue, the import and the configuration take from it
 * what a value may be; where one of them asks for more or for less, it says so and why.
 */
import { z } from 'zod';
import { archSchema } from '../arch/arch.js';

/**
 * Lists when the learning rate may take its next step down; it falls linearly to zero over the run, or never, and is then
 * constant.
 */
export const learningRateSteps = ['epoch', 'step', 'never'] as const;
/** Lists how many times longer flips may make the data set. */
export const flipFactors = [1, 2, 4] as const;

/** Says how to train. Source of the defaults: arXiv 2510.01796. */
export const recipeSchema = z.object({
  epochs: z.int().min(1),
  batchSize: z.int().min(1),
  learningRate: z.number().positive(),
  learningRateStep: z.enum(learningRateSteps),
  /**
   * A run ends once so many epochs in a row were not better on validation than its best one, whose weights it then has.
   * Absent where it is trained for all epochs and has the weights of the last one.
   */
  patience: z.int().min(1).optional(),
  /** Decoupled weight decay of AdamW. */
  weightDecay: z.number().nonnegative(),
  /** The data set becomes this many times longer: 2 adds the both-ways flip, 4 adds horizontal, vertical and both. */
  flips: z.literal(flipFactors),
  /** The study's seed. */
  seed: z.int().min(0),
  /** 0-based; replicate k sees the same order of the data whatever the arch. */
  replicate: z.int().min(0),
});
/** Says how a network is trained. */
export type Recipe = Readonly<z.output<typeof recipeSchema>>;

/** Checks that a value is a spec: everything that determines a run's result. */
export const specSchema = z.object({
  /** A row of the task table, such as `mnist/denoising`. */
  task: z.string(),
  arch: archSchema,
  recipe: recipeSchema,
  /** A row of the engine table, such as `onnx-cpu`. */
  engine: z.string(),
});
type Parsed = z.output<typeof specSchema>;
/** Is everything that determines the result of a run; its key is made of it. */
export type RunSpec = { readonly [Part in keyof Parsed]: Readonly<Parsed[Part]> };
