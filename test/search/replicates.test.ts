import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fewestRepeats, leastSettled, type ReplicatedPoint } from '../../src/search/least-settled.js';
import { autoRange, autoText, fixedReplicates, rangeOfReplicates } from '../../src/search/replicates.js';

describe('the number of replicates', () => {
  test('is a range from the fewest to the most, and a number is both', () => {
    expect(autoRange('auto:1..6')).toEqual({ least: 1, most: 6 });
    expect(rangeOfReplicates('auto:2..10')).toEqual({ least: 2, most: 10 });
    expect(rangeOfReplicates(3)).toEqual({ least: 3, most: 3 });
    expect(autoText({ least: 2, most: 10 })).toBe('auto:2..10');
  });

  test.each([
    'auto',
    'auto:6',
    'auto:0..6',
    'auto:6..1',
    'auto:3..3',
    'auto:1..6 ',
    'auto:1...6',
    'auto:1..9e9',
    '1..6',
  ])('is not %s', (text) => expect(autoRange(text)).toBeNull());

  test('must be a number where no verdict is looked at', () => {
    expect(fixedReplicates(3)).toBe(3);
    expect(() => fixedReplicates('auto:1..6')).toThrow(
      '--replicates: expected a number where the points are known beforehand, got auto:1..6; give one, such as 6',
    );
  });
});

/** A point with so many replicates that its shape needs no more to tell the noise. */
const known: ReplicatedPoint = {
  series: 'hourglass',
  finished: fewestRepeats + 1,
  isFull: false,
  probability: 1,
  isSettled: true,
  behind: 0,
};
const inDoubt = (probability: number): ReplicatedPoint => ({ ...known, probability, isSettled: false });
const single = (behind: number): ReplicatedPoint => {
  return { ...known, finished: 1, probability: null, isSettled: false, behind };
};

describe('the least settled points', () => {
  test('are those with the probability nearest to one half, and no more than were asked for', () => {
    const points = [inDoubt(0.9), inDoubt(0.45), known, inDoubt(0.2), inDoubt(0.6)];
    expect(leastSettled(points, 1)).toEqual([1]);
    expect(leastSettled(points, 3)).toEqual([1, 4, 3]);
    expect(leastSettled(points, 9)).toEqual([1, 4, 3, 0]);
  });

  test('are none that have all their replicates, and none that are settled', () => {
    expect(leastSettled([{ ...inDoubt(0.5), isFull: true }, known, inDoubt(0.8)], 4)).toEqual([2]);
    expect(leastSettled([{ ...inDoubt(0.5), isFull: true }, known], 4)).toEqual([]);
  });

  test('of equal doubt are first those with fewer replicates', () => {
    expect(leastSettled([inDoubt(0.5), { ...inDoubt(0.5), finished: 7 }], 1)).toEqual([1]);
  });

  test('are, where nothing tells the noise, those on the curve and then those nearest below', () => {
    const points = [0.3, 0, 0.1, 0, 0.2, 0.5, 0.4, 0, 0.6, 0.7].map(single);
    expect(leastSettled(points, 1)).toEqual([1, 3, 7, 2, 4, 0, 6, 5]);
  });

  test('are as many of a shape as are missing to tell its noise, whatever the other shape has', () => {
    const conventional = { ...single(0), series: 'conventional' };
    const some = { ...known, finished: fewestRepeats - 1 };
    expect(leastSettled([some, single(0), single(0), single(0), conventional], 1)).toEqual([1, 2, 4]);
  });

  test('are none where every second replicate has diverged and the noise stays unknown', () => {
    expect(leastSettled([{ ...single(0), isFull: true }], 4)).toEqual([]);
    expect(leastSettled([{ ...single(0), finished: 2 }], 4)).toEqual([]);
  });

  const anyPoint = fc.record<ReplicatedPoint>({
    series: fc.constantFrom('hourglass', 'conventional'),
    finished: fc.integer({ min: 1, max: 6 }),
    isFull: fc.boolean(),
    probability: fc.double({ min: 0, max: 1, noNaN: true }),
    isSettled: fc.boolean(),
    behind: fc.double({ min: 0, max: 1, noNaN: true }),
  });

  test('are always open ones, each once; and none only where all others are settled or full', () => {
    fc.assert(
      fc.property(fc.array(anyPoint, { maxLength: 30 }), fc.integer({ min: 1, max: 6 }), (points, count) => {
        const places = leastSettled(points, count);
        expect(new Set(places).size).toBe(places.length);
        expect(places.every((place) => !points[place]!.isFull)).toBe(true);
        if (places.length === 0) expect(points.every((point) => point.isFull || point.isSettled)).toBe(true);
      }),
    );
  });

  test('do not depend on the order of points that differ in doubt', () => {
    const doubts = fc.uniqueArray(fc.integer({ min: 6, max: 49 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(doubts, (percents) => {
        const chosen = (of: readonly number[]) => {
          const places = leastSettled(
            of.map((percent) => inDoubt(percent / 100)),
            3,
          );
          return places.map((place) => of[place]);
        };
        expect(chosen(percents)).toEqual(chosen(percents.toReversed()));
      }),
    );
  });
});
