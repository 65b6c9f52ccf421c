/** Training on ONNX Runtime's CPU provider: a graph gives loss and gradients, AdamW runs beside it on the same memory. */
import { InferenceSession, type Tensor } from 'onnxruntime-node';
import { normalisedWidths, trainableMatrices, type Matrix, type Program } from '../../arch/program.js';
import type { Weights } from '../../arch/weights.js';
import { entryOf, firstItem, valueAt, zipped } from '../../base/items.js';
import type { Batch } from '../../run/batch.js';
import type { AdamW, Engine, Evaluation, Model, RunningStatistics, Step } from '../engine.js';
import { requireFit } from '../model-state.js';
import type { Optimiser } from './adamw.js';
import { evaluationGraph, evaluationOutputs } from './evaluation-graph.js';
import { openLearnt, restore, learntState, type Learnt } from './learnt.js';
import { openProduct } from './product.js';
import { follow, inverseDeviation } from './running-statistics.js';
import { keptTensors, sessionOptions, tensor, type Tensors } from './runtime.js';
import { lossGradientScale, trainingGraph } from './training-graph.js';

/** Trains one network at a time on the processor. */
export const onnxCpuEngine: Engine = { open: openModel, openProduct, adapter: null };

async function openModel(program: Program, members: readonly Weights[], settings: AdamW): Promise<Model> {
  const [initial] = members;
  if (initial === undefined || members.length > 1) {
    throw new RangeError(`onnx-cpu trains one network at a time, got ${members.length}`);
  }
  const learnt = await openLearnt(program, initial, settings);
  const network: OpenNetwork = {
    program,
    learnt,
    matrices: matrixTensors(program, learnt.weights),
    feedsOf: batchFeeds(program),
  };
  const training = await openTraining(network);
  const evaluation = await openEvaluation(network);
  return {
    async *train(steps) {
      for await (const step of steps) yield [await training.take(step)];
    },
    async *evaluate(batches, wanted) {
      const names = evaluationOutputs(wanted);
      for await (const batch of batches) yield await evaluation.evaluate(batch, names);
    },
    state: () => Promise.resolve([learntState(program, learnt)]),
    async restore(states) {
      requireFit(program, 1, states);
      restore(program, learnt, firstItem(states));
      return Promise.resolve();
    },
    async dispose() {
      await training.release();
      await evaluation.release();
    },
  };
}

/** What both graphs of a network read. */
interface OpenNetwork {
  readonly program: Program;
  readonly learnt: Learnt;
  readonly matrices: Tensors;
  readonly feedsOf: (batch: Batch) => Tensors;
}

async function openTraining({ program, learnt: { running, optimiser }, matrices, feedsOf }: OpenNetwork) {
  const session = await InferenceSession.create(trainingGraph(program), sessionOptions);
  const batchStatistics = normalisedWidths(program).map(statisticsTensors);
  const squaredError = scalar(0);
  const fetches: Tensors = { 'squared error': squaredError, ...gradientTensors(program, optimiser) };
  batchStatistics.forEach((statistics, index) => Object.assign(fetches, named(statistics, index)));
  return {
    /** Takes a step of AdamW; gives the mean squared error as it was before. */
    async take({ learningRates, ...batch }: Step): Promise<number> {
      await session.run({ ...matrices, ...feedsOf(batch), ...sizeFeeds(batch.size) }, fetches);
      optimiser.update(firstItem(learningRates), lossGradientScale(program, batch.size));
      for (const [followed, statistics] of zipped(running, batchStatistics)) {
        follow(followed, valuesOf(statistics), batch.size);
      }
      return firstItem(squaredError.data as Float32Array) / batch.target.length;
    },
    release: () => session.release(),
  };
}

async function openEvaluation({ program, learnt: { running }, matrices, feedsOf }: OpenNetwork) {
  const session = await InferenceSession.create(evaluationGraph(program), sessionOptions);
  return {
    /** @param names those of the outputs that are taken out of the runtime's memory */
    async evaluate(batch: Batch, names: readonly string[]): Promise<Evaluation> {
      const feeds: Tensors = { ...matrices, ...feedsOf(batch) };
      running.forEach((statistics, index) => Object.assign(feeds, named(evaluationStatistics(statistics), index)));
      const results = await session.run(feeds, names);
      const { y } = results;
      const squaredErrors = [firstItem(entryOf(results, 'squared error').data as Float32Array)];
      return { outputs: y ? (y.data as Float32Array) : null, squaredErrors };
    },
    release: () => session.release(),
  };
}

/** Tensors over the weights' own memory, `[out, in]`. */
function matrixTensors({ matrices }: Program, weights: Weights): Tensors {
  const tensorOf = ({ name, rows, columns }: Matrix) =>
    [name, tensor(valueAt(weights, name), [columns, rows])] as const;
  return Object.fromEntries(matrices.map(tensorOf));
}

function gradientTensors(program: Program, optimiser: Optimiser): Tensors {
  const shapeOf = ({ name, rows, columns }: Matrix) =>
    [`gradient ${name}`, tensor(valueAt(optimiser.gradients, name), [columns, rows])] as const;
  return Object.fromEntries(trainableMatrices(program).map(shapeOf));
}

interface StatisticsTensors {
  readonly mean: Tensor;
  readonly inverseDeviation: Tensor;
}

function statisticsTensors(width: number): StatisticsTensors {
  const empty = () => tensor(new Float32Array(width), [width, 1]);
  return { mean: empty(), inverseDeviation: empty() };
}

function valuesOf({ mean, inverseDeviation }: StatisticsTensors) {
  return { mean: mean.data as Float32Array, inverseDeviation: inverseDeviation.data as Float32Array };
}

function evaluationStatistics(running: RunningStatistics): StatisticsTensors {
  const shape = [running.mean.length, 1];
  return { mean: tensor(running.mean, shape), inverseDeviation: tensor(inverseDeviation(running), shape) };
}

function named({ mean, inverseDeviation }: StatisticsTensors, index: number): Tensors {
  return { [`mean ${index}`]: mean, [`inverse deviation ${index}`]: inverseDeviation };
}

/** Tensors over a batch's own memory. */
function batchFeeds(program: Program): (batch: Batch) => Tensors {
  const tensorOver = keptTensors();
  return ({ input, target }) => ({
    x: tensorOver(input, program.input.width),
    target: tensorOver(target, program.output.width),
  });
}

function sizeFeeds(batchSize: number): Tensors {
  return { ones: tensor(new Float32Array(batchSize).fill(1), [batchSize]), 'inverse batch': scalar(1 / batchSize) };
}

function scalar(value: number): Tensor {
  return tensor(Float32Array.of(value), []);
}
