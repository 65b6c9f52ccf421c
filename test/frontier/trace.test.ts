import { describe, expect, test } from 'vitest';
import { bestUnderBudget } from '../../src/frontier/budget.js';
import { effortOf } from '../../src/frontier/effort.js';
import { traceFrontier } from '../../src/frontier/trace.js';
import { finished, smallDimensions, unfinished } from './runs.js';
import { pictureMetrics } from '../../src/run/metrics.js';

const hourglass = (replicate: number) => ({ recipe: { replicate } });
const conventional = (replicate: number) => ({ arch: { skipWidth: 10, bottleneckWidth: 20 }, recipe: { replicate } });
const options = {
  task: 'mnist/denoising',
  dimensions: smallDimensions,
  axis: 'trainable',
  metrics: pictureMetrics,
  trainingImages: 100,
} as const;

describe('what a budget buys', () => {
  const runs = [
    finished(hourglass(0), 20, 19),
    finished(hourglass(1), 22, 21),
    finished(conventional(0), 18, 17),
    finished(conventional(1), 18.5, 17.5),
    finished({ arch: { depth: 10 } }, 40),
  ];
  const { points } = traceFrontier(runs, options);

  test('is the best of each shape with at most so many parameters, and the gap on both sets', () => {
    const { best, gap } = bestUnderBudget(points, { budgetSize: 600, axis: 'trainable' });
    // 10 x 12 + 2 x 12 x 4 + 12 x 10 and 10 x 10 + 2 x 10 x 20 + 10 x 10.
    expect(best.hourglass!.trainableParams).toBe(336);
    expect(best.conventional!.trainableParams).toBe(600);
    expect(best.straight).toBeUndefined();
    expect(gap!.validation.mean).toBeCloseTo(2.75, 12);
    expect(gap!.test.mean).toBeCloseTo(2.75, 12);
    // Variances 2 and 0.125, two replicates each.
    expect(gap!.test.standardError).toBeCloseTo(Math.sqrt(2 / 2 + 0.125 / 2), 12);
  });

  test('has no gap where one shape has nothing under the budget', () => {
    const { best, gap } = bestUnderBudget(points, { budgetSize: 599, axis: 'trainable' });
    expect([best.hourglass?.trainableParams, best.conventional, gap]).toEqual([336, undefined, null]);
  });

  test('has a gap without a spread where a shape has one replicate', () => {
    const { gap } = bestUnderBudget(points, { budgetSize: 1e6, axis: 'trainable' });
    expect(gap!.validation).toEqual({ mean: 40 - 18.25, standardError: null });
  });
});

describe('the effort', () => {
  test('counts architectures, learning rates, replicates, runs, multiply-adds and hours of each shape', () => {
    const runs = [
      finished(hourglass(0), 20),
      finished(hourglass(0), 20),
      finished(hourglass(1), 20),
      finished({ recipe: { learningRate: 0.1 } }, 20),
      unfinished({ arch: { bottleneckWidth: 5 } }, 'diverged'),
      finished(conventional(0), 20),
    ];
    const [first, second] = effortOf(runs, options);
    expect(first).toEqual({
      shape: 'hourglass',
      architectures: 2,
      learningRates: 2,
      replicates: 2,
      runs: 4,
      diverged: 1,
      failed: 0,
      // Three runs of 336 multiply-adds, 100 images and 3 epochs; the diverged one completed no epoch.
      trainingMultiplyAdds: 3 * 3 * 336 * 100 * 3,
      hours: 1.6,
    });
    expect(second).toMatchObject({ shape: 'conventional', runs: 1, trainingMultiplyAdds: 3 * 600 * 100 * 3 });
  });

  test.each([
    ['less than nothing', { durationMs: -3_600_000 }],
    ['thousands of years', { durationMs: 1e14 }],
    ['what is no number', { durationMs: null as never }],
    ['from no time of day on', { startedAt: 'yesterday' }],
    ['from a time in the future on', { startedAt: '9999-01-01T00:00:00.000Z' }],
  ])('has no hours where a run took %s', (_, times) => {
    const odd = finished(hourglass(1), 20);
    const runs = [finished(hourglass(0), 20), { ...odd, timing: { ...odd.timing!, ...times } }];
    expect(effortOf(runs, options)[0]).toMatchObject({ runs: 2, hours: null });
  });

  test('leaves the multiply-adds missing where the number of training images is not known', () => {
    const [effort] = effortOf([finished({}, 20)], { dimensions: smallDimensions, trainingImages: null });
    expect(effort!.trainingMultiplyAdds).toBeNull();
  });

  test('doubles with the flips', () => {
    const [effort] = effortOf([finished({ recipe: { flips: 2 } }, 20)], options);
    expect(effort!.trainingMultiplyAdds).toBe(3 * 336 * 200 * 3);
  });
});
