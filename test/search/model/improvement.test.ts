import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { randomStream } from '../../../src/base/random.js';
import { envelopeOf, hypervolume } from '../../../src/pareto/envelope.js';
import type { Scored } from '../../../src/pareto/frontier.js';
import { stepsOf } from '../../../src/pareto/hypervolume.js';
import { expectedExcess, expectedImprovement } from '../../../src/search/model/improvement.js';

const reference = { size: 7, score: 20 };
const points: Scored[] = [
  { size: 6.5, score: 23.5 },
  { size: 6, score: 22 },
  { size: 6.2, score: 21 },
  { size: 6.6, score: 19 },
];

describe('the steps of an envelope', () => {
  test('leave out what is dominated, and end at the reference size', () => {
    expect(stepsOf(points, reference)).toEqual([
      { from: -Infinity, until: 6, score: 20 },
      { from: 6, until: 6.5, score: 22 },
      { from: 6.5, until: 7, score: 23.5 },
    ]);
  });

  test('are one at the reference PSNR where nothing lies above it', () => {
    expect(stepsOf([{ size: 6, score: 20 }], reference)).toEqual([{ from: -Infinity, until: 7, score: 20 }]);
  });
});

describe('the expected improvement of hypervolume', () => {
  const point = fc.record({
    size: fc.double({ min: 5, max: 7.5, noNaN: true }),
    score: fc.double({ min: 15, max: 30, noNaN: true }),
  });
  const hypervolumeOf = (all: readonly Scored[]) => {
    const sorted = all.toSorted((left, right) => left.size - right.size);
    const psnrsDb = sorted.map(({ score }) => score);
    const envelope = envelopeOf(
      sorted.map(({ size }) => 10 ** size),
      psnrsDb,
      psnrsDb,
    );
    return hypervolume(envelope, { lowest: 1, highest: 10 ** reference.size }, reference.score);
  };

  test('of a known PSNR is what the hypervolume grows by, whatever the frontier', () => {
    const property = fc.property(fc.array(point, { maxLength: 12 }), point, (all, added) => {
      const steps = stepsOf(all, reference);
      const gain = expectedImprovement(steps, { size: added.size, mean: added.score, deviation: 0 });
      expect(gain).toBeCloseTo(hypervolumeOf([...all, added]) - hypervolumeOf(all), 9);
    });
    fc.assert(property, { seed: 20261128, numRuns: 500 });
  });

  test('of an uncertain PSNR is the mean of what draws of it add', () => {
    const stream = randomStream('improvement test');
    const likely = { size: 6.1, mean: 22.3, deviation: 0.8 };
    const draws = 40_000;
    let sum = 0;
    for (let draw = 0; draw < draws; draw += 1) {
      const normal = Math.sqrt(-2 * Math.log(1 - stream.uniform())) * Math.cos(2 * Math.PI * stream.uniform());
      const score = likely.mean + likely.deviation * normal;
      sum += hypervolumeOf([...points, { size: likely.size, score }]) - hypervolumeOf(points);
    }
    const gain = expectedImprovement(stepsOf(points, reference), likely);
    // Four standard errors of the mean of the draws.
    expect(Math.abs(gain - sum / draws)).toBeLessThan(0.006);
  });

  test('is that of one normal variable over a single step', () => {
    // m Phi(m/s) + s phi(m/s) with the error function of Python's math module.
    expect(expectedExcess(0, 1)).toBeCloseTo(0.3989422804014327, 14);
    expect(expectedExcess(-1, 0.5)).toBeCloseTo(0.004245351308414812, 14);
    expect(expectedExcess(2, 0)).toBe(2);
    expect(expectedExcess(-2, 0)).toBe(0);
    expect(expectedExcess(-8, 1)).toBeGreaterThan(0);
  });
});
