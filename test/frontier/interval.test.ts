import { describe, expect, test } from 'vitest';
import { median, quantile } from '../../src/base/averages.js';
import { centredInterval, plainInterval, probabilityAboveZero } from '../../src/frontier/interval.js';

describe('an interval from resamples', () => {
  test('lies between quantiles whose mean is moved onto the estimate', () => {
    const resamples = Array.from({ length: 101 }, (_, index) => index);
    const unmoved = centredInterval(resamples, 50, 0.9);
    expect(unmoved.low).toBeCloseTo(5, 10);
    expect(unmoved.high).toBeCloseTo(95, 10);
    const moved = centredInterval(resamples, 40, 0.9);
    expect(moved.low).toBeCloseTo(-5, 10);
    expect(moved.high).toBeCloseTo(85, 10);
  });

  test('has an infinite end where so many resamples are infinite', () => {
    const resamples = [-Infinity, -Infinity, ...Array.from({ length: 18 }, (_, index) => index)];
    expect(plainInterval(resamples, 0.9)).toEqual({ low: -Infinity, high: quantile(resamples, 0.95) });
  });
});

test('a quantile lies between its neighbours in proportion, and beside an infinite one at the nearer', () => {
  expect(quantile([1, 2, 4], 0.75)).toBe(3);
  expect(quantile([-Infinity, 0, 1], 0.1)).toBe(-Infinity);
  expect(quantile([-Infinity, 0, 1], 0.4)).toBe(0);
  expect(median([3, 1, 2])).toBe(2);
});

test('the probability of being above zero counts ties half and moves with the estimate', () => {
  expect(probabilityAboveZero([-1, 1, 1, 1], 0.5)).toBe(0.75);
  expect(probabilityAboveZero([-1, 0, 1], 0)).toBe(0.5);
  expect(probabilityAboveZero([-1, 0, 1], 3)).toBe(1);
});
