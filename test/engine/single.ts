/** One step or one batch at a time, of a model with one member. */
import type { Model, ModelState } from '../../src/engine/engine.js';
import type { Batch } from '../../src/run/batch.js';

/** The batch's loss before the step. */
export async function stepOnce(model: Pick<Model, 'train'>, batch: Batch, learningRate: number): Promise<number> {
  const losses: number[] = [];
  for await (const [loss] of model.train([{ ...batch, learningRates: [learningRate] }])) losses.push(loss!);
  return losses[0]!;
}

export interface Evaluated {
  readonly lossSum: number;
  readonly output: Float32Array;
}

export async function evaluateOnce(model: Pick<Model, 'evaluate'>, batch: Batch): Promise<Evaluated> {
  const evaluated: Evaluated[] = [];
  for await (const { lossSums, outputs } of model.evaluate([batch], { outputs: true })) {
    evaluated.push({ lossSum: lossSums[0]!, output: outputs!.slice() });
  }
  return evaluated[0]!;
}

export async function stateOf(model: Pick<Model, 'state'>): Promise<ModelState> {
  const [state] = await model.state();
  return state!;
}
