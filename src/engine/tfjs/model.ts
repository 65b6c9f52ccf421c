/** A pack of networks in TensorFlow.js. */
import type { Tensor } from '@tensorflow/tfjs';
import type { Program } from '../../arch/program.js';
import type { Weights } from '../../arch/weights.js';
import { firstItem } from '../../base/items.js';
import type { Batch } from '../../run/batch.js';
import type { AdamW, Evaluation, Model, Step } from '../engine.js';
import { requireFit } from '../model-state.js';
import { inBlocks } from './blocks.js';
import { evaluate, type EvaluationTensors } from './evaluation.js';
import type { Runtime } from './runtime.js';
import { keptAtTheStart, keptOf, part, readStates, type ModelTensors } from './state.js';
import { takeStep, type TrainingConstants } from './training.js';

/**
 * Opens a pack of networks with the given weights. Throws an OutOfMemory where the weights and their moments do not
 * fit.
 */
export async function openModel(
  runtime: Runtime,
  program: Program,
  members: readonly Weights[],
  optimiser: AdamW,
): Promise<Model> {
  const start = await settled(runtime, () => keptAtTheStart(runtime.tf, program, members));
  return modelOf(runtime, program, optimiser, start, members.length);
}

/** What the function makes, where there is memory for it. */
async function settled(runtime: Runtime, make: () => ModelTensors): Promise<ModelTensors> {
  const kept = runtime.compute(make);
  try {
    await runtime.settle();
  } catch (error) {
    runtime.free(kept);
    throw error;
  }
  return kept;
}

function modelOf(runtime: Runtime, program: Program, optimiser: AdamW, start: ModelTensors, members: number): Model {
  const { tf, compute } = runtime;
  let { learnt } = start;
  let setting: TrainingConstants = { tf, program, optimiser, fixed: start.fixed };
  let steps = 0;

  const askStep = (step: Step): Tensor => {
    const { losses, ...next } = compute((keep) => takeStep(setting, learnt, step, steps + 1, keep));
    tf.dispose(learnt);
    learnt = next;
    steps += 1;
    return losses;
  };
  return {
    train: (batches) =>
      inBlocks(batches, {
        bytesOf,
        ask: askStep,
        answer: (losses) => readRows(runtime, losses),
        release: (losses) => tf.dispose(losses),
      }),
    evaluate: (batches, wanted) =>
      inBlocks(batches, {
        bytesOf: (batch) => bytesOf(batch) + (wanted.outputs ? 4 * members * batch.size * program.output.width : 0),
        ask: (batch) => compute(() => evaluate(setting, learnt, batch, wanted)),
        answer: (block) => readEvaluations(runtime, block),
        release: (block) => tf.dispose(block),
      }),
    state: () => readStates(runtime, setting, learnt, { members, steps }),
    async restore(states) {
      requireFit(program, members, states);
      // First, so that the memory for one model is enough.
      runtime.free([setting.fixed, learnt]);
      const restored = await settled(runtime, () => keptOf(tf, program, states));
      ({ learnt } = restored);
      setting = { ...setting, fixed: restored.fixed };
      steps = firstItem(states).optimiser.steps;
    },
    dispose() {
      runtime.free([setting.fixed, learnt]);
      return Promise.resolve();
    },
  };
}

/** The values of tensors `[members]`, a row for each tensor. */
async function readRows({ tf, compute, read }: Runtime, tensors: readonly Tensor[]): Promise<number[][]> {
  const stacked = compute(() => tf.stack([...tensors]));
  try {
    const values = firstItem(await read([stacked]));
    return tensors.map((_, row) => Array.from(part(values, row, tensors.length)));
  } finally {
    stacked.dispose();
  }
}

async function readEvaluations(runtime: Runtime, block: readonly EvaluationTensors[]): Promise<Evaluation[]> {
  const [lossSums, outputs] = await Promise.all([
    readRows(
      runtime,
      block.map((evaluated) => evaluated.lossSums),
    ),
    runtime.read(block.flatMap((evaluated) => evaluated.outputs)),
  ]);
  return lossSums.map((sums, place) => ({ lossSums: sums, outputs: outputs[place] ?? null }));
}

/** What the step or batch takes of the device's memory, beside the network. */
function bytesOf({ input, target }: Pick<Batch, 'input' | 'target'>): number {
  return input.byteLength + target.byteLength;
}
