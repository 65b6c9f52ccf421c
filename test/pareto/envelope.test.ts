import { describe, expect, test } from 'vitest';
import { envelopeOf, gapBetween, hypervolume, sizeToReach, stepAt } from '../../src/pareto/envelope.js';

const params = [1e6, 1e6, 2e6, 4e6, 1e7];
const psnrsDb = [20, 21, 20.5, 23, 22];
const envelope = envelopeOf(params, psnrsDb, psnrsDb);

describe('the envelope', () => {
  test('steps up where a larger network is better, and of equal sizes takes the best', () => {
    expect(envelope.map((step) => [step.size, step.score, step.index])).toEqual([
      [1e6, 21, 1],
      [4e6, 23, 3],
    ]);
    expect(stepAt(envelope, 3_999_999)!.score).toBe(21);
    expect(stepAt(envelope, 4e6)!.score).toBe(23);
    expect(stepAt(envelope, 999_999)).toBeUndefined();
  });

  test('is chosen by one number and shows another', () => {
    const shown = envelopeOf([1, 2, 3], [1, 2, 3], [10, 9, 11]);
    expect(shown.map((step) => step.score)).toEqual([10, 9, 11]);
  });

  test('leaves out what has no number', () => {
    expect(envelopeOf([1, 2], [Number.NaN, 5], [7, 5])).toEqual([{ size: 2, score: 5, index: 1 }]);
  });

  test('says how many parameters a PSNR takes', () => {
    expect(sizeToReach(envelope, 21)).toBe(1e6);
    expect(sizeToReach(envelope, 21.01)).toBe(4e6);
    expect(sizeToReach(envelope, 23.01)).toBe(Infinity);
  });
});

describe('hypervolume', () => {
  test('is the area of rectangles worked out by hand', () => {
    // 1 dB from 1M to 4M, 3 dB from 4M to 10M.
    const byHand = 1 * Math.log10(4) + 3 * Math.log10(2.5);
    expect(hypervolume(envelope, { lowest: 1e6, highest: 1e7 }, 20)).toBeCloseTo(byHand, 12);
    // Twice the range: a larger budget still buys the last network.
    expect(hypervolume(envelope, { lowest: 1e6, highest: 1e8 }, 20)).toBeCloseTo(byHand + 3, 12);
  });

  test('counts nothing below the reference, below the first network or outside the interval', () => {
    expect(hypervolume(envelope, { lowest: 1e5, highest: 1e6 }, 20)).toBe(0);
    expect(hypervolume(envelope, { lowest: 1e5, highest: 4e6 }, 22)).toBe(0);
    expect(hypervolume(envelope, { lowest: 2e6, highest: 5e6 }, 22)).toBeCloseTo(Math.log10(5 / 4), 12);
    expect(hypervolume([], { lowest: 1, highest: 10 }, 0)).toBe(0);
  });

  test('counts what holds at the upper end over as many decades more as are stated', () => {
    const interval = { lowest: 1e6, highest: 4e6, topDecades: 0.25 };
    expect(hypervolume(envelope, interval, 20)).toBeCloseTo(1 * Math.log10(4) + 3 * 0.25, 12);
    // A network above the interval is no part of it.
    expect(hypervolume(envelope, { ...interval, highest: 2e6 }, 20)).toBeCloseTo(1 * Math.log10(2) + 1 * 0.25, 12);
    expect(hypervolume(envelope, { lowest: 4e6, highest: 4e6, topDecades: 0.25 }, 20)).toBeCloseTo(3 * 0.25, 12);
    expect(hypervolume([], interval, 20)).toBe(0);
  });

  test('agrees with the number that pymoo 0.6 documents for every tenth point of the ZDT1 front times 1.1', () => {
    // https://pymoo.org/misc/indicators.html: HV with reference point (1.2, 1.2) is 0.9631646448182305.
    const front = Array.from({ length: 10 }, (_, index) => (10 * index) / 99);
    const cost = front.map((first) => 10 ** (1.1 * first));
    const value = front.map((first) => -1.1 * (1 - Math.sqrt(first)));
    const interval = { lowest: 1e-3, highest: 10 ** 1.2 };
    expect(hypervolume(envelopeOf(cost, value, value), interval, -1.2)).toBeCloseTo(0.9631646448182305, 12);
  });
});

describe('the gap between two envelopes', () => {
  const other = envelopeOf([1e6, 2e6], [20, 22.5], [20, 22.5]);

  test('is an area, a mean and a largest gap, left minus right', () => {
    // Left 21 | 21 | 23, right 20 | 22.5 | 22.5 from 1M, 2M and 4M to 8M.
    const area = 1 * Math.log10(2) - 1.5 * Math.log10(2) + 0.5 * Math.log10(2);
    const gap = gapBetween(envelope, other, { lowest: 1e6, highest: 8e6 });
    expect(gap.area).toBeCloseTo(area, 12);
    expect(gap.mean).toBeCloseTo(area / Math.log10(8), 12);
    expect(gap.widest).toBe(-1.5);
    expect(gap.widestAt).toBe(2e6);
  });

  test('is the difference of the hypervolumes over the same interval', () => {
    const interval = { lowest: 1.3e6, highest: 9e6 };
    const difference = hypervolume(envelope, interval, 10) - hypervolume(other, interval, 10);
    expect(gapBetween(envelope, other, interval).area).toBeCloseTo(difference, 12);
  });

  test('knows a network of just the largest budget', () => {
    const late = envelopeOf([1e6, 8e6], [20, 30], [20, 30]);
    expect(gapBetween(late, other, { lowest: 1e6, highest: 8e6 })).toMatchObject({
      widest: 7.5,
      widestAt: 8e6,
    });
  });

  test('counts what holds at the upper end over as many decades more as are stated, in area and mean', () => {
    const interval = { lowest: 1e6, highest: 4e6, topDecades: 0.5 };
    // Left 21 | 21 | 23, right 20 | 22.5 | 22.5 from 1M, 2M and 4M on.
    const area = 1 * Math.log10(2) - 1.5 * Math.log10(2) + 0.5 * 0.5;
    const gap = gapBetween(envelope, other, interval);
    expect(gap.area).toBeCloseTo(area, 12);
    expect(gap.mean).toBeCloseTo(area / (Math.log10(4) + 0.5), 12);
    const difference = hypervolume(envelope, interval, 10) - hypervolume(other, interval, 10);
    expect(gap.area).toBeCloseTo(difference, 12);
  });

  test('of one size alone is the gap there', () => {
    const gap = gapBetween(envelope, other, { lowest: 2e6, highest: 2e6, topDecades: 0.05 });
    expect(gap.mean).toBeCloseTo(-1.5, 12);
    expect(gap).toMatchObject({ widest: -1.5, widestAt: 2e6 });
  });

  test('is not asked for over an interval without any width, where it would be no number', () => {
    expect(() => gapBetween(envelope, other, { lowest: 2e6, highest: 2e6 })).toThrow(RangeError);
  });

  test('is not asked for where one has no network at the lower end', () => {
    expect(() => gapBetween(envelope, other, { lowest: 5e5, highest: 8e6 })).toThrow(RangeError);
  });
});
