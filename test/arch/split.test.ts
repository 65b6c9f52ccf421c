import { describe, expect, test } from 'vitest';
import type { Arch } from '../../src/arch/arch.js';
import { programOf } from '../../src/arch/families.js';
import { splitFixedProduct } from '../../src/arch/split.js';

const dimensions = { input: 12, output: 12 };
const arch: Arch = {
  skipWidth: 12,
  bottleneckWidth: 5,
  depth: 2,
  inputProjection: 'fixed',
  outputProjection: 'trainable',
};

describe('a program split after its fixed first product', () => {
  test('is the product, and the same operations on its output with trainable matrices alone', () => {
    const program = programOf({ ...arch, skipWidth: 7 }, dimensions);
    const { matrix, rest } = splitFixedProduct(program)!;
    expect(matrix).toEqual({ name: 'input', rows: 12, columns: 7, trainable: false, start: 'uniform' });
    expect(rest.input).toEqual({ name: 'v0', width: 7 });
    expect(rest.output).toBe(program.output);
    expect(rest.operations).toEqual(program.operations.slice(1));
    expect(rest.matrices).toEqual(program.matrices.slice(1));
    expect(rest.matrices.every(({ trainable }) => trainable)).toBe(true);
  });

  test.each(['trainable', 'identity', 'none'] as const)('is not to be had with input projection %s', (projection) => {
    expect(splitFixedProduct(programOf({ ...arch, inputProjection: projection }, dimensions))).toBe(null);
  });

  test('is not to be had where something else reads the input', () => {
    const program = programOf(arch, dimensions);
    const [first, normalisation, ...others] = program.operations;
    const readsInput = { ...normalisation!, input: program.input };
    expect(splitFixedProduct({ ...program, operations: [first!, readsInput, ...others] })).toBe(null);
    const skips = others.map((operation) =>
      operation.kind === 'product' && operation.skip ? { ...operation, skip: program.input } : operation,
    );
    expect(splitFixedProduct({ ...program, operations: [first!, normalisation!, ...skips] })).toBe(null);
  });
});
