import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { describe, expect, test } from 'vitest';
import { archName, checkArch, shapeOf, type Arch } from '../../src/arch/arch.js';
import { sizeOf, sizesOf } from '../../src/arch/sizes.js';

const dimensionsOf: Record<string, { input: number; output: number }> = {
  'mnist denoising': { input: 784, output: 784 },
  'mnist generative_classification': { input: 784, output: 784 },
  'mnist super_resolution': { input: 196, output: 784 },
  'imagenet32 denoising': { input: 3072, output: 3072 },
  'imagenet32 super_resolution': { input: 768, output: 3072 },
};

const published = parse<Record<string, string>>(
  readFileSync(new URL('../../configs/paper/frontiers.csv', import.meta.url)),
  {
    columns: true,
  },
);

const arch: Arch = {
  skipWidth: 20,
  bottleneckWidth: 5,
  depth: 3,
  inputProjection: 'trainable',
  outputProjection: 'trainable',
};
const dimensions = { input: 12, output: 20 };

describe('an arch', () => {
  test('gives the published parameter count and shape of all 146 frontier points', () => {
    expect(published.length).toBe(146);
    for (const row of published) {
      const point = {
        skipWidth: Number(row['skip_width']),
        bottleneckWidth: Number(row['bottleneck_width']),
        depth: Number(row['depth']),
        inputProjection: row['input_projection'],
        outputProjection: row['output_projection'],
      } as Arch;
      const of = dimensionsOf[`${row['dataset']} ${row['task']}`]!;
      expect(sizeOf(checkArch(point, of), of, 'trainable')).toBe(Number(row['trainable_params']));
      expect(shapeOf(point)).toBe(row['shape']);
    }
  });

  test('is straight, neither hourglass nor conventional, where its widths are equal', () => {
    expect(shapeOf({ skipWidth: 5, bottleneckWidth: 5 })).toBe('straight');
  });

  test('counts a fixed input projection in the total and in the multiply-adds, not among the trainable', () => {
    const fixed: Arch = { ...arch, inputProjection: 'fixed' };
    expect(sizesOf(fixed, dimensions)).toMatchObject({
      ...{ trainableParams: 600 + 400, totalParams: 240 + 600 + 400, multiplyAddsPerImage: 1240 },
    });
  });

  test('counts no projections where there are none', () => {
    const bare: Arch = { ...arch, inputProjection: 'none', outputProjection: 'none' };
    expect(sizesOf(bare, { input: 20, output: 20 })).toMatchObject({ trainableParams: 600, totalParams: 600 });
  });

  test('may have a skip narrower than the input and the output', () => {
    const narrow = checkArch({ ...arch, skipWidth: 7 }, dimensions);
    expect(sizesOf(narrow, dimensions)).toMatchObject({ trainableParams: 434, totalParams: 84 + 210 + 140 });
    expect(shapeOf(narrow)).toBe('hourglass');
  });

  test.each<[string, Partial<Arch>, string]>([
    ['zero depth', { depth: 0 }, 'depth: expected a whole number of at least 1, got 0'],
    ['a width of 0', { bottleneckWidth: 0 }, 'bottleneck width: expected a whole number of at least 1, got 0'],
    ['a fractional width', { skipWidth: 2.5 }, 'skip width: expected a whole number of at least 1, got 2.5'],
    [
      'identity with another width',
      { inputProjection: 'identity' },
      "'identity' needs a skip width equal to the input",
    ],
    ['no input projection with another width', { inputProjection: 'none' }, 'use --skip 12'],
    ['no output projection with another width', { outputProjection: 'none', skipWidth: 9 }, 'use --skip 20'],
  ])('with %s is refused with the reason', (_, change, reason) => {
    expect(() => checkArch({ ...arch, ...change }, dimensions)).toThrow(reason);
  });

  test('is named by its widths and depth, and by its projections where they are not the usual', () => {
    expect(archName(arch)).toBe('20-5-3');
    expect(archName({ ...arch, inputProjection: 'fixed' })).toBe('20-5-3 fixed/trainable');
  });
});
