import { describe, expect, test } from 'vitest';
import { inverseOfLine, inverseOfParabola } from '../../src/search/monotone.js';

const bent = (argument: number) => Math.max(100, 4 * argument - 20);
const inSteps = (argument: number) => 7 * Math.ceil(argument);

describe('The largest argument within a bound', () => {
  test('of a straight line is exact where it is whole, and below 0 where the line starts above the bound.', () => {
    expect(inverseOfLine((argument) => 1568 * 785 + 8 * 785 * argument, 1568 * 785 + 8 * 785 * 115)).toBe(115);
    expect(inverseOfLine((argument) => 10 + 5 * argument, 0)).toBe(-2);
  });

  test('of a parabola is exact to rounding, also where the square counts for little.', () => {
    for (const [square, linear] of [
      [8, 1568],
      [0.0004, 1568],
      [0, 3],
      [5, 0],
    ] as const) {
      const valueAt = (argument: number) => square * argument ** 2 + linear * argument;
      for (const argument of [1, 17.25, 785, 1e6]) {
        expect(inverseOfParabola(valueAt, valueAt(argument)) / argument).toBeCloseTo(1, 12);
      }
    }
  });

  test.each([
    ['a line', inverseOfLine],
    ['a parabola', inverseOfParabola],
  ])('is found for what is no such curve, where %s is expected.', (_, inverse) => {
    expect(inverse(bent, 180)).toBeCloseTo(50, 8);
    // Flat up to 30: all of it is within a bound of 100, and none within 99.
    expect(inverse(bent, 100)).toBeCloseTo(30, 8);
    expect(inverse(bent, 99)).toBeLessThan(0);
    expect(inverse(inSteps, 50)).toBeCloseTo(7, 8);
    expect(inverse(() => 5, 5)).toBe(Infinity);
  });
});
