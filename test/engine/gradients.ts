/** Gradients of the training graphs in float64, held to central differences. */
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { expect } from 'vitest';
import { lossTerms, type Loss, type LossKind } from '../../src/arch/loss.js';
import {
  matricesReadBy,
  operationsOf,
  type Matrix,
  type Operation,
  type OperationOf,
  type Program,
  type Value,
} from '../../src/arch/program.js';
import { randomStream, type RandomStream } from '../../src/base/random.js';
import { dropoutMasks } from '../../src/engine/dropout.js';
import { lossGradientScale } from '../../src/engine/onnx/losses.js';
import { stepGraph } from '../../src/engine/onnx/step-graph.js';
import { trainingGraph } from '../../src/engine/onnx/training-graph.js';
import { expectClose } from './close.js';
import { centralDifferences, meanLoss } from './float64.js';

export const rounds = [0, 1, 2, 3, 4];

/** Makes the parts of a small program on values of random widths. */
export interface Parts {
  /** The program's input. */
  readonly input: Value;
  /** A value of random width. */
  value(name: string): Value;
  /** A value as wide as another. */
  same(other: Value, name: string): Value;
  /** A product with a new matrix from the input (or the value given) to the output. */
  product(output: Value, input?: Value): OperationOf<'product'>;
  /** A new trainable vector. */
  vector(width: number): Matrix;
}

/** Checks the gradients of operations, the last of which gives what the loss reads, for a batch of the size or a random one. */
export async function check(
  label: string,
  build: (parts: Parts) => Operation[],
  { kind = 'squaredError', batch }: { readonly kind?: LossKind; readonly batch?: number } = {},
): Promise<void> {
  const stream = randomStream('gradients', label);
  const width = () => 1 + stream.integerBelow(7);
  const input = { name: 'x', width: width() };
  let count = 0;
  const matrixOf = (rows: number, columns: number): Matrix => {
    count += 1;
    return { name: `w${count}`, rows, columns, trainable: true, start: 'uniform' };
  };
  const operations = build({
    input,
    value: (name) => ({ name, width: width() }),
    same: (other, name) => ({ name, width: other.width }),
    product: (output, from = input) => ({
      kind: 'product',
      input: from,
      matrix: matrixOf(from.width, output.width),
      output,
    }),
    vector: (vectorWidth) => matrixOf(1, vectorWidth),
  });
  const { output } = operations.at(-1)!;
  const loss = { kind, targetWidth: kind === 'gaussianNegativeLogLikelihood' ? output.width / 2 : output.width };
  await checkProgram({ input, output, matrices: matricesReadBy(operations), operations, loss }, stream, batch);
}

/** A network of the program, and a batch for it. */
interface Case {
  /** By matrix name, `[in, out]`. */
  readonly weights: ReadonlyMap<string, number[]>;
  readonly input: number[];
  readonly target: number[];
  readonly dropoutSeed: number;
}

interface Gradients {
  readonly loss: number;
  /** By matrix name, `[in, out]`. */
  readonly gradients: ReadonlyMap<string, number[]>;
}

/** One network in the graph of one, and two in the graph of a pack. */
export async function checkProgram(
  program: Program,
  stream: RandomStream,
  batch = 2 + stream.integerBelow(6),
): Promise<void> {
  const numbers = (length: number) => Array.from({ length }, () => 2 * stream.uniform() - 1);
  const caseOf = (): Case => ({
    weights: new Map(program.matrices.map(({ name, rows, columns }) => [name, numbers(rows * columns)])),
    input: numbers(batch * program.input.width),
    target: targetsOf(program.loss, numbers(batch * program.loss.targetWidth)),
    dropoutSeed: stream.uint32(),
  });
  const [first, second] = [caseOf(), caseOf()];
  checkGradients(program, first, batch, await gradientsOfOne(program, first, batch));
  const ofPack = await gradientsOfPack(program, [first, second], batch);
  checkGradients(program, first, batch, ofPack[0]!);
  checkGradients(program, second, batch, ofPack[1]!);
}

/** Numbers in [-1, 1] as targets that the loss takes. */
function targetsOf({ kind, targetWidth }: Loss, numbers: number[]): number[] {
  const shares = numbers.map((value) => (value + 1) / 2);
  if (kind === 'binaryCrossEntropy') return shares;
  if (kind !== 'softmaxCrossEntropy') return numbers;
  return shares.map((share, index) => {
    const start = index - (index % targetWidth);
    return share / shares.slice(start, start + targetWidth).reduce((sum, value) => sum + value, 0);
  });
}

/** ONNX Runtime has erf in float32 only. */
function tolerancesOf(program: Program) {
  const isRounded = operationsOf(program, 'elementwise').some((operation) => operation.function === 'gelu');
  return isRounded
    ? { ofLoss: { relative: 1e-6, absolute: 1e-7 }, ofGradients: { relative: 1e-5, absolute: 1e-6 } }
    : { ofLoss: { relative: 1e-12, absolute: 1e-14 }, ofGradients: { relative: 1e-5, absolute: 1e-8 } };
}

