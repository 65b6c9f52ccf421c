/**
 * What an engine is to the rest of the house: it takes a forward program and weights, trains and evaluates.
 * Values are row-major, `[size, width]` for one network and `[members, size, width]` for several.
 */
import type { Matrix, Program } from '../arch/program.js';
import type { Weights } from '../arch/weights.js';
import type { Batch } from '../run/batch.js';

/** Holds the settings of AdamW with decoupled weight decay. Source: Loshchilov and Hutter, arXiv 1711.05101. */
export interface AdamW {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
}

/** Holds the decay rates of the moments and the epsilon that every training has. */
export const adamWDefaults = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } as const;

/** Holds what batch normalisation remembers of the training batches, one value per feature. */
export interface RunningStatistics {
  readonly mean: Float32Array;
  readonly variance: Float32Array;
}

/**
 * Holds what AdamW remembers of the gradients of each trainable matrix, by its name, `[in, out]`. Engines scale the
 * moments as they compute with them, so a state means something to the engine that gave it, and to no other.
 */
export interface OptimiserState {
  readonly firstMoment: Weights;
  readonly secondMoment: Weights;
  /** How many steps have been taken. */
  readonly steps: number;
}

/** Holds all that a member's training goes on from. */
export interface ModelState {
  /** Of all matrices, also those that are not trainable, `[in, out]`. */
  readonly weights: Weights;
  /** In the order of the program's batch normalisations. */
  readonly running: readonly RunningStatistics[];
  readonly optimiser: OptimiserState;
}

/** Is one training step of a pack, the networks that a model trains side by side. */
export interface Step {
  /** `[members, size, input width]` */
  readonly input: Float32Array;
  /** `[members, size, program.loss.targetWidth]` */
  readonly target: Float32Array;
  /** Images of each member. */
  readonly size: number;
  /** One for each member. */
  readonly learningRates: readonly number[];
  /** One for each member, from which the masks of dropout are drawn; needed where the program has dropout. */
  readonly dropoutSeeds?: readonly number[];
}

/** Tells what an evaluation is to give beside its losses. */
export interface WantedOutputs {
  /** Whether the outputs are wanted, which takes them out of the engine's memory. */
  readonly outputs: boolean;
}

/** Tells what a batch made of the networks of a pack. */
export interface Evaluation {
  /** For each member the sum of the loss's terms over the batch; `lossTerms` counts them. */
  readonly lossSums: readonly number[];
  /** `[members, size, program.output.width]`, valid until the next evaluation; null where they were not asked for. */
  readonly outputs: Float32Array | null;
}

/**
 * Is a pack in training: one or more networks of one program. Nothing passes from one member to another, so one whose
 * numbers are no longer finite does not disturb its neighbours. Every method throws an OutOfMemory where the memory
 * does not suffice.
 */
export interface Model {
  /**
   * Takes steps of AdamW on each member's loss, the mean of its terms, and gives for every step the members' losses as they
   * were before it. A step's arrays are read before the next one is asked for, so they may be used again; several steps may be
   * read before the first is answered. After a caller that stops listening, steps that were read may have been taken; how
   * many, the state tells. One who wants an answer to each of them ends the steps instead.
   */
  train(steps: AsyncIterable<Step> | Iterable<Step>): AsyncGenerator<readonly number[], void, void>;
  /**
   * The networks with their running statistics, on batches that all members share; changes nothing.
   */
  evaluate(
    batches: AsyncIterable<Batch> | Iterable<Batch>,
    wanted: WantedOutputs,
  ): AsyncGenerator<Evaluation, void, void>;
  /**
   * A copy of what each member has learnt, after a whole number of steps, which it tells. Not while an answer of `train` or
   * `evaluate` is waited for. Between two answers of `train`, and after a caller that stops listening, it may be of more
   * steps than have been answered; after a `train` that has come to its end it is of all of them.
   */
  state(): Promise<readonly ModelState[]>;
  /**
   * Goes on from the states, one for each member, which are copied, as if the model that gave them had never stopped: to
   * the bit, as engines repeat a run to the bit. They are from this engine at the same optimiser settings, all after the
   * same number of steps. Not while `train` or `evaluate` is under way. Throws a RangeError, and changes nothing, where
   * they do not fit the program or the number of members; after an OutOfMemory the model can only be disposed.
   */
  restore(states: readonly ModelState[]): Promise<void>;
  /** Frees what the engine holds outside JavaScript's memory. The model is of no use afterwards. */
  dispose(): Promise<void>;
}

/** Multiplies batches by a matrix. */
export interface Product {
  /**
   * Fills `output`, `[size, matrix.columns]`, with `input`, `[size, matrix.rows]`, times the matrix. It rounds as the same
   * product does inside a network at a batch of that size.
   */
  multiply(input: Float32Array, output: Float32Array): Promise<void>;
  dispose(): Promise<void>;
}

/** Trains and evaluates networks on one runtime. */
export interface Engine {
  /**
   * Makes a model of the program, with a member for each of the given weights, which are copied. Throws a RangeError for
   * several members where the engine trains one network at a time.
   */
  open(program: Program, members: readonly Weights[], optimiser: AdamW): Promise<Model>;
  /**
   * The product with a matrix alone; its values, `[in, out]`, are copied. Absent where a fixed matrix is best multiplied
   * beside the trainable ones.
   */
  openProduct?(matrix: Matrix, values: Float32Array): Promise<Product>;
  /** What the engine computes on, such as `SwiftShader driver 5.0.0`; null where there is no more to say than its name. */
  readonly adapter: string | null;
}
