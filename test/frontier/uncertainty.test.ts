import { describe, expect, test } from 'vitest';
import { candidatesOf, resampledOutcomes } from '../../src/frontier/bootstrap.js';
import { evidenceOf } from '../../src/frontier/evidence.js';
import { uncertaintyOf, verdictOf } from '../../src/frontier/uncertainty.js';
import { traceFrontier } from '../../src/frontier/trace.js';
import type { Run } from '../../src/run/run.js';
import { finished, smallDimensions } from './runs.js';
import { meanOf } from '../../src/base/averages.js';
import { sampleStd } from '../../src/frontier/statistics.js';
import { pictureMetrics } from '../../src/run/metrics.js';

const options = { resamples: 4000, seed: 1, level: 0.9, noiseStd: null };

function replicated(bottleneckWidth: number, scores: readonly number[], learningRate = 0.001): Run[] {
  return scores.map((psnrDb, replicate) =>
    finished({ arch: { bottleneckWidth }, recipe: { replicate, learningRate } }, psnrDb),
  );
}

const candidatesFrom = (runs: readonly Run[]) => candidatesOf(evidenceOf(runs, smallDimensions), 'trainable');

describe('the probability of being on the frontier', () => {
  test('is even for two networks that are equally good, and certain for the smaller one', () => {
    const runs = [...replicated(4, [20, 20.1, 20.2]), ...replicated(5, [20, 20.1, 20.2])];
    const { frontierProbability } = uncertaintyOf(candidatesFrom(runs), options)!;
    expect(frontierProbability[0]).toBe(1);
    // Resampled means may tie, and a tie is no gain.
    expect(frontierProbability[1]).toBeGreaterThan(0.35);
    expect(frontierProbability[1]).toBeLessThan(0.5);
  });

  test('follows the normal distribution for a gap of one standard error of the difference', () => {
    // Noise of 0.1 dB a run, four replicates: a difference of two means has a standard error of 0.1 / sqrt(2).
    const gap = 0.1 / Math.SQRT2;
    const runs = [
      ...replicated(4, [20, 20, 20, 20]),
      ...replicated(
        5,
        Array.from({ length: 4 }, () => 20 + gap),
      ),
    ];
    const { frontierProbability } = uncertaintyOf(candidatesFrom(runs), { ...options, noiseStd: 0.1 })!;
    expect(Math.abs(frontierProbability[1]! - 0.8413)).toBeLessThan(0.02);
  });

  test('gives a verdict only where less than 5 % is left for the other', () => {
    expect([1, 0.95, 0.94, 0.06, 0.05, 0, null].map(verdictOf)).toEqual([
      'frontier',
      'frontier',
      'undecided',
      'undecided',
      'dominated',
      'dominated',
      'undecided',
    ]);
  });

  test('stands at every point of a traced frontier, and is missing where no replicate tells the noise', () => {
    const options = {
      task: 'mnist/denoising',
      dimensions: smallDimensions,
      axis: 'trainable',
      metrics: pictureMetrics,
      trainingImages: 1,
    } as const;
    const sure = traceFrontier([...replicated(4, [20, 20.01]), ...replicated(5, [19, 19.01])], options);
    expect(sure.points.map(({ frontierProbability, verdict }) => [frontierProbability, verdict])).toEqual([
      [1, 'frontier'],
      [0, 'dominated'],
    ]);
    const single = traceFrontier([...replicated(4, [20]), ...replicated(5, [19])], options);
    expect(single.points.map(({ frontierProbability, verdict }) => [frontierProbability, verdict])).toEqual([
      [null, 'undecided'],
      [null, 'undecided'],
    ]);
    expect(single.bands).toEqual([]);
  });
});