function checkGradients(program: Program, given: Case, batch: number, { loss, gradients }: Gradients): void {
  const { weights, input, target } = given;
  const masks = masksOfCases(program, [given], batch);
  const expectedLoss = () => meanLoss(program, weights, input, target, { masks });
  const { ofLoss, ofGradients } = tolerancesOf(program);
  expectClose([loss], [expectedLoss()], ofLoss);
  const names = trainable(program).map(({ name }) => name);
  expect([...gradients.keys()].sort()).toEqual(names.toSorted());
  for (const name of names) {
    expectClose(gradients.get(name)!, centralDifferences(weights.get(name)!, expectedLoss), ofGradients);
  }
}

/** `[members, batch, width]` of each dropout. */
function masksOfCases(program: Program, cases: readonly Case[], size: number): Float32Array[] {
  return dropoutMasks(program, {
    input: new Float32Array(0),
    target: new Float32Array(0),
    size,
    learningRates: cases.map(() => 0),
    dropoutSeeds: cases.map(({ dropoutSeed }) => dropoutSeed),
  });
}

function maskFeeds(program: Program, cases: readonly Case[], size: number, leading: number[]): Record<string, Tensor> {
  const masks = masksOfCases(program, cases, size).map((mask, place) => {
    const width = mask.length / cases.length / size;
    return [`mask ${place}`, tensor(mask, [...leading, size, width])] as const;
  });
  return Object.fromEntries(masks);
}

async function gradientsOfOne(program: Program, given: Case, batch: number): Promise<Gradients> {
  const { weights, input, target } = given;
  const feeds: Record<string, Tensor> = {
    x: tensor(input, [batch, program.input.width]),
    target: tensor(target, [batch, program.loss.targetWidth]),
    ...maskFeeds(program, [given], batch, []),
    ones: tensor(Array<number>(batch).fill(1), [batch]),
    'inverse batch': tensor([1 / batch], []),
  };
  for (const matrix of program.matrices) {
    feeds[matrix.name] = tensor(outputMajor(matrix, weights), [matrix.columns, matrix.rows]);
  }
  const results = await run(trainingGraph(program, 'float64'), feeds);
  const scale = lossGradientScale(program.loss, batch);
  const gradients = trainable(program).map(({ name, rows, columns }) => {
    return [name, transpose(results(`gradient ${name}`), columns, rows).map((value) => value * scale)] as const;
  });
  return { loss: results('loss sum')[0]! / lossTerms(program.loss, batch), gradients: new Map(gradients) };
}

/** The first moment after one step from moments of 0 is the gradient. */
async function gradientsOfPack(program: Program, cases: readonly Case[], batch: number): Promise<Gradients[]> {
  const members = cases.length;
  const matrices = trainable(program);
  const weights = cases.flatMap((one) => matrices.flatMap((matrix) => outputMajor(matrix, one.weights)));
  const parameters = weights.length / members;
  const zeros = Array<number>(weights.length).fill(0);
  const feeds: Record<string, Tensor> = {
    weights: tensor(weights, [members, parameters]),
    'first moment': tensor(zeros, [members, parameters]),
    'second moment': tensor(zeros, [members, parameters]),
    x: tensor(
      cases.flatMap(({ input }) => input),
      [members, batch, program.input.width],
    ),
    target: tensor(
      cases.flatMap(({ target }) => target),
      [members, batch, program.loss.targetWidth],
    ),
    ...maskFeeds(program, cases, batch, [members]),
    rate: tensor(Array<number>(members).fill(0), [members, 1]),
    decay: tensor(Array<number>(members).fill(1), [members, 1]),
    epsilon: tensor([1], []),
    ones: tensor(Array<number>(batch).fill(1), [batch]),
    'inverse size': tensor([1 / batch], []),
    'gradient scale': tensor([lossGradientScale(program.loss, batch)], []),
  };
  for (const matrix of program.matrices.filter(({ trainable }) => !trainable)) {
    const values = cases.flatMap((one) => outputMajor(matrix, one.weights));
    feeds[matrix.name] = tensor(values, [members, matrix.columns, matrix.rows]);
  }
  const results = await run(stepGraph(program, { beta1: 0.9, beta2: 0.999 }, 'float64'), feeds);
  const reports = results('report');
  return cases.map((_, member) => {
    let start = member * parameters;
    const gradients = matrices.map(({ name, rows, columns }) => {
      const values = results('next first moment').subarray(start, start + rows * columns);
      start += rows * columns;
      return [name, transpose(values, columns, rows)] as const;
    });
    const lossSum = reports[((member + 1) * reports.length) / members - 1]!;
    return { loss: lossSum / lossTerms(program.loss, batch), gradients: new Map(gradients) };
  });
}

async function run(model: Uint8Array, feeds: Record<string, Tensor>): Promise<(name: string) => Float64Array> {
  const session = await InferenceSession.create(model, { logSeverityLevel: 3 });
  const results = await session.run(feeds);
  await session.release();
  return (name) => results[name]!.data as Float64Array;
}

function tensor(values: ArrayLike<number>, shape: number[]): Tensor {
  return new Tensor('float64', Float64Array.from(values), shape);
}

function trainable({ matrices }: Program): Matrix[] {
  return matrices.filter((matrix) => matrix.trainable);
}

function outputMajor({ name, rows, columns }: Matrix, weights: Case['weights']): number[] {
  return transpose(weights.get(name)!, rows, columns);
}

function transpose(values: ArrayLike<number>, rows: number, columns: number): number[] {
  return Array.from(
    { length: rows * columns },
    (_, index) => values[(index % rows) * columns + Math.floor(index / rows)]!,
  );
}
