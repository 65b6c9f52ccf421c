/** What a model keeps from step to step: as tensors, side by side for all members, and as each member's state. */
import type { Tensor } from '@tensorflow/tfjs';
import { fixedMatrices, operationsOf, trainableMatrices, type Matrix, type Program } from '../../arch/program.js';
import type { Weights } from '../../arch/weights.js';
import { concatenated } from '../../base/float-arrays.js';
import { entryOf, itemAt, valueAt } from '../../base/items.js';
import type { ModelState, RunningStatistics } from '../engine.js';
import { untrainedMatrix } from './adamw.js';
import type { Tfjs } from './registered.js';
import type { NamedTensors } from './network.js';
import type { Runtime } from './runtime.js';
import { allWeights, type LearntTensors, type TrainingConstants } from './training.js';

/** Holds all that a model keeps. */
export type ModelTensors = { readonly fixed: NamedTensors; readonly learnt: LearntTensors };

/** Makes the tensors of a model as they are before the first step. */
export function keptAtTheStart(tf: Tfjs, program: Program, members: readonly Weights[]): ModelTensors {
  const trainable = Object.entries(matrixTensors(tf, trainableMatrices(program), members));
  const running = operationsOf(program, 'batchNormalisation').map(({ output: { name, width } }) => {
    const shape = [members.length, 1, width];
    return [name, { mean: tf.zeros(shape), variance: tf.ones(shape) }] as const;
  });
  return {
    fixed: matrixTensors(tf, fixedMatrices(program), members),
    learnt: {
      trained: Object.fromEntries(trainable.map(([name, weights]) => [name, untrainedMatrix(tf, weights)])),
      running: Object.fromEntries(running),
    },
  };
}

/** Copies the states into the tensors of a model. */
export function keptOf(tf: Tfjs, program: Program, states: readonly ModelState[]): ModelTensors {
  const all = states.map(({ weights }) => weights);
  const trainable = trainableMatrices(program);
  const weights = matrixTensors(tf, trainable, all);
  const firstMoments = matrixTensors(
    tf,
    trainable,
    states.map(({ optimiser }) => optimiser.firstMoment),
  );
  const secondMoments = matrixTensors(
    tf,
    trainable,
    states.map(({ optimiser }) => optimiser.secondMoment),
  );
  const trained = trainable.map(({ name }) => {
    const [firstMoment, secondMoment] = [entryOf(firstMoments, name), entryOf(secondMoments, name)];
    return [name, { weights: entryOf(weights, name), firstMoment, secondMoment }] as const;
  });
  const running = operationsOf(program, 'batchNormalisation').map(({ output: { name, width } }, place) => {
    const statistic = (valuesOf: (running: RunningStatistics) => Float32Array) =>
      tf.tensor3d(concatenated(states.map((state) => valuesOf(itemAt(state.running, place)))), [
        states.length,
        1,
        width,
      ]);
    return [name, { mean: statistic(({ mean }) => mean), variance: statistic(({ variance }) => variance) }] as const;
  });
  return {
    fixed: matrixTensors(tf, fixedMatrices(program), all),
    learnt: { trained: Object.fromEntries(trained), running: Object.fromEntries(running) },
  };
}

/** Copies of the members' states, `steps` after the start. */
export async function readStates(
  { read }: Runtime,
  setting: TrainingConstants,
  learnt: LearntTensors,
  { members, steps }: { readonly members: number; readonly steps: number },
): Promise<readonly ModelState[]> {
  const running = Object.values(learnt.running);
  const trained = Object.entries(learnt.trained);
  /** Of each member, by name. */
  const readMatrices = async (tensors: readonly (readonly [string, Tensor])[]): Promise<Weights[]> => {
    const values = await read(tensors.map(([, tensor]) => tensor));
    const ofMember = (member: number) =>
      tensors.map(([name], place) => [name, part(itemAt(values, place), member, members)] as const);
    return Array.from({ length: members }, (_, member) => new Map(ofMember(member)));
  };
  const [weights, firstMoments, secondMoments, means, variances] = await Promise.all([
    readMatrices(Object.entries(allWeights(setting, learnt))),
    readMatrices(trained.map(([name, { firstMoment }]) => [name, firstMoment])),
    readMatrices(trained.map(([name, { secondMoment }]) => [name, secondMoment])),
    read(running.map(({ mean }) => mean)),
    read(running.map(({ variance }) => variance)),
  ]);
  return Array.from({ length: members }, (_, member) => ({
    weights: itemAt(weights, member),
    running: running.map((_moments, place) => ({
      mean: part(itemAt(means, place), member, members),
      variance: part(itemAt(variances, place), member, members),
    })),
    optimiser: { firstMoment: itemAt(firstMoments, member), secondMoment: itemAt(secondMoments, member), steps },
  }));
}

/** Copies one of several equal parts that lie one after the other. */
export function part(values: Float32Array, place: number, parts: number): Float32Array {
  const length = values.length / parts;
  return values.slice(place * length, (place + 1) * length);
}

/** By name, `[members, in, out]`. */
function matrixTensors(tf: Tfjs, matrices: readonly Matrix[], members: readonly Weights[]): NamedTensors {
  const tensors = matrices.map(({ name, rows, columns }) => {
    const values = concatenated(members.map((weights) => valueAt(weights, name)));
    return [name, tf.tensor3d(values, [members.length, rows, columns])] as const;
  });
  return Object.fromEntries(tensors);
}