describe('the resamples', () => {
  test('choose the learning rate anew each time, so that the better of two equal rates is better than either', () => {
    const scores = [20, 20.1, 20.2];
    const runs = [...replicated(4, scores, 0.001), ...replicated(4, scores, 0.002)];
    const outcomes = [...resampledOutcomes(candidatesFrom(runs), options)!];
    const chosenDb = outcomes.map(({ validationScores }) => validationScores[0]!);
    // The expected larger of two normal values lies 1 / sqrt(pi) standard deviations above their mean.
    const standardError = 0.1 / Math.sqrt(3);
    expect(Math.abs(meanOf(chosenDb) - (20.1 + standardError / Math.sqrt(Math.PI)))).toBeLessThan(0.003);
  });

  test('have the spread of a mean of replicates, pooled over architectures with few of them', () => {
    const runs = [...replicated(4, [20, 20.2]), ...replicated(5, [21, 21]), ...replicated(6, [22])];
    const outcomes = [...resampledOutcomes(candidatesFrom(runs), options)!];
    // Pooled variance: two degrees of freedom share 0.02.
    const pooledStdDb = Math.sqrt(0.02 / 2);
    for (const [index, replicates] of [2, 2, 1].entries()) {
      const stdDb = sampleStd(outcomes.map(({ testScores }) => testScores[index]!))!;
      expect(Math.abs(stdDb / (pooledStdDb / Math.sqrt(replicates)) - 1)).toBeLessThan(0.05);
    }
  });

  test('are none where all replicates have the very same PSNR, however its mean is rounded', () => {
    // Three times 24.1, added up and divided by three, is not 24.1.
    expect(meanOf([24.1, 24.1, 24.1])).not.toBe(24.1);
    const runs = [...replicated(4, [24.1, 24.1, 24.1]), ...replicated(5, [25.3, 25.3])];
    expect(resampledOutcomes(candidatesFrom(runs), options)).toBeNull();
    expect(uncertaintyOf(candidatesFrom(runs), options)).toBeNull();
    expect(resampledOutcomes(candidatesFrom(runs), { ...options, noiseStd: 0.1 })).not.toBeNull();
  });

  test('take the noise of the other architectures where many replicates of one have the very same PSNR', () => {
    const runs = [...replicated(4, [20, 20.2]), ...replicated(5, Array<number>(8).fill(21))];
    const outcomes = [...resampledOutcomes(candidatesFrom(runs), options)!];
    const stdDb = sampleStd(outcomes.map(({ testScores }) => testScores[1]!))!;
    // Ten residuals, two of which are 0.1 sqrt(2); a mean of eight draws.
    expect(stdDb / (Math.sqrt((2 * 0.02) / 10) / Math.sqrt(8))).toBeCloseTo(1, 1);
  });

  test('take the noise of the other shape where all replicates of one have the very same PSNR', () => {
    const conventional = [20, 20].map((psnrDb, replicate) =>
      finished({ arch: { skipWidth: 4, bottleneckWidth: 9 }, recipe: { replicate } }, psnrDb),
    );
    const candidates = candidatesFrom([...replicated(4, [20, 20.2]), ...conventional]);
    const index = candidates.findIndex(({ evidence }) => evidence.shape === 'conventional');
    const outcomes = [...resampledOutcomes(candidates, options)!];
    expect(sampleStd(outcomes.map(({ testScores }) => testScores[index]!))).toBeGreaterThan(0.05);
  });

  test('are the same for the same seed, in whatever order the runs came', () => {
    const runs = [...replicated(4, [20, 20.2]), ...replicated(5, [21, 21.1])];
    const [first, second] = [runs, runs.toReversed()].map((some) => uncertaintyOf(candidatesFrom(some), options));
    expect(second).toEqual(first);
  });
});

test('the band lies around the curve, step by step, and is flat where a larger budget buys nothing more', () => {
  const runs = [...replicated(4, [20, 20.1]), ...replicated(5, [19, 19.1]), ...replicated(6, [22, 22.1])];
  const { bands } = uncertaintyOf(candidatesFrom(runs), options)!;
  expect(bands.map(({ size, untilSize }) => [size, untilSize])).toEqual([
    [336, 384],
    [384, 384],
  ]);
  expect(bands[0]!.low).toBeLessThan(20.05);
  expect(bands[0]!.high).toBeGreaterThan(20.05);
  expect(bands[1]!.high).toBeLessThan(22.2);
});
