import { describe, expect, test } from 'vitest';
import type { Arch } from '../../src/arch/arch.js';
import { faultOfProgram } from '../../src/arch/check-program.js';
import { families, programOf } from '../../src/arch/families.js';
import { layersFrom } from '../../src/arch/layers.js';
import { lossKinds } from '../../src/arch/loss.js';
import type { Operation, Program } from '../../src/arch/program.js';
import { operationGoldens, programOfGolden } from '../engine/operation-goldens.js';

const named = families.flatMap(({ name, settings }) => [
  name,
  ...Object.entries(settings).map(([key, { canonical }]) => {
    const value = ['layer', 'tanh', 'yes', '0.3'].find((text) => canonical(text) !== null);
    return `${name}?${key}=${value}`;
  }),
]);

test.each(named)('The programs of %s are sound, at each loss, depth and projection.', (family) => {
  const { inputProjections } = families.find(({ name }) => family.split('?')[0] === name)!;
  const archs = inputProjections.flatMap((inputProjection) =>
    [2, 3].map((depth): Arch => {
      const skipWidth = ['identity', 'none'].includes(inputProjection) ? 5 : 6;
      return { family, skipWidth, bottleneckWidth: 2, depth, inputProjection, outputProjection: 'trainable' };
    }),
  );
  for (const loss of [undefined, ...lossKinds]) {
    for (const arch of archs) {
      expect(faultOfProgram(programOf(arch, { input: 5, output: 3, ...(loss && { loss }) }))).toBe(null);
    }
  }
});

test('The programs of every operation that PyTorch trained are sound.', () => {
  for (const golden of operationGoldens.cases) expect(faultOfProgram(programOfGolden(golden))).toBe(null);
});

describe('A program is not sound', () => {
  const arch: Arch = {
    ...{ skipWidth: 4, bottleneckWidth: 2, depth: 1 },
    ...({ inputProjection: 'trainable', outputProjection: 'trainable' } as const),
  };
  const sound = (): Program => programOf(arch, { input: 3, output: 2 });
  const withOperation = (place: number, changed: object): Program => {
    const { operations, ...rest } = sound();
    return {
      ...rest,
      operations: operations.map((one, at) => (at === place ? { ...one, ...changed } : one)),
    };
  };
  const { matrix } = sound().operations[0] as Extract<Operation, { kind: 'product' }>;

  test.each<[string, Program, RegExp]>([
    ['that is none', undefined as never, /^a program, got undefined$/],
    ['without operations', { ...sound(), operations: null as never }, /^a list of operations$/],
    ['with an operation of no kind', withOperation(0, { kind: 'constructor' }), /known kind, got 'constructor'/],
    [
      'that reads what is made later',
      withOperation(0, { input: { name: 'v9', width: 3 } }),
      /made before it, got 'v9'/,
    ],
    [
      'that reads a copy',
      withOperation(0, { input: { name: 'x', width: 3 } }),
      /another value named 'x'; it is operation 1/,
    ],
    ['that makes a value twice', withOperation(1, { output: sound().input }), /a name of its own, got 'x' again/],
    [
      'of a matrix of other rows',
      withOperation(0, { matrix: { ...matrix, rows: 9 } }),
      /rows of input to be 3 wide, got 9/,
    ],
    [
      'of a matrix of no rows',
      withOperation(0, { matrix: { ...matrix, rows: NaN } }),
      /rows and columns above 0 of input/,
    ],
    [
      'of a matrix with an odd name',
      withOperation(0, { matrix: { ...matrix, name: 'a b' } }),
      /of letters, digits.*'a b'/,
    ],
    [
      'of a matrix with the name of a value',
      withOperation(0, { matrix: { ...matrix, name: 'v0' } }),
      /nothing else has/,
    ],
    [
      'of a matrix that starts nowhere',
      withOperation(0, { matrix: { ...matrix, start: 'zero' } }),
      /a start of input among/,
    ],
    ['that lists other matrices', { ...sound(), matrices: [] }, /^a list of the matrices that the operations read/],
    ['of another output', { ...sound(), output: { name: 'y', width: 2 } }, /^an output that an operation makes/],
    [
      'of a loss of another width',
      { ...sound(), loss: { kind: 'squaredError', targetWidth: 3 } },
      /to be 3 wide, got 2$/,
    ],
    [
      'of an unknown loss',
      { ...sound(), loss: { kind: 'hinge' as never, targetWidth: 2 } },
      /^a loss among .*'hinge'$/,
    ],
  ])('%s.', (_, program, fault) => {
    expect(faultOfProgram(program)).toMatch(fault);
  });

  test('with two matrices of one name, and with one that has no part in the output.', () => {
    const layers = layersFrom(3);
    const twice = layers.product('a', layers.product('a', layers.input, 3), 3);
    expect(faultOfProgram(layers.finish(arch, twice, { input: 3, output: 2 }))).toMatch(/^one matrix of each name/);
    const others = layersFrom(3);
    others.product('idle', others.input, 3);
    const last = others.product('a', others.input, 3);
    expect(faultOfProgram(others.finish(arch, last, { input: 3, output: 2 }))).toMatch(/got idle without one$/);
  });
});
