/** Training on ONNX Runtime's CPU provider: a graph gives loss and gradients, AdamW runs beside it on the same memory. */
import { InferenceSession, type Tensor } from 'onnxruntime-node';
import { lossTerms } from '../../arch/loss.js';
import { normalisedWidths, trainableMatrices, type Matrix, type Program } from '../../arch/program.js';
import type { Weights } from '../../arch/weights.js';
import { entryOf, firstItem, valueAt, zipped } from '../../base/items.js';
import type { Batch } from '../../run/batch.js';
import type { AdamW, Engine, Evaluation, Model, RunningStatistics, Step } from '../engine.js';
import { requireFit } from '../model-state.js';
import type { Optimiser } from './adamw.js';
import { evaluationGraph, evaluationOutputs } from './evaluation-graph.js';
import { dropoutMasks } from '../dropout.js';
import { openLearnt, restore, learntState, type Learnt } from './learnt.js';
import { lossGradientScale } from './losses.js';
import { openProduct } from './product.js';
import { follow, inverseDeviation } from './running-statistics.js';
import { keptTensors, sessionOptions, tensor, type Tensors } from './runtime.js';
import { trainingGraph } from './training-graph.js';
import { maskName } from './training-pass.js';

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
  const lossSum = scalar(0);
  const fetches: Tensors = { 'loss sum': lossSum, ...gradientTensors(program, optimiser) };
  batchStatistics.forEach((statistics, index) => Object.assign(fetches, named(statistics, index)));
  return {
    /** Takes a step of AdamW; gives the loss as it was before. */
    async take(step: Step): Promise<number> {
      const { size } = step;
      const feeds = { ...matrices, ...feedsOf(step), ...sizeFeeds(size), ...maskFeeds(program, step) };
      await session.run(feeds, fetches);
      optimiser.update(firstItem(step.learningRates), lossGradientScale(program.loss, size));
      for (const [followed, statistics] of zipped(running, batchStatistics)) {
        follow(followed, valuesOf(statistics), size);
      }
      return firstItem(lossSum.data as Float32Array) / lossTerms(program.loss, size);
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
      const lossSums = [firstItem(entryOf(results, 'loss sum').data as Float32Array)];
      return { outputs: y ? (y.data as Float32Array) : null, lossSums };
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
    target: tensorOver(target, program.loss.targetWidth),
  });
}

function sizeFeeds(batchSize: number): Tensors {
  return { ones: tensor(new Float32Array(batchSize).fill(1), [batchSize]), 'inverse batch': scalar(1 / batchSize) };
}

/** The masks of the program's dropouts, `[size, width]` each. */
function maskFeeds(program: Program, step: Step): Tensors {
  const masks = dropoutMasks(program, step).map((mask, place) => [
    maskName(place),
    tensor(mask, [step.size, mask.length / step.size]),
  ]);
  return Object.fromEntries(masks) as Tensors;
}

function scalar(value: number): Tensor {
  return tensor(Float32Array.of(value), []);
}
