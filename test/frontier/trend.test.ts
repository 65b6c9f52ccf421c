import { describe, expect, test } from 'vitest';
import type { Arch } from '../../src/arch/arch.js';
import { UserError } from '../../src/base/errors.js';
import { type MeasuredCandidate, candidatesOf } from '../../src/frontier/bootstrap.js';
import { evidenceOf } from '../../src/frontier/evidence.js';
import { claimVerdict, trendOf, type TrendOptions, wholeVerdict } from '../../src/frontier/trend.js';
import { finished, smallDimensions } from './runs.js';
import { referenceRuns, referenceTasks } from './reference.js';
import { shapeOf } from '../../src/arch/arch.js';

const settings = { resamples: 400, seed: 1, noiseStd: null, level: 0.9 };

function candidatesFrom(archs: readonly (Partial<Arch> & { psnrDb: number })[]): MeasuredCandidate[] {
  const runs = archs.map(({ psnrDb, ...arch }) => finished({ arch }, psnrDb));
  return candidatesOf(evidenceOf(runs, smallDimensions), 'trainable');
}

function trendIn(candidates: readonly MeasuredCandidate[], options: Partial<TrendOptions> = {}) {
  const interval = { lowest: candidates[0]!.size, highest: candidates.at(-1)!.size };
  return trendOf({ shape: 'hourglass' }, candidates, { ...settings, interval, ...options });
}

/** Every network better than the smaller ones; the depth doubles with the skip width fixed. */
const deeper = candidatesFrom(
  [1, 2, 4, 8, 16, 32, 64, 128].map((depth) => ({ depth, bottleneckWidth: 8, psnrDb: 20 + Math.log2(depth) })),
);

describe('the trend of the best network', () => {
  test('says what grows, by which power of the budget', () => {
    const [depth, skipWidth, bottleneckWidth] = trendIn(deeper).dimensions;
    expect(depth!.direction).toBe('grows');
    // Parameters are 240 + 192 L: the depth grows a little faster than the budget.
    expect(depth!.exponent).toBeGreaterThan(1);
    expect(depth!.exponent).toBeLessThan(1.25);
    expect(depth!.interval.low).toBeGreaterThan(0.5);
    for (const unchanged of [skipWidth!, bottleneckWidth!]) {
      expect(unchanged.exponent).toBe(0);
      expect(unchanged.interval).toEqual({ low: 0, high: 0 });
      expect(unchanged.direction).toBe('undecided');
    }
  });

  test('is near the power that the values follow', () => {
    // Without projections to count, parameters are 24 L d_h times a constant: depth is proportional to the budget.
    const candidates = deeper.map((candidate, index) => ({ ...candidate, size: 1000 * 2 ** index }));
    const { points, exponent } = trendIn(candidates, { interval: { lowest: 1000, highest: 256_000 } }).dimensions[0]!;
    expect(points[0]).toMatchObject({ budgetSize: 1000, value: 1 });
    // The largest network holds to the end of the interval, and steps bend the line a little.
    expect(Math.abs(exponent - 1)).toBeLessThan(0.1);
    expect(points.filter(({ budgetSize }) => budgetSize < 2000).every(({ value }) => value === 1)).toBe(true);
  });

  test('is undecided where it hangs on one network', () => {
    const archs = [1, 2, 3, 4, 5, 6].map((width) => ({ bottleneckWidth: width, depth: 1, psnrDb: 20 + width / 10 }));
    const one = candidatesFrom([...archs, { bottleneckWidth: 4, depth: 3, psnrDb: 25 }]);
    const [depth] = trendIn(one).dimensions;
    expect(depth!.exponent).toBeGreaterThan(0);
    expect(depth!.direction).toBe('undecided');
  });

  test('is the same for the same seed', () => {
    expect(trendIn(deeper)).toEqual(trendIn(deeper));
    expect(trendIn(deeper, { seed: 2 })).not.toEqual(trendIn(deeper));
  });

  test('is never made of no resample: one alone gives numbers, or is refused', () => {
    const outcomes = Array.from({ length: 20 }, (_, seed) => {
      try {
        const { dimensions } = trendIn(deeper, { resamples: 1, seed });
        const intervals = dimensions.flatMap(({ interval, points }) => [
          interval,
          ...points.map((point) => point.interval),
        ]);
        expect(intervals.every(({ low, high }) => Number.isFinite(low) && Number.isFinite(high))).toBe(true);
        return 'numbers';
      } catch (error) {
        expect(error).toBeInstanceOf(UserError);
        return 'refused';
      }
    });
    expect(new Set(outcomes)).toEqual(new Set(['numbers', 'refused']));
  });

  test('takes the noise of the replicates into its intervals', () => {
    // Depth 4 is best by a hair; noise of 1 dB a run makes that worth nothing.
    const candidates = candidatesFrom(
      [1, 2, 3, 4].map((depth) => ({ depth, bottleneckWidth: 8, psnrDb: 20 + depth / 100 })),
    );
    const quiet = trendIn(candidates).dimensions[0]!;
    const noisy = trendIn(candidates, { noiseStd: 1 }).dimensions[0]!;
    expect(noisy.interval.low).toBeLessThan(quiet.interval.low);
    expect(noisy.direction).toBe('undecided');
  });
});

describe.each([
  ['mnist', 'denoising', ['undecided', 'supported', 'refuted'], 'refuted'],
  ['mnist', 'super_resolution', ['supported', 'supported', 'undecided'], 'undecided'],
  ['imagenet32', 'super_resolution', ['undecided', 'refuted', 'refuted'], 'refuted'],
])('the claim of a deeper, wider-skipped, narrower best hourglass on %s %s', (dataset, task, parts, whole) => {
  const { dimensions } = referenceTasks.find((row) => row.dataset === dataset && row.task === task)!;
  const runs = referenceRuns(dataset, task).filter((run) => shapeOf(run.spec.arch) === 'hourglass');
  const trend = trendIn(candidatesOf(evidenceOf(runs, dimensions), 'trainable'), { resamples: 1000 });

  test(`is ${whole}: deeper ${parts[0]}, wider skip ${parts[1]}, narrower bottleneck ${parts[2]}`, () => {
    expect(trend.dimensions.map(claimVerdict)).toEqual(parts);
    expect(wholeVerdict(trend)).toBe(whole);
  });
});
