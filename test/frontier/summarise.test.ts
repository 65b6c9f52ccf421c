import { describe, expect, test } from 'vitest';
import { UserError } from '../../src/base/errors.js';
import { summarise } from '../../src/frontier/summarise.js';
import type { Run } from '../../src/run/run.js';
import { finished, smallDimensions, unfinished } from './runs.js';

const summariseSmall = (runs: Run[]) => summarise(runs, { dimensions: smallDimensions, axis: 'trainable' });
const recipe = (learningRate: number, replicate = 0) => ({ recipe: { learningRate, replicate } });

describe('the point of an architecture', () => {
  test('has the mean and the n - 1 standard deviation of its replicates', () => {
    const [point] = summariseSmall([
      finished(recipe(0.001, 0), 20, 19),
      finished(recipe(0.001, 1), 21, 20),
      finished(recipe(0.001, 2), 22, 23),
    ]);
    expect(point).toMatchObject({ shape: 'hourglass', learningRate: 0.001, replicates: 3, diverged: 0, failed: 0 });
    expect(point!.validation!.psnrDb).toBeCloseTo(21, 12);
    expect(point!.validation!.psnrDbStd).toBeCloseTo(1, 12);
    expect(point!.test!.psnrDb).toBeCloseTo(62 / 3, 12);
    expect(point!.test!.psnrDbStd).toBeCloseTo(Math.sqrt(13 / 3), 12);
    expect(point!.test!.meanSquaredError).toBeCloseTo((10 ** -1.9 + 10 ** -2 + 10 ** -2.3) / 3, 15);
  });

  test('has no spread, rather than a spread of zero, with one replicate', () => {
    const [point] = summariseSmall([finished({}, 20)]);
    expect([point!.validation!.psnrDbStd, point!.test!.psnrDbStd, point!.test!.ssimStd]).toEqual([null, null, null]);
  });

  test('takes the learning rate that is best on validation and reports that rate on test', () => {
    const [point] = summariseSmall([finished(recipe(0.001), 20, 30), finished(recipe(0.0003), 21, 10)]);
    expect(point).toMatchObject({ learningRate: 0.0003, test: { psnrDb: 10 } });
  });

  test('takes the smaller of two equally good learning rates', () => {
    const [point] = summariseSmall([finished(recipe(0.001), 20), finished(recipe(0.0003), 20)]);
    expect(point!.learningRate).toBe(0.0003);
  });

  test('prefers a learning rate that never diverged, though the survivors of another are better', () => {
    const [point] = summariseSmall([
      finished(recipe(0.001, 0), 25),
      unfinished(recipe(0.001, 1), 'diverged'),
      finished(recipe(0.0003, 0), 20),
    ]);
    expect(point).toMatchObject({ learningRate: 0.0003, replicates: 1, diverged: 1 });
  });

  test('takes the least diverging learning rate where none is clean', () => {
    const [point] = summariseSmall([
      finished(recipe(0.001, 0), 25),
      unfinished(recipe(0.001, 1), 'diverged'),
      finished(recipe(0.0003, 0), 20),
      finished(recipe(0.0003, 1), 22),
      unfinished(recipe(0.0003, 2), 'diverged'),
    ]);
    expect(point).toMatchObject({ learningRate: 0.0003, replicates: 2, diverged: 2, validation: { psnrDb: 21 } });
  });

  test('does not hold a failure of the machine against a learning rate', () => {
    const [point] = summariseSmall([
      finished(recipe(0.001, 0), 25),
      unfinished(recipe(0.001, 1), 'failed'),
      finished(recipe(0.0003, 0), 20),
    ]);
    expect(point).toMatchObject({ learningRate: 0.001, replicates: 1, diverged: 0, failed: 1 });
  });

  test('has no measurement, and is on no frontier, where no run finished', () => {
    const [point] = summariseSmall([unfinished({}, 'diverged')]);
    expect(point).toMatchObject({ learningRate: null, replicates: 0, diverged: 1, validation: null, test: null });
    expect(point!.onFrontier).toBe(false);
  });
});

describe('summarising runs', () => {
  test('gives the same points in any order of the runs, and counts a run given twice once', () => {
    const runs = [
      finished(recipe(0.001, 0), 20.1),
      finished(recipe(0.001, 1), 20.7),
      finished(recipe(0.001, 2), 20.2),
      finished({ arch: { skipWidth: 10, bottleneckWidth: 30 } }, 19),
      finished({ arch: { skipWidth: 11, bottleneckWidth: 11 } }, 18),
      finished({ arch: { bottleneckWidth: 5 } }, 21),
    ];
    const points = summariseSmall(runs);
    expect(points.map((point) => point.shape)).toEqual(['hourglass', 'hourglass', 'conventional', 'straight']);
    expect(summariseSmall([...runs.toReversed(), ...runs])).toEqual(points);
  });

  test('takes the finished run of a key that failed before', () => {
    const points = summariseSmall([unfinished({}, 'failed'), finished({}, 20), unfinished({}, 'failed')]);
    expect(points).toMatchObject([{ replicates: 1, failed: 0 }]);
  });

  test('measures at the full length only: shorter runs give no point a value', () => {
    const points = summariseSmall([
      finished({ recipe: { epochs: 1 } }, 30),
      finished({ recipe: { epochs: 3 } }, 20),
      finished({ arch: { bottleneckWidth: 5 }, recipe: { epochs: 1 } }, 30),
    ]);
    expect(points).toMatchObject([
      { epochs: 3, validation: { psnrDb: 20 } },
      { epochs: 3, validation: null },
    ]);
  });

  test('refuses runs of different tasks or recipes, and says which', () => {
    const mixed = [finished({}, 20), finished({ task: 'mnist/super-resolution', recipe: { flips: 4 } }, 20)];
    expect(() => summariseSmall(mixed)).toThrow(UserError);
    expect(() => summariseSmall(mixed)).toThrow(/mnist\/denoising, batch 128, flips 1.*super-resolution.*flips 4/);
  });

  test('gives nothing for nothing', () => {
    expect(summariseSmall([])).toEqual([]);
  });
});
