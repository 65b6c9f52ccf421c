import { expect, test } from 'vitest';
import { trendNotes, type FollowedSeries, type TrendReport } from '../../src/report/trend.js';

function reportOf(noiseOf: Partial<Record<FollowedSeries['shape'], boolean>>): TrendReport {
  const trends = Object.entries(noiseOf).map(([shape, isNoiseKnown]) => ({
    shape: shape as FollowedSeries['shape'],
    isNoiseKnown,
    architectures: 5,
    interval: { lowest: 1, highest: 2 },
    dimensions: [],
  }));
  const settings = { level: 0.9, resamples: 2000, seed: 1, noiseStd: null };
  return { task: 'mnist/denoising', metric: 'psnrDb', axis: 'trainable', settings, trends };
}

test.each<[Parameters<typeof reportOf>[0], string]>([
  [{ hourglass: true, conventional: true }, 'the architectures tried and of their replicates'],
  [{ hourglass: false, conventional: false }, 'the architectures tried; the noise is not known'],
  [{ hourglass: true, conventional: false }, 'the architectures tried; the noise of conventional is not known'],
])('a trend says of which shapes the noise is known: %j', (noiseOf, words) => {
  expect(trendNotes(reportOf(noiseOf))).toEqual([`90 % intervals from 2,000 resamples of ${words}`]);
});
