import { describe, expect, test } from 'vitest';
import { archName, inputProjections, shapeOf } from '../../src/arch/arch.js';
import { sizeNames, sizeOf, type SizeName } from '../../src/arch/sizes.js';
import { UserError } from '../../src/base/errors.js';
import { parseSizeLimits, rangeOf } from '../../src/search/budget.js';
import { sampledRange } from '../../src/search/reach.js';
import { budgetedSize } from '../../src/search/size-function.js';
import { gridCandidates } from '../../src/search/strategies/grid.js';
import { randomCandidates } from '../../src/search/strategies/random.js';
import { requestOf, type RequestParts } from './requests.js';

const limitsOf = (text: string) => ({ limits: parseSizeLimits(text) });

describe('Networks drawn for a budget', () => {
  test.each<[SizeName, string]>([
    ['trainable', '500k'],
    ['total', '500k'],
    ['multiply-adds', '500k'],
    ['stored-bytes', '2MB'],
    ['activation-bytes', '16kB'],
  ])('of %s, %s, have sizes from a sixteenth of it, or the least there is, up to it.', (size, budget) => {
    for (const inputProjection of ['trainable', 'fixed'] as const) {
      const request = requestOf({ budget, setting: { size, inputProjection }, pairs: 30 });
      const { lowest, highest } = sampledRange(request);
      const candidates = [...randomCandidates(request)];
      expect(candidates).toHaveLength(60);
      expect(new Set(candidates.map(({ arch }) => archName(arch))).size).toBe(60);
      for (const { arch, size: told } of candidates) {
        expect(told).toBe(sizeOf(arch, request.setting.dimensions, size));
        expect(told).toBeGreaterThanOrEqual(lowest);
        expect(told).toBeLessThanOrEqual(highest);
      }
      expect(Math.max(...candidates.map((candidate) => candidate.size))).toBeGreaterThan(0.7 * highest);
    }
  });

  test.each<[string, RequestParts['setting'], string]>([
    ['a limit of multiply-adds that a fixed projection fills', { inputProjection: 'fixed' }, 'multiply-adds=600k'],
    ['two limits', { inputProjection: 'fixed' }, 'multiply-adds=1M,stored-bytes=1.2MB'],
    ['a limit of activations', {}, 'activation-bytes=6kB'],
    ['a limit of stored bytes and of total parameters', { inputProjection: 'fixed' }, 'stored-bytes=1MB,total=400k'],
  ])('of 1M are all within %s, in matched pairs, from wide to narrow.', (_, setting, text) => {
    const request = requestOf({ budget: '1M', setting: { ...setting, ...limitsOf(text) }, pairs: 40 });
    const candidates = [...randomCandidates(request)];
    expect(candidates).toHaveLength(80);
    for (const { arch } of candidates) {
      for (const { size, atMost } of request.setting.limits) {
        expect(sizeOf(arch, request.setting.dimensions, size)).toBeLessThanOrEqual(atMost);
      }
    }
    for (let pair = 0; pair < 40; pair += 1) {
      const [left, right] = candidates.filter((candidate) => candidate.pair === pair);
      expect([shapeOf(left!.arch), shapeOf(right!.arch)]).toEqual(['hourglass', 'conventional']);
      expect(Math.abs(Math.log(left!.size / right!.size))).toBeLessThan(0.01);
    }
    const sizes = candidates.map(({ size }) => size);
    expect(Math.max(...sizes) / Math.min(...sizes)).toBeGreaterThan(5);
    // A limit is used up by some of them, so they are not kept far below it either.
    const shares = request.setting.limits.map(({ size, atMost }) =>
      Math.max(...candidates.map(({ arch }) => sizeOf(arch, request.setting.dimensions, size) / atMost)),
    );
    expect(Math.max(...shares)).toBeGreaterThan(0.9);
  });

  test('are the same where the limits leave every network of the budget in.', () => {
    const namesOf = (setting: RequestParts['setting']) =>
      [...randomCandidates(requestOf({ budget: '300k', setting: setting ?? {}, pairs: 20 }))].map(({ arch }) =>
        archName(arch),
      );
    expect(namesOf(limitsOf('multiply-adds=1G,stored-bytes=1GB'))).toEqual(namesOf({}));
  });

  test('reach as far as a trial of all widths shows that the limits allow.', () => {
    for (const inputProjection of inputProjections.slice(0, 2)) {
      const request = requestOf({
        setting: {
          inputProjection,
          dimensions: { input: 30, output: 10 },
          ...limitsOf('multiply-adds=8k,activation-bytes=480'),
        },
        shapes: ['conventional'],
      });
      const { setting } = request;
      let largest = 0;
      for (let depth = 1; depth <= 6; depth += 1) {
        for (let skipWidth = 1; skipWidth <= 60; skipWidth += 1) {
          for (let bottleneckWidth = skipWidth + 1; bottleneckWidth <= 6 * skipWidth; bottleneckWidth += 1) {
            const arch = { skipWidth, bottleneckWidth, depth, inputProjection, outputProjection: 'trainable' } as const;
            const within = setting.limits.every(({ size, atMost }) => sizeOf(arch, setting.dimensions, size) <= atMost);
            if (within && bottleneckWidth >= 1.05 * skipWidth) largest = Math.max(largest, budgetedSize(arch, setting));
          }
        }
      }
      const { highest } = sampledRange(request);
      expect(highest).toBeLessThanOrEqual(largest);
      expect(highest).toBeGreaterThan(0.97 * largest);
    }
  });
});

describe('Limits', () => {
  test('that no network is within, or a range beyond them, are refused with what would do.', () => {
    const drawing = (budget: string, text: string) => () => [
      ...randomCandidates(requestOf({ budget, setting: limitsOf(text), pairs: 1 })),
    ];
    expect(drawing('1M', 'multiply-adds=1k')).toThrow(UserError);
    expect(drawing('1M', 'multiply-adds=1k')).toThrow(
      /^limit multiply-adds=1000: too small for any hourglass network with 784 inputs, .*; the smallest that would do is 3,140$/,
    );
    expect(drawing('500k..1M', 'stored-bytes=256kB')).toThrow(
      /^budget 500k\.\.1M: too large for any \w+ network .* within the limits; the largest that would do is 6\d,\d{3}$/,
    );
  });

  test('leave points of a grid out as a budget does.', () => {
    const lists = { skipWidths: [100, 200], bottleneckWidths: [10, 50], depths: [1, 2] };
    const request = requestOf({ grid: { hourglass: lists }, setting: limitsOf('stored-bytes=750kB') });
    const archs = [...gridCandidates(request)].map(({ arch }) => archName(arch));
    expect(archs).toEqual(['100-10-1', '100-50-1', '100-10-2', '100-50-2']);
  });
});

test('An implied lower end of a budget is a sixteenth of it for every size.', () => {
  for (const size of sizeNames) {
    const { budget } = requestOf({ budget: '16M', setting: { size } });
    expect(rangeOf(budget)).toEqual({ lowest: 1_000_000, highest: 16_000_000 });
  }
});
