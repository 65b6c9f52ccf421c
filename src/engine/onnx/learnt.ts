/** What a network on `onnx-cpu` has learnt, in the memory that its graphs and its optimiser compute on. */
import { fixedMatrices, trainableMatrices, type Matrix, type Program } from '../../arch/program.js';
import type { Weights } from '../../arch/weights.js';
import { valueAt, zipped } from '../../base/items.js';
import type { AdamW, ModelState, RunningStatistics } from '../engine.js';
import { initialStatistics } from '../model-state.js';
import { openOptimiser, type Optimiser } from './adamw.js';
import { copyOf } from './running-statistics.js';
import { transpose } from './runtime.js';

/** Holds the weights, running statistics and moments of one network. */
export interface Learnt {
  /** Of all matrices, `[out, in]`. Those of trainable ones are the optimiser's. */
  readonly weights: Weights;
  readonly running: readonly RunningStatistics[];
  readonly optimiser: Optimiser;
}

/**
 * Copies the weights, `[in, out]`, into the memory of an optimiser. Throws a UserError where they are too many, see
 * adamw.ts.
 */
export async function openLearnt(program: Program, initial: Weights, settings: AdamW): Promise<Learnt> {
  const optimiser = await openOptimiser(trainableMatrices(program), settings);
  const fixed = fixedMatrices(program).map(
    ({ name, rows, columns }) => [name, new Float32Array(rows * columns)] as const,
  );
  const weights = new Map([...fixed, ...optimiser.weights]);
  put(program.matrices, initial, weights);
  return { weights, running: initialStatistics(program), optimiser };
}

/** Copies what the network has learnt. */
export function learntState(program: Program, { weights, running, optimiser }: Learnt): ModelState {
  const trained = trainableMatrices(program);
  return {
    weights: taken(program.matrices, weights),
    running: running.map(copyOf),
    optimiser: {
      firstMoment: taken(trained, optimiser.firstMoment),
      secondMoment: taken(trained, optimiser.secondMoment),
      steps: optimiser.steps,
    },
  };
}

/** Puts a copy of the state, which has to fit the program, in the place of what has been learnt. */
export function restore(program: Program, { weights, running, optimiser }: Learnt, state: ModelState): void {
  const trained = trainableMatrices(program);
  put(program.matrices, state.weights, weights);
  put(trained, state.optimiser.firstMoment, optimiser.firstMoment);
  put(trained, state.optimiser.secondMoment, optimiser.secondMoment);
  optimiser.steps = state.optimiser.steps;
  for (const [{ mean, variance }, restored] of zipped(running, state.running)) {
    mean.set(restored.mean);
    variance.set(restored.variance);
  }
}

/** Copies matrices, `[in, out]`, to where they are `[out, in]`. */
function put(matrices: readonly Matrix[], values: Weights, places: Weights): void {
  for (const { name, rows, columns } of matrices) {
    valueAt(places, name).set(transpose(valueAt(values, name), rows, columns));
  }
}

/** The way back: copies, `[in, out]`. */
function taken(matrices: readonly Matrix[], places: Weights): Weights {
  return new Map(
    matrices.map(({ name, rows, columns }) => [name, transpose(valueAt(places, name), columns, rows)] as const),
  );
}
