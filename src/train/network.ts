/**
 * The network of a run as the loop trains it. A fixed input projection is no part of what an engine trains: it is drawn
 * from the run's key, multiplies images before the network sees them, and is gone with the run.
 */
import { programOf } from '../arch/program.js';
import { splitFixedProduct } from '../arch/split.js';
import { initialWeights } from '../arch/weights.js';
import type { TaskData, TrainingBatch } from '../data/task-data.js';
import { adamWDefaults, type Evaluation, type Model } from '../engine/engine.js';
import { openEngine } from '../engine/engines.js';
import type { Batch } from '../run/batch.js';
import type { RunSpec } from '../run/run.js';
import { projectedInputs } from './projected-inputs.js';

/** A model that takes the task's own batches. */
export interface Network extends Pick<Model, 'dispose'> {
  step(batch: TrainingBatch, learningRate: number): Promise<number>;
  /** `batch`: one of the task's evaluation batches. */
  evaluate(batch: Batch): Promise<Evaluation>;
}

/** The spec's network with the weights that the key draws. Throws a UserError for a spec that cannot be. */
export async function openNetwork(spec: RunSpec, data: TaskData, runKey: string): Promise<Network> {
  const { arch, engine: name, recipe } = spec;
  const program = programOf(arch, data.task.dimensions);
  const engine = await openEngine(name);
  const weights = initialWeights(program, runKey);
  const settings = { ...adamWDefaults, weightDecay: recipe.weightDecay };
  const split = splitFixedProduct(program);
  if (split === null) return engine.open(program, weights, settings);

  const model = await engine.open(split.rest, weights, settings);
  const product = await engine.openProduct(split.matrix, weights.get(split.matrix.name)!);
  const inputs = projectedInputs(product, {
    width: arch.skipWidth,
    batchSize: recipe.batchSize,
    repeatingItems: data.task.inputsRepeat ? data.trainingImages * recipe.flips : 0,
  });
  return {
    step: async (batch, learningRate) => model.step(await inputs.training(batch), learningRate),
    evaluate: async (batch) => model.evaluate(await inputs.evaluation(batch)),
    async dispose() {
      await model.dispose();
      await product.dispose();
    },
  };
}
