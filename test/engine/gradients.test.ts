import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { programOf, type Matrix, type Operation, type Program, type Value } from '../../src/arch/program.js';
import { randomStream, type RandomStream } from '../../src/base/random.js';
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

async function checkProgram(program: Program, stream: RandomStream): Promise<void> {
  const batch = 2 + stream.integerBelow(6);
  const numbers = (length: number) => Array.from({ length }, () => 2 * stream.uniform() - 1);
  const weights = new Map(program.matrices.map(({ name, rows, columns }) => [name, numbers(rows * columns)]));
  const input = numbers(batch * program.input.width);
  const target = numbers(batch * program.output.width);

  const { loss, gradients } = await onnxGradients(program, weights, input, target);
  expectClose([loss], [meanSquaredError(program, weights, input, target)], { relative: 1e-12, absolute: 0 });
  const trainable = program.matrices.filter((matrix) => matrix.trainable);
  expect([...gradients.keys()].sort()).toEqual(trainable.map(({ name }) => name).sort());
  for (const { name } of trainable) {
    const differences = centralDifferences(weights.get(name)!, () => meanSquaredError(program, weights, input, target));
    expectClose(gradients.get(name)!, differences, { relative: 1e-5, absolute: 1e-8 });
  }
}

async function onnxGradients(
  program: Program,
  weights: ReadonlyMap<string, number[]>,
  input: number[],
  target: number[],
) {
  const session = await InferenceSession.create(trainingGraph(program, 'float64'), { logSeverityLevel: 3 });
  const batch = input.length / program.input.width;
  const tensor = (values: ArrayLike<number>, shape: number[]) =>
    new Tensor('float64', Float64Array.from(values), shape);
  const feeds: Record<string, Tensor> = {
    x: tensor(input, [batch, program.input.width]),
    target: tensor(target, [batch, program.output.width]),
    ones: tensor(Array<number>(batch).fill(1), [batch]),
    'inverse batch': tensor([1 / batch], []),
  };
  for (const { name, rows, columns } of program.matrices) {
    feeds[name] = tensor(transpose(weights.get(name)!, rows, columns), [columns, rows]);
  }
  const used = Object.fromEntries(Object.entries(feeds).filter(([name]) => session.inputNames.includes(name)));
  const results = await session.run(used);
  await session.release();
  const scale = lossGradientScale(program, batch);
  const gradients = program.matrices
    .filter((matrix) => matrix.trainable)
    .map(({ name, rows, columns }) => {
      const gradient = results[`gradient ${name}`]!.data as Float64Array;
      return [name, transpose(gradient, columns, rows).map((value) => value * scale)] as const;
    });
  const loss = (results['squared error']!.data as Float64Array)[0]! / target.length;
  return { loss, gradients: new Map(gradients) };
}

function transpose(values: ArrayLike<number>, rows: number, columns: number): number[] {
  return Array.from(
    { length: rows * columns },
    (_, index) => values[(index % rows) * columns + Math.floor(index / rows)]!,
  );
}
