import { describe, expect, test } from 'vitest';
import { hypervolumeMeasureOf, totalHypervolume, trajectoryOf, type Trained } from '../../src/frontier/trajectory.js';

const order: readonly Trained[] = [
  { params: 10_000, score: 22, cost: 4, share: 1 },
  { params: 1000, score: 20, cost: 1, share: 1 },
  { params: 10_000, score: null, cost: 3, share: 1 },
  { params: 1000, score: 21, cost: 2, share: 1 },
  { params: 5000, score: 20.5, cost: 2, share: 1 },
];
const measure = { interval: { lowest: 1000, highest: 100_000 }, referenceScore: 20 };

describe('a trajectory', () => {
  test('has the hypervolume and the cost after each training, in dB times decades', () => {
    const steps = trajectoryOf(order, measure);
    expect(steps.map(({ cost }) => cost)).toEqual([4, 5, 8, 10, 12]);
    // 2 dB over one decade; then 1 dB over the decade below as well.
    const expected = [2, 2, 2, 3, 3];
    for (const [index, { hypervolume }] of steps.entries()) expect(hypervolume).toBeCloseTo(expected[index]!, 12);
  });

  test('counts parts of trainings by their share, and their PSNR only where they are whole', () => {
    const parts = [
      { ...order[0]!, score: null, cost: 1, share: 0.25 },
      { ...order[0]!, cost: 3, share: 0.75 },
    ];
    const steps = trajectoryOf(parts, measure);
    expect(steps.map(({ trainings }) => trainings)).toEqual([0.25, 1]);
    expect(steps.map(({ cost }) => cost)).toEqual([1, 4]);
    expect(steps[0]!.hypervolume).toBe(0);
    expect(steps[1]!.hypervolume).toBeCloseTo(2, 12);
  });

  test('ends at the hypervolume of all, in whatever order they were trained', () => {
    const last = trajectoryOf(order.toReversed(), measure).at(-1)!;
    expect(last.hypervolume).toBeCloseTo(totalHypervolume(order, measure), 12);
  });
});

describe('the measure of a table', () => {
  test('reaches from its smallest network to 0.05 decades above its largest, above its smallest PSNR', () => {
    const { interval, referenceScore } = hypervolumeMeasureOf(order);
    expect([interval.lowest, referenceScore]).toEqual([1000, 20]);
    expect(Math.log10(interval.highest)).toBeCloseTo(4.05, 12);
  });

  test('is not to be had where nothing came to a result', () => {
    expect(() => hypervolumeMeasureOf([{ params: 1, score: null, cost: 1, share: 1 }])).toThrow(RangeError);
  });
});
