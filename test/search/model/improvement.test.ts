import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { randomStream } from '../../../src/base/random.js';
import { envelopeOf, hypervolume } from '../../../src/frontier/envelope.js';
import {
  expectedExcess,
  expectedImprovement,
  stepsOf,
  type FrontierPoint,
} from '../../../src/search/model/improvement.js';

const reference = { logParams: 7, psnrDb: 20 };
const points: FrontierPoint[] = [
  { logParams: 6.5, psnrDb: 23.5 },
  { logParams: 6, psnrDb: 22 },
  { logParams: 6.2, psnrDb: 21 },
  { logParams: 6.6, psnrDb: 19 },
];

describe('the steps of an envelope', () => {
  test('leave out what is dominated, and end at the reference size', () => {
    expect(stepsOf(points, reference)).toEqual([
      { from: -Infinity, until: 6, psnrDb: 20 },
      { from: 6, until: 6.5, psnrDb: 22 },
      { from: 6.5, until: 7, psnrDb: 23.5 },
    ]);
  });

  test('are one at the reference PSNR where nothing lies above it', () => {
    expect(stepsOf([{ logParams: 6, psnrDb: 20 }], reference)).toEqual([{ from: -Infinity, until: 7, psnrDb: 20 }]);
  });
});

describe('the expected improvement of hypervolume', () => {
  const point = fc.record({
    logParams: fc.double({ min: 5, max: 7.5, noNaN: true }),
    psnrDb: fc.double({ min: 15, max: 30, noNaN: true }),
  });
  const hypervolumeOf = (all: readonly FrontierPoint[]) => {
    const sorted = all.toSorted((left, right) => left.logParams - right.logParams);
    const psnrsDb = sorted.map(({ psnrDb }) => psnrDb);
    const envelope = envelopeOf(
      sorted.map(({ logParams }) => 10 ** logParams),
      psnrsDb,
      psnrsDb,
    );
    return hypervolume(envelope, { lowest: 1, highest: 10 ** reference.logParams }, reference.psnrDb);
  };

  test('of a known PSNR is what the hypervolume grows by, whatever the frontier', () => {
    const property = fc.property(fc.array(point, { maxLength: 12 }), point, (all, added) => {
      const steps = stepsOf(all, reference);
      const gain = expectedImprovement(steps, { logParams: added.logParams, mean: added.psnrDb, deviation: 0 });
      expect(gain).toBeCloseTo(hypervolumeOf([...all, added]) - hypervolumeOf(all), 9);
    });
    fc.assert(property, { seed: 20261128, numRuns: 500 });
  });

  test('of an uncertain PSNR is the mean of what draws of it add', () => {
    const stream = randomStream('improvement test');
    const likely = { logParams: 6.1, mean: 22.3, deviation: 0.8 };
    const draws = 40_000;
    let sum = 0;
    for (let draw = 0; draw < draws; draw += 1) {
      const normal = Math.sqrt(-2 * Math.log(1 - stream.uniform())) * Math.cos(2 * Math.PI * stream.uniform());
      const psnrDb = likely.mean + likely.deviation * normal;
      sum += hypervolumeOf([...points, { logParams: likely.logParams, psnrDb }]) - hypervolumeOf(points);
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
