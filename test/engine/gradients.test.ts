import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { programOf } from '../../src/arch/families.js';
import type { Matrix, Operation, Program, Value } from '../../src/arch/program.js';
import { randomStream, type RandomStream } from '../../src/base/random.js';
import { stepGraph } from '../../src/engine/onnx/step-graph.js';
import { lossGradientScale, trainingGraph } from '../../src/engine/onnx/training-graph.js';
import { expectClose } from './close.js';
import { centralDifferences, meanSquaredError } from './float64.js';

const rounds = [0, 1, 2, 3, 4];

describe('gradients in float64 equal central differences on random shapes', () => {
  test.each(rounds)('for a product (round %i)', (round) =>
    check(`product ${round}`, ({ value, product }) => [product(value('y'))]),
  );

  test.each(rounds)('for a product with a skip, through both of its paths (round %i)', (round) =>
    check(`skip ${round}`, ({ value, product, same }) => {
      const first = product(value('a'));
      const second = product(value('b'), first.output);
      return [first, second, { ...product(same(first.output, 'y'), second.output), skip: first.output }];
    }),
  );

  test.each(rounds)('for a relu (round %i)', (round) =>
    check(`relu ${round}`, ({ value, product, same }) => {
      const first = product(value('a'));
      return [first, { kind: 'relu', input: first.output, output: same(first.output, 'y') }];
    }),
  );

  test.each(rounds)('for a sigmoid (round %i)', (round) =>
    check(`sigmoid ${round}`, ({ value, product, same }) => {
      const first = product(value('a'));
      return [first, { kind: 'sigmoid', input: first.output, output: same(first.output, 'y') }];
    }),
  );

  test.each(rounds)('for a batch normalisation that nothing is fused with (round %i)', (round) =>
    check(`normalisation ${round}`, ({ value, product, same }) => {
      const first = product(value('a'));
      return [first, { kind: 'batchNormalisation', input: first.output, output: same(first.output, 'y') }];
    }),
  );

  test.each(rounds)('for a batch normalisation that one product reads (round %i)', (round) =>
    check(`normalised product ${round}`, ({ value, product, same }) => {
      const first = product(value('a'));
      const normalised = same(first.output, 'n');
      return [
        first,
        { kind: 'batchNormalisation', input: first.output, output: normalised },
        product(value('y'), normalised),
      ];
    }),
  );

  test.each(rounds)('for a batch normalisation that two products read (round %i)', (round) =>
    check(`normalised twice ${round}`, ({ value, product, same }) => {
      const first = product(value('a'));
      const normalised = same(first.output, 'n');
      const left = product(value('l'), normalised);
      return [
        first,
        { kind: 'batchNormalisation', input: first.output, output: normalised },
        left,
        { ...product(same(left.output, 'y'), normalised), skip: left.output },
      ];
    }),
  );

  test.each(['trainable', 'fixed', 'identity', 'none'] as const)(
    'for a whole network with input projection %s',
    async (inputProjection) => {
      const arch = {
        skipWidth: 5,
        bottleneckWidth: 3,
        depth: 3,
        inputProjection,
        outputProjection: 'trainable',
      } as const;
      await checkProgram(programOf(arch, { input: 5, output: 4 }), randomStream('network', inputProjection));
    },
  );
});

interface Parts {
  /** A value of random width. */
  value(name: string): Value;
  /** A value as wide as another. */
  same(other: Value, name: string): Value;
  /** A product with a new matrix from the input (or the value given) to the output. */
  product(output: Value, input?: Value): Extract<Operation, { kind: 'product' }>;
}

async function check(label: string, build: (parts: Parts) => Operation[]): Promise<void> {
  const stream = randomStream('gradients', label);
  const width = () => 1 + stream.integerBelow(7);
  const input = { name: 'x', width: width() };
  let count = 0;
  const operations = build({
    value: (name) => ({ name, width: width() }),
    same: (other, name) => ({ name, width: other.width }),
    product(output, from = input) {
      const matrix: Matrix = {
        name: `w${count}`,
        rows: from.width,
        columns: output.width,
        trainable: true,
        start: 'uniform',
      };
      count += 1;
      return { kind: 'product', input: from, matrix, output };
    },
  });
  const matrices = operations.flatMap((operation) => (operation.kind === 'product' ? [operation.matrix] : []));
  await checkProgram({ input, output: operations.at(-1)!.output, matrices, operations }, stream);
}

