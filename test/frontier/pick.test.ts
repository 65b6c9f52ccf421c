import { describe, expect, test } from 'vitest';
import { archName } from '../../src/arch/arch.js';
import { crossingsOf, kneeOf, rankPoints } from '../../src/frontier/pick.js';
import {
  curveName,
  curvesOf,
  publishedTasks,
  readPublishedPoints,
  type PublishedPoint,
} from '../../src/frontier/published.js';

const all = await readPublishedPoints();
const of = (task: string) => all.filter((point) => point.task === task);
const denoising = of('mnist/denoising');

/** A made-up point; widths only tell points apart. */
function point(shape: 'hourglass' | 'conventional', trainableParams: number, psnrDb: number): PublishedPoint {
  const projections = { inputProjection: 'trainable', outputProjection: 'trainable' } as const;
  const arch = { skipWidth: trainableParams, bottleneckWidth: 1, depth: 1, ...projections };
  return { task: 'made/up', shape, arch, trainableParams, learningRate: 1, psnrDb, psnrDbStd: null, replicates: 1 };
}

describe.each(publishedTasks(all))('the ranking of %s', (task) => {
  const points = of(task);
  const ranked = rankPoints(points);
  const curves = curvesOf(points);

  test('has every point once', () => {
    expect(ranked.length).toBe(points.length);
    expect(new Set(ranked.map((row) => row.point))).toEqual(new Set(points));
  });

  test('begins with one point of each curve, the one with the fewest parameters, the cheapest first', () => {
    const first = ranked.slice(0, curves.length);
    expect(new Set(first.map((row) => curveName(row.point))).size).toBe(curves.length);
    expect(first.every(({ reason }) => reason === 'left end')).toBe(true);
    const params = first.map((row) => row.point.trainableParams);
    expect(params).toEqual(params.toSorted((left, right) => left - right));
  });

  test('has both ends of each curve and all landmarks before what fills gaps', () => {
    const reasons = ranked.map(({ reason }) => reason);
    expect(reasons.filter((reason) => reason === 'left end').length).toBe(curves.length);
    expect(reasons.filter((reason) => reason === 'right end').length).toBe(curves.length);
    const firstGap = reasons.indexOf('gap');
    expect(firstGap).toBeGreaterThan(2 * curves.length);
    expect(reasons.slice(firstGap).every((reason) => reason === 'gap')).toBe(true);
  });
});

describe('the knee', () => {
  test('of a made-up curve is where it bends', () => {
    const points = [
      point('hourglass', 1, 20),
      point('hourglass', 10, 23.9),
      point('hourglass', 100, 24),
      point('hourglass', 1000, 25),
    ];
    expect(kneeOf({ points })).toBe(points[1]);
  });

  test('is none where a curve is straight, bends upwards or has two points', () => {
    const [a, b, c] = [point('hourglass', 1, 20), point('hourglass', 10, 21), point('hourglass', 100, 24)];
    expect(kneeOf({ points: [a, b, c] })).toBeUndefined();
    expect(kneeOf({ points: [a, c] })).toBeUndefined();
  });

  test('of the published MNIST denoising curves lies where each flattens', () => {
    const knees = rankPoints(denoising).filter(({ reason }) => reason === 'knee');
    expect(Object.fromEntries(knees.map((row) => [curveName(row.point), archName(row.point.arch)]))).toEqual({
      'hourglass trainable/trainable': '785-115-4',
      'conventional trainable/trainable': '784-1470-1',
      'conventional none/none': '784-1470-1 none/none',
    });
  });
});

describe('a crossing', () => {
  test('is where one envelope overtakes the other, with the point on either side', () => {
    const [a, b] = [point('hourglass', 1, 20), point('hourglass', 4, 23)];
    const [c, d] = [point('conventional', 2, 21), point('conventional', 8, 24)];
    expect(crossingsOf(curvesOf([a, b, c, d]))).toEqual([
      { before: c, after: b },
      { before: b, after: d },
    ]);
  });

  test('is none where curves only meet, or never meet', () => {
    const touching = [point('hourglass', 1, 20), point('conventional', 2, 20), point('hourglass', 3, 21)];
    expect(crossingsOf(curvesOf(touching))).toEqual([]);
    const apart = [point('hourglass', 1, 20), point('conventional', 2, 19), point('conventional', 3, 19.5)];
    expect(crossingsOf(curvesOf(apart))).toEqual([]);
  });

  test('of hourglass and conventional without projections on MNIST denoising lies between 1.4 M and 1.8 M', () => {
    const curves = curvesOf(denoising).filter(
      ({ points }) => curveName(points[0]!) !== 'conventional trainable/trainable',
    );
    const [first] = crossingsOf(curves);
    expect(archName(first!.before.arch)).toBe('784-905-1 none/none');
    expect(archName(first!.after.arch)).toBe('785-115-2');
    for (const side of [first!.before, first!.after]) {
      expect(side.trainableParams).toBeGreaterThan(1.4e6);
      expect(side.trainableParams).toBeLessThan(1.8e6);
    }
    const early = rankPoints(denoising)
      .slice(0, 6)
      .map((row) => row.point);
    expect(early).toContain(first!.before);
    expect(early).toContain(first!.after);
  });
});

test('gaps are filled the largest first', () => {
  const points = [1, 2, 4, 8, 16, 32, 64, 128, 256].map((params, index) => point('hourglass', params, 20 + index));
  const gaps = rankPoints(points).filter(({ reason }) => reason === 'gap');
  expect(gaps.map((row) => row.point.trainableParams)).toEqual([16, 4, 64, 2, 8, 32, 128]);
});
