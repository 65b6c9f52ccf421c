/**
 * The networks of a pack as the loop trains them. Where the engine offers the product alone, a fixed input projection is
 * no part of what it trains: it is drawn from the run's key, multiplies images before the network sees them, and is gone
 * with the run.
 */
import { firstItem, valueAt } from '../base/items.js';
import { programOf } from '../arch/families.js';
import { splitFixedProduct } from '../arch/split.js';
import { initialWeights } from '../arch/weights.js';
import type { TaskData } from '../data/task-data.js';
import { adamWDefaults, type Evaluation, type Model, type Step, type WantedOutputs } from '../engine/engine.js';
import { openEngine } from '../engine/engines.js';
import type { Batch } from '../run/batch.js';
import type { Member, TrainingStep } from './packed-steps.js';
import { projectedInputs, type ProjectedInputs } from './projected-inputs.js';

/** Models that take the task's own batches. */
export interface Network extends Pick<Model, 'state' | 'restore' | 'dispose'> {
  /** As the model's, from the steps of the pack. */
  train(steps: AsyncIterable<TrainingStep> | Iterable<TrainingStep>): AsyncGenerator<readonly number[], void, void>;
  /** `batches`: of the task's evaluation batches. */
  evaluate(batches: readonly Batch[], wanted: WantedOutputs): AsyncGenerator<Evaluation, void, void>;
}

/**
 * Opens the networks of runs that differ in learning rate and replicate only, each with the weights that its key draws.
 * Throws a UserError for a spec that cannot be.
 */
export async function openNetwork(members: readonly Member[], data: TaskData): Promise<Network> {
  const { arch, engine: name, recipe } = firstItem(members).spec;
  const program = programOf(arch, data.task.dimensions);
  const engine = await openEngine(name);
  const weights = members.map(({ key }) => initialWeights(program, key));
  const settings = { ...adamWDefaults, weightDecay: recipe.weightDecay };
  const split = splitFixedProduct(program);
  if (split === null || engine.openProduct === undefined) {
    return engine.open(program, weights, settings);
  }
  const model = await engine.open(split.rest, weights, settings);
  const product = await engine.openProduct(split.matrix, valueAt(firstItem(weights), split.matrix.name));
  const inputs = projectedInputs(product, {
    width: split.matrix.columns,
    batchSize: recipe.batchSize,
    repeatingItems: data.task.inputsRepeat ? data.trainingImages * recipe.flips : 0,
  });
  return {
    train: (steps) => model.train(projectedSteps(inputs, steps)),
    evaluate: (batches, wanted) => model.evaluate(projectedBatches(inputs, batches), wanted),
    state: () => model.state(),
    restore: (states) => model.restore(states),
    async dispose() {
      await model.dispose();
      await product.dispose();
    },
  };
}

async function* projectedSteps(
  inputs: ProjectedInputs,
  steps: AsyncIterable<TrainingStep> | Iterable<TrainingStep>,
): AsyncGenerator<Step> {
  for await (const step of steps) yield { ...step, ...(await inputs.training(step)) };
}

async function* projectedBatches(inputs: ProjectedInputs, batches: readonly Batch[]): AsyncGenerator<Batch> {
  for (const batch of batches) yield inputs.evaluation(batch);
}
