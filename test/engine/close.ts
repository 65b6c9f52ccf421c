import { expect } from 'vitest';

/** Expects every value within the relative and absolute distance of its partner, and says which one is farthest off. */
export function expectClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  { relative, absolute } = { relative: 1e-4, absolute: 1e-5 },
): void {
  expect(actual.length).toBe(expected.length);
  const excess = Array.from(expected, (value, index) => {
    const distance = Math.abs(actual[index]! - value);
    return Number.isNaN(distance) ? Infinity : distance - relative * Math.abs(value) - absolute;
  });
  const worst = excess.indexOf(Math.max(...excess));
  expect(excess[worst], `value ${worst}: expected ${expected[worst]}, got ${actual[worst]}`).toBeLessThanOrEqual(0);
}