/** A network of the program, and a batch for it. */
interface Case {
  /** By matrix name, `[in, out]`. */
  readonly weights: ReadonlyMap<string, number[]>;
  readonly input: number[];
  readonly target: number[];
}

interface Gradients {
  readonly loss: number;
  /** By matrix name, `[in, out]`. */
  readonly gradients: ReadonlyMap<string, number[]>;
}

/** One network in the graph of one, and two in the graph of a pack. */
async function checkProgram(program: Program, stream: RandomStream): Promise<void> {
  const batch = 2 + stream.integerBelow(6);
  const numbers = (length: number) => Array.from({ length }, () => 2 * stream.uniform() - 1);
  const caseOf = (): Case => ({
    weights: new Map(program.matrices.map(({ name, rows, columns }) => [name, numbers(rows * columns)])),
    input: numbers(batch * program.input.width),
    target: numbers(batch * program.output.width),
  });
  const [first, second] = [caseOf(), caseOf()];
  checkGradients(program, first, await gradientsOfOne(program, first, batch));
  const ofPack = await gradientsOfPack(program, [first, second], batch);
  checkGradients(program, first, ofPack[0]!);
  checkGradients(program, second, ofPack[1]!);
}

function checkGradients(program: Program, { weights, input, target }: Case, { loss, gradients }: Gradients): void {
  expectClose([loss], [meanSquaredError(program, weights, input, target)], { relative: 1e-12, absolute: 0 });
  const names = trainable(program).map(({ name }) => name);
  expect([...gradients.keys()].sort()).toEqual(names.toSorted());
  for (const name of names) {
    const differences = centralDifferences(weights.get(name)!, () => meanSquaredError(program, weights, input, target));
    expectClose(gradients.get(name)!, differences, { relative: 1e-5, absolute: 1e-8 });
  }
}

async function gradientsOfOne(program: Program, { weights, input, target }: Case, batch: number): Promise<Gradients> {
  const feeds: Record<string, Tensor> = {
    x: tensor(input, [batch, program.input.width]),
    target: tensor(target, [batch, program.output.width]),
    ones: tensor(Array<number>(batch).fill(1), [batch]),
    'inverse batch': tensor([1 / batch], []),
  };
  for (const matrix of program.matrices) {
    feeds[matrix.name] = tensor(outputMajor(matrix, weights), [matrix.columns, matrix.rows]);
  }
  const results = await run(trainingGraph(program, 'float64'), feeds);
  const scale = lossGradientScale(program, batch);
  const gradients = trainable(program).map(({ name, rows, columns }) => {
    return [name, transpose(results(`gradient ${name}`), columns, rows).map((value) => value * scale)] as const;
  });
  return { loss: results('squared error')[0]! / target.length, gradients: new Map(gradients) };
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
      [members, batch, program.output.width],
    ),
    rate: tensor(Array<number>(members).fill(0), [members, 1]),
    decay: tensor(Array<number>(members).fill(1), [members, 1]),
    epsilon: tensor([1], []),
    ones: tensor(Array<number>(batch).fill(1), [batch]),
    'inverse size': tensor([1 / batch], []),
    'gradient scale': tensor([lossGradientScale(program, batch)], []),
  };
  for (const matrix of program.matrices.filter(({ trainable }) => !trainable)) {
    const values = cases.flatMap((one) => outputMajor(matrix, one.weights));
    feeds[matrix.name] = tensor(values, [members, matrix.columns, matrix.rows]);
  }
  const results = await run(stepGraph(program, { beta1: 0.9, beta2: 0.999 }, 'float64'), feeds);
  const reports = results('report');
  return cases.map(({ target }, member) => {
    let start = member * parameters;
    const gradients = matrices.map(({ name, rows, columns }) => {
      const values = results('next first moment').subarray(start, start + rows * columns);
      start += rows * columns;
      return [name, transpose(values, columns, rows)] as const;
    });
    const squaredError = reports[((member + 1) * reports.length) / members - 1]!;
    return { loss: squaredError / target.length, gradients: new Map(gradients) };
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
