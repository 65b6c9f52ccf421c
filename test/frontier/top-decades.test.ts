import { describe, expect, test } from 'vitest';
import { topDecadesOf } from '../../src/frontier/top-decades.js';

const interval = { lowest: 1e6, highest: 1e7 };

describe('the top of an interval counts for', () => {
  test('the mean spacing of the sizes tried, of the side whose sizes lie closer together', () => {
    expect(topDecadesOf(interval, [[1e6, 1e7]])).toBeCloseTo(1, 12);
    expect(topDecadesOf(interval, [[1e6, 2e6, 5e6, 1e7]])).toBeCloseTo(1 / 3, 12);
    expect(
      topDecadesOf(interval, [
        [1e6, 1e7],
        [1e6, 3e6, 1e7],
      ]),
    ).toBeCloseTo(1 / 2, 12);
  });

  test('the same whether a size was tried once or often, and whatever lies outside the interval', () => {
    expect(topDecadesOf(interval, [[1e7, 1e6, 1e7, 1e6, 1e6]])).toBeCloseTo(1, 12);
    expect(topDecadesOf(interval, [[10, 1e6, 1e7, 2e7, 3e7]])).toBeCloseTo(1, 12);
  });

  test('as much where a side has a network at the lower end from below it, and only large ones in the interval', () => {
    // The two largest are one place in the frontier: they must not make each other weightless.
    expect(topDecadesOf(interval, [[1e5, 9.999e6, 1e7]])).toBeCloseTo(1 / 2, 12);
  });

  test('what is left of that where the interval goes on beyond the largest size, down to nothing', () => {
    const spacing = Math.log10(8) / 3;
    expect(topDecadesOf(interval, [[1e6, 2e6, 4e6, 8e6]])).toBeCloseTo(spacing - Math.log10(10 / 8), 12);
    expect(topDecadesOf(interval, [[1e6, 2e6, 4e6]])).toBe(0);
  });

  test('a twentieth of a decade where there is one size alone', () => {
    expect(topDecadesOf({ lowest: 1e6, highest: 1e6 }, [[1e6, 1e6], [1e6]])).toBe(0.05);
  });
});
