/**
 * What an engine is to the rest of the house: it takes a forward program and weights, trains and evaluates.
 * Batches are row-major `[batch, width]`.
 */
import type { Matrix, Program } from '../arch/program.js';
import type { Weights } from '../arch/weights.js';
import type { Batch } from '../run/batch.js';

/** AdamW with decoupled weight decay. Source: Loshchilov and Hutter, arXiv 1711.05101. */
export interface AdamW {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
}

export const adamWDefaults = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } as const;

/** What batch normalisation remembers of the training batches, one value per feature. */
export interface RunningStatistics {
  readonly mean: Float32Array;
  readonly variance: Float32Array;
}

export interface ModelState {
  readonly weights: Weights;
  /** In the order of the program's batch normalisations. */
  readonly running: readonly RunningStatistics[];
}

export interface Evaluation {
  /** Sum over the batch of the squared differences of output and target. */
  readonly squaredError: number;
  /** `[size, program.output.width]`; valid until the next call. */
  readonly output: Float32Array;
}

/** A network in training. */
export interface Model {
  /** One step of AdamW on the batch's mean squared error; gives that error as it was before the step. */
  step(batch: Batch, learningRate: number): Promise<number>;
  /** The network with its running statistics; changes nothing. */
  evaluate(batch: Batch): Promise<Evaluation>;
  /** A copy of what has been learnt. */
  state(): ModelState;
  /** Frees what the engine holds outside JavaScript's memory. The model is of no use afterwards. */
  dispose(): Promise<void>;
}

/** A matrix that batches are multiplied by. */
export interface Product {
  /**
   * Fills `output`, `[size, matrix.columns]`, with `input`, `[size, matrix.rows]`, times the matrix. It rounds as the same
   * product does inside a network at a batch of that size.
   */
  multiply(input: Float32Array, output: Float32Array): Promise<void>;
  dispose(): Promise<void>;
}

export interface Engine {
  /** Makes a model of the program that starts from the weights, which are copied. */
  open(program: Program, weights: Weights, optimiser: AdamW): Promise<Model>;
  /** The product with a matrix alone; its values, `[in, out]`, are copied. */
  openProduct(matrix: Matrix, values: Float32Array): Promise<Product>;
}
