import { describe, expect, test } from 'vitest';
import { lossKinds, lossTerms, outputWidthFor } from '../../src/arch/loss.js';
import {
  inputsOf,
  matricesReadBy,
  matrixReadBy,
  valuesDependingOn,
  type Matrix,
  type MatrixStart,
  type Operation,
  type Program,
} from '../../src/arch/program.js';
import { initialWeights } from '../../src/arch/weights.js';

const value = (name: string, width = 2) => ({ name, width });
const matrixOf = (name: string, start: MatrixStart = 'uniform', trainable = true): Matrix => ({
  name,
  rows: 1,
  columns: 2,
  trainable,
  start,
});
const [x, a, b, c] = [value('x'), value('a'), value('b'), value('c')];
const vector = matrixOf('v');

describe('an operation', () => {
  test('reads its input, what it is combined with, and its matrix', () => {
    const product: Operation = { kind: 'product', input: x, matrix: vector, output: a };
    expect(inputsOf(product)).toEqual([x]);
    expect(inputsOf({ ...product, skip: b })).toEqual([x, b]);
    expect(inputsOf({ kind: 'multiply', left: a, right: a, output: b })).toEqual([a, a]);
    expect(inputsOf({ kind: 'concatenate', inputs: [a, x, a], output: b })).toEqual([a, x, a]);
    expect(inputsOf({ kind: 'scale', input: a, vector, output: b })).toEqual([a]);
    expect(matrixReadBy(product)).toBe(vector);
    expect(matrixReadBy({ kind: 'shift', input: a, vector, output: b })).toBe(vector);
    expect(matrixReadBy({ kind: 'elementwise', function: 'tanh', input: a, output: b })).toBe(null);
  });

  test('depends on the matrices of all that it reads', () => {
    const fixed = matrixOf('f', 'uniform', false);
    const operations: Operation[] = [
      { kind: 'shift', input: x, vector: fixed, output: a },
      { kind: 'scale', input: x, vector, output: b },
      { kind: 'add', left: a, right: b, output: c },
    ];
    const program: Program = {
      input: x,
      output: c,
      matrices: matricesReadBy([...operations, ...operations]),
      operations,
      loss: { kind: 'squaredError', targetWidth: 2 },
    };
    expect(program.matrices).toEqual([fixed, vector]);
    expect([...valuesDependingOn(program, ({ trainable }) => trainable)]).toEqual(['b', 'c']);
    expect([...valuesDependingOn(program, () => true)]).toEqual(['a', 'b', 'c']);
  });
});

test('a loss is the mean of one term an item or a value', () => {
  const losses = lossKinds.map((kind) => ({ kind, targetWidth: 3 }));
  expect(losses.map((loss) => lossTerms(loss, 5))).toEqual([15, 5, 15, 15]);
  expect(losses.map(outputWidthFor)).toEqual([3, 3, 3, 6]);
});

test('matrices start as the program says', () => {
  const startOf = (start: MatrixStart, rows = 1, columns = 1000) => {
    const matrix = { ...matrixOf('v', start), rows, columns };
    const program = { matrices: [matrix] } as unknown as Program;
    return initialWeights(program, 'run').get('v')!;
  };
  expect([...startOf({ constant: 0.5 }, 1, 3)]).toEqual([0.5, 0.5, 0.5]);
  expect([...startOf('identity', 2, 2)]).toEqual([1, 0, 0, 1]);
  const drawn = startOf({ uniformWithin: 0.25 });
  expect(Math.max(...drawn)).toBeGreaterThan(0.24);
  expect(Math.max(...drawn)).toBeLessThanOrEqual(0.25);
  expect(Math.min(...drawn)).toBeLessThan(-0.24);
  // The draws are those of the other starts, at another scale.
  expect(startOf('uniform').map((number) => number / 4)).toEqual(drawn);
});
