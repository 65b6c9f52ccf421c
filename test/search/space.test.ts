import { describe, expect, test } from 'vitest';
import { sizeOf } from '../../src/arch/sizes.js';
import { UserError } from '../../src/base/errors.js';
import { reachableSizes, sampledRange } from '../../src/search/reach.js';
import {
  defaultSpace,
  forcedSkipWidth,
  searchedShapes,
  type RandomSpace,
  type SearchedShape,
  type CandidateSetting,
  type ShapeSpace,
} from '../../src/search/space.js';
import { mnistSetting, requestOf } from './requests.js';

const identity: CandidateSetting = { ...mnistSetting, inputProjection: 'identity' };

/** The smallest network of a shape by trying every one up to a skip width. */
function smallestByTrial(shape: SearchedShape, { depth, ratio }: ShapeSpace, setting: CandidateSetting): number {
  let smallest = Infinity;
  for (let skipWidth = 1; skipWidth <= 40; skipWidth += 1) {
    for (let bottleneckWidth = 1; bottleneckWidth <= 240; bottleneckWidth += 1) {
      const inRatio = bottleneckWidth >= ratio[0] * skipWidth && bottleneckWidth <= ratio[1] * skipWidth;
      const inShape = shape === 'hourglass' ? bottleneckWidth < skipWidth : bottleneckWidth > skipWidth;
      if (!inRatio || !inShape) continue;
      const arch = { ...setting, skipWidth, bottleneckWidth, depth: depth[0] };
      smallest = Math.min(smallest, sizeOf(arch, setting.dimensions, setting.size));
    }
  }
  return smallest;
}

describe('the parameters in reach', () => {
  test.each<[SearchedShape, ShapeSpace]>([
    ['hourglass', defaultSpace.hourglass],
    ['hourglass', { depth: [3, 5], ratio: [0.02, 0.05] }],
    ['hourglass', { depth: [1, 1], ratio: [0.85, 0.99] }],
    ['conventional', defaultSpace.conventional],
    ['conventional', { depth: [2, 6], ratio: [1.05, 1.2] }],
  ])('of %s networks start where a trial of all small ones does: %o.', (shape, space) => {
    for (const inputProjection of ['trainable', 'fixed'] as const) {
      for (const size of ['trainable', 'total'] as const) {
        const setting = { ...mnistSetting, inputProjection, size };
        expect(reachableSizes(shape, space, setting).lowest).toBe(smallestByTrial(shape, space, setting));
      }
    }
  });

  test('have no upper end where the skip width is free, and one where it is forced.', () => {
    expect(reachableSizes('hourglass', defaultSpace.hourglass, mnistSetting)).toEqual({
      lowest: 3140,
      highest: Infinity,
    });
    // 784 x 784 in and out, and blocks of 16 and 627 at 784: 0.02 and 0.8 of it in whole numbers.
    expect(reachableSizes('hourglass', defaultSpace.hourglass, identity)).toEqual({
      lowest: 2 * 784 * 784 + 2 * 784 * 16,
      highest: 2 * 784 * 784 + 2 * 20 * 784 * 627,
    });
  });
});

describe('the skip width', () => {
  test('is free with projections that are random matrices, and forced by the others.', () => {
    expect(forcedSkipWidth(mnistSetting)).toBeNull();
    expect(forcedSkipWidth({ ...mnistSetting, inputProjection: 'fixed' })).toBeNull();
    expect(forcedSkipWidth({ ...identity, dimensions: { input: 196, output: 784 } })).toBe(196);
    expect(
      forcedSkipWidth({ ...mnistSetting, outputProjection: 'none', dimensions: { input: 196, output: 784 } }),
    ).toBe(784);
  });

  test('cannot be forced to two widths.', () => {
    const contradiction: CandidateSetting = {
      ...identity,
      outputProjection: 'none',
      dimensions: { input: 196, output: 784 },
    };
    expect(() => forcedSkipWidth(contradiction)).toThrow(
      new UserError(
        "input projection 'identity' needs a skip width of 196, output projection 'none' one of 784; " +
          'no network has both, so make one of the two trainable',
      ),
    );
  });
});

describe('the range that is sampled', () => {
  const rangeOf = (budget: string, setting: CandidateSetting, shapes = searchedShapes as readonly SearchedShape[]) =>
    sampledRange(requestOf({ budget, setting, shapes }));

  test('is the budget where all of it is in reach.', () => {
    expect(rangeOf('1M', mnistSetting)).toEqual({ lowest: 62_500, highest: 1_000_000 });
  });

  test('starts where both shapes can be had if an at-most budget implies less.', () => {
    expect(rangeOf('8M', identity)).toEqual({ lowest: 2_521_344, highest: 8_000_000 });
    expect(rangeOf('8M', identity, ['hourglass'])).toEqual({ lowest: 1_254_400, highest: 8_000_000 });
  });

  test('ends where both shapes can be had if an at-most budget allows more.', () => {
    expect(rangeOf('100M', identity).highest).toBe(2 * 784 * 784 + 2 * 20 * 784 * 627);
  });

  test.each<[string, CandidateSetting, string]>([
    ['500', mnistSetting, 'budget 500: too small for any hourglass network with 784 inputs, 784 outputs, input '],
    ['500', mnistSetting, 'the smallest that would do is 3,140'],
    ['100k', identity, 'too small for any conventional network'],
    ['1M,8M', identity, 'the smallest that would do is 2,521,344'],
    ['2M..8M', identity, 'the smallest that would do is 2,521,344'],
    ['3M..100M', identity, 'too large for any hourglass network'],
    ['3M..100M', identity, 'the largest that would do is 20,892,032'],
  ])('cannot come from the budget %s, and the error says what would do.', (budget, setting, reason) => {
    expect(() => rangeOf(budget, setting)).toThrow(UserError);
    expect(() => rangeOf(budget, setting)).toThrow(reason);
  });

  test.each<[Partial<RandomSpace>, string]>([
    [
      { hourglass: { depth: [5, 2], ratio: [0.1, 0.5] } },
      'hourglass depth: expected whole numbers from 1 to 1,000, smallest',
    ],
    [{ hourglass: { depth: [0, 2], ratio: [0.1, 0.5] } }, 'got 0 to 2'],
    [{ hourglass: { depth: [1, 2 ** 53 - 1], ratio: [0.1, 0.5] } }, 'got 1 to 9007199254740991'],
    [
      { hourglass: { depth: [1, 2], ratio: [0.1, 1.5] } },
      'hourglass ratio: expected two numbers above 0 and at most 1',
    ],
    [{ conventional: { depth: [1, 2], ratio: [0.9, 2] } }, 'conventional ratio: expected two numbers at least 1'],
    [{ conventional: { depth: [1, 2], ratio: [2, 2] } }, 'the second at least 1.1 times the first'],
  ])('needs a sound space: %o.', (part, reason) => {
    const space = { ...defaultSpace, ...part };
    expect(() => sampledRange(requestOf({ space }))).toThrow(UserError);
    expect(() => sampledRange(requestOf({ space }))).toThrow(reason);
  });
});
