import { describe, expect, test } from 'vitest';
import { archName } from '../../src/arch/arch.js';
import { readPublishedPoints } from '../../src/frontier/published.js';
import { compareWithPublished } from '../../src/frontier/reproduction.js';
import { summarise } from '../../src/frontier/summarise.js';
import { finished, unfinished } from './runs.js';

const all = await readPublishedPoints();
const options = { dimensions: { input: 784, output: 784 }, axis: 'trainable' } as const;
const of = (task: string) => all.filter((point) => point.task === task);

describe('a comparison with the published points', () => {
  test('is made on validation for MNIST denoising, and without spreads where there was one replicate', () => {
    const published = of('mnist/denoising');
    const knee = published.find(({ arch }) => archName(arch) === '785-115-4')!;
    const bare = published.find(({ arch }) => archName(arch) === '784-785-1 none/none')!;
    const points = summarise(
      [
        finished({ arch: bare.arch }, 24.05, 24.1),
        finished({ arch: knee.arch, recipe: { replicate: 0 } }, 24.2, 24.3),
        finished({ arch: knee.arch, recipe: { replicate: 1 } }, 24.26, 24.36),
        unfinished({ arch: published[0]!.arch }, 'diverged'),
        finished({ arch: { skipWidth: 999 } }, 30),
      ],
      options,
    );
    const { set, points: rows, unmeasured, meanAbsoluteDifferenceDb } = compareWithPublished(published, points);
    expect(set).toBe('validation');
    expect(unmeasured).toEqual([published[0]]);
    expect(rows.map((row) => [archName(row.published.arch), row.reason, row.differenceInStds])).toEqual([
      ['785-115-4', 'knee', null],
      ['784-785-1 none/none', 'left end', null],
    ]);
    expect(rows[0]!.differenceDb).toBeCloseTo(24.23 - 24.2471, 9);
    expect(rows[1]!.differenceDb).toBeCloseTo(24.05 - 24.061, 9);
    expect(meanAbsoluteDifferenceDb).toBeCloseTo((0.0171 + 0.011) / 2, 9);
  });

  test('is made on test for other tasks, and in their standard deviations', () => {
    const published = of('mnist/generative-classification');
    const point = published.find(({ arch }) => archName(arch) === '785-115-4')!;
    const [row] = compareWithPublished(published, summarise([finished({ arch: point.arch }, 30, 32)], options)).points;
    expect(row!.differenceDb).toBeCloseTo(32 - 31.8496, 9);
    expect(row!.differenceInStds).toBeCloseTo((32 - 31.8496) / 0.3142, 9);
  });

  test('has no mean without a point', () => {
    const { points, meanAbsoluteDifferenceDb } = compareWithPublished(of('mnist/denoising'), []);
    expect(points).toEqual([]);
    expect(meanAbsoluteDifferenceDb).toBeNull();
  });
});
