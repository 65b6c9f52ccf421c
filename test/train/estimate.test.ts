import { describe, expect, test } from 'vitest';
import { OutOfMemory } from '../../src/base/errors.js';
import { findTask } from '../../src/data/tasks.js';
import type { RunSpec } from '../../src/run/spec.js';
import { asManyAsFit, estimateFrom, extremesOf } from '../../src/train/estimate.js';
import { specOf } from '../frontier/runs.js';

const dimensions = { input: 784, output: 784 };
const spec = (skipWidth: number, bottleneckWidth: number, depth: number, recipe: Partial<RunSpec['recipe']> = {}) =>
  specOf({ arch: { skipWidth, bottleneckWidth, depth }, recipe });

describe('what is measured', () => {
  test('is the smallest and the largest network and the one with the most skip values', () => {
    const specs = [spec(40, 20, 1), spec(20, 10, 1), spec(30, 2, 9), spec(90, 20, 1)];
    expect(extremesOf(specs, dimensions)).toEqual({ smallest: specs[1], largest: specs[3], longest: specs[2] });
  });

  test('is nothing where there is nothing', () => {
    expect(extremesOf([], dimensions)).toBeNull();
  });
});

describe('networks side by side', () => {
  test('are measured in halves until they fit into the memory', async () => {
    const tried: number[] = [];
    const measured = asManyAsFit(12, (members) => {
      tried.push(members);
      return members > 3 ? Promise.reject(new OutOfMemory('no memory')) : Promise.resolve(members);
    });
    expect(await measured).toBe(3);
    expect(tried).toEqual([12, 6, 3]);
  });

  test('are not measured where one alone does not fit, or another fault stops it', async () => {
    await expect(asManyAsFit(2, () => Promise.reject(new OutOfMemory('no memory')))).rejects.toThrow('no memory');
    let times = 0;
    const faulty = asManyAsFit(8, () => Promise.reject(new Error(`fault ${(times += 1)}`)));
    await expect(faulty).rejects.toThrow('fault 1');
  });
});

describe('an estimate', () => {
  const task = findTask('mnist/denoising');
  const [small, large, long] = [spec(10, 5, 1), spec(100, 50, 1), spec(50, 2, 40)];
  const extremes = { smallest: small, largest: large, longest: long };
  const estimate = (smallest: number, largest: number, longest: number) =>
    estimateFrom(extremes, { smallest, largest, longest }, { task, trainingImages: 1000 });
  /** Three epochs, and a fifteenth for their evaluation. */
  const images = 3000 * (1 + 1 / 15);

  test('gives the extremes what was measured, and scales with epochs and flips', () => {
    const durationMsOf = estimate(0.01, 0.05, 0.08);
    expect(durationMsOf(small)).toBeCloseTo(0.01 * images, 9);
    expect(durationMsOf(large)).toBeCloseTo(0.05 * images, 9);
    expect(durationMsOf(long)).toBeCloseTo(0.08 * images, 9);
    expect(durationMsOf(spec(10, 5, 1, { epochs: 6, flips: 4 }))).toBeCloseTo(8 * 0.01 * images, 9);
  });

  test('lies between by multiply-adds', () => {
    // 15,780, 83,840 and 166,800 multiply-adds; as many skip values as the line has, or fewer.
    const share = (83_840 - 15_780) / (166_800 - 15_780);
    expect(estimate(0.01, 0.05, 0.08)(spec(40, 264, 1))).toBeCloseTo((0.01 + 0.04 * share) * images, 9);
  });

  test('does not fall with size where a measurement was disturbed', () => {
    const durationMsOf = estimate(0.02, 0.01, 0.005);
    expect(durationMsOf(large)).toBeCloseTo(0.02 * images, 9);
    expect(durationMsOf(long)).toBeCloseTo(0.02 * images, 9);
  });
});
