/** A pack of networks in TensorFlow.js. */
import type { Tensor } from '@tensorflow/tfjs';
import type { Matrix, Program } from '../../arch/program.js';
import type { Weights } from '../../arch/weights.js';
import type { Batch } from '../../run/batch.js';
import type { AdamW, Evaluation, Model, ModelState, Step } from '../engine.js';
import { untrained } from './adamw.js';
import type { Tfjs } from './backends.js';
import { inBlocks } from './blocks.js';
import { evaluate, type Evaluated } from './evaluation.js';
import type { Runtime } from './runtime.js';
import { allWeights, takeStep, type Learnt, type Setting } from './training.js';

/** Throws an OutOfMemory where the weights and their moments do not fit. */
export async function openModel(
  runtime: Runtime,
  program: Program,
  members: readonly Weights[],
  optimiser: AdamW,
): Promise<Model> {
  const { fixed, ...learnt } = runtime.compute(() => atTheStart(runtime.tf, program, members));
  try {
    await runtime.settle();
  } catch (error) {
    runtime.free([fixed, learnt]);
    throw error;
  }
  return modelOf(runtime, { tf: runtime.tf, program, optimiser, fixed }, learnt, members.length);
}

function modelOf(runtime: Runtime, setting: Setting, start: Learnt, members: number): Model {
  const { tf, compute, read } = runtime;
  let learnt = start;
  let steps = 0;

  const askStep = (step: Step): Tensor => {
    const { losses, ...next } = compute((keep) => takeStep(setting, learnt, step, steps + 1, keep));
    tf.dispose(learnt);
    learnt = next;
    steps += 1;
    return losses;
  };
  /** Of tensors `[members]`. */
  const readRows = async (tensors: readonly Tensor[]): Promise<number[][]> => {
    const stacked = compute(() => tf.stack([...tensors]));
    try {
      const [values] = await read([stacked]);
      return tensors.map((_, row) => Array.from(part(values!, row, tensors.length)));
    } finally {
      stacked.dispose();
    }
  };
  const readEvaluations = async (block: readonly Evaluated[]): Promise<Evaluation[]> => {
    const [squaredErrors, outputs] = await Promise.all([
      readRows(block.map((evaluated) => evaluated.squaredErrors)),
      read(block.flatMap((evaluated) => evaluated.outputs)),
    ]);
    return squaredErrors.map((errors, place) => ({ squaredErrors: errors, outputs: outputs[place] ?? null }));
  };
  return {
    train: (batches) =>
      inBlocks(batches, { bytesOf, ask: askStep, answer: readRows, release: (losses) => tf.dispose(losses) }),
    evaluate: (batches, wanted) =>
      inBlocks(batches, {
        bytesOf: (batch) => bytesOf(batch) + (wanted.outputs ? members * batch.target.byteLength : 0),
        ask: (batch) => compute(() => evaluate(setting, learnt, batch, wanted)),
        answer: readEvaluations,
        release: (block) => tf.dispose(block),
      }),
    state: () => readState(runtime, setting, learnt, members),
    restore: () => Promise.reject(new Error('restores no states so far')),
    dispose() {
      runtime.free([setting.fixed, learnt]);
      return Promise.resolve();
    },
  };
}

/** What the step or batch takes of the device's memory, beside the network. */
function bytesOf({ input, target }: Pick<Batch, 'input' | 'target'>): number {
  return input.byteLength + target.byteLength;
}

function atTheStart(tf: Tfjs, program: Program, members: readonly Weights[]) {
  const stacked = (matrices: readonly Matrix[]) =>
    matrices.map(({ name, rows, columns }) => {
      const values = new Float32Array(members.length * rows * columns);
      members.forEach((weights, member) => values.set(weights.get(name)!, member * rows * columns));
      return [name, tf.tensor3d(values, [members.length, rows, columns])] as const;
    });
  const trainable = stacked(program.matrices.filter((matrix) => matrix.trainable));
  const normalisations = program.operations.filter(({ kind }) => kind === 'batchNormalisation');
  const running = normalisations.map(({ output: { name, width } }) => {
    const shape = [members.length, 1, width];
    return [name, { mean: tf.zeros(shape), variance: tf.ones(shape) }] as const;
  });
  return {
    fixed: Object.fromEntries(stacked(program.matrices.filter((matrix) => !matrix.trainable))),
    trained: Object.fromEntries(trainable.map(([name, weights]) => [name, untrained(tf, weights)])),
    running: Object.fromEntries(running),
  };
}

async function readState(
  { read }: Runtime,
  setting: Setting,
  learnt: Learnt,
  members: number,
): Promise<readonly ModelState[]> {
  const weights = Object.entries(allWeights(setting, learnt));
  const running = Object.values(learnt.running);
  const [matrices, means, variances] = await Promise.all([
    read(weights.map(([, tensor]) => tensor)),
    read(running.map(({ mean }) => mean)),
    read(running.map(({ variance }) => variance)),
  ]);
  return Array.from({ length: members }, (_, member) => ({
    weights: new Map(weights.map(([name], place) => [name, part(matrices[place]!, member, members)])),
    running: running.map((_moments, place) => ({
      mean: part(means[place]!, member, members),
      variance: part(variances[place]!, member, members),
    })),
    optimiser: { firstMoment: new Map(), secondMoment: new Map(), steps: 0 },
  }));
}

/** A copy of one of several equal parts that lie one after the other. */
function part(values: Float32Array, place: number, parts: number): Float32Array {
  const length = values.length / parts;
  return values.slice(place * length, (place + 1) * length);
}
