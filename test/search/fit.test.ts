import { describe, expect, test } from 'vitest';
import { fitIntoTime, inPacks, nextToStart, timeNeededMs } from '../../src/search/fit.js';

const alone = { busyMs: [], trials: 0 };

describe('the time needed', () => {
  test('is that of the worker that ends last, longest first', () => {
    expect(timeNeededMs([3, 3, 2, 2, 2], { workers: 2, ...alone })).toBe(7);
    expect(timeNeededMs([5, 1, 1, 1, 1, 1], { workers: 2, ...alone })).toBe(5);
    expect(timeNeededMs([3, 3, 2, 2, 2], { workers: 1, ...alone })).toBe(12);
    expect(timeNeededMs([], { workers: 3, ...alone })).toBe(0);
  });

  test('counts the trials that start before the longest', () => {
    expect(timeNeededMs([5, 1, 1, 1], { workers: 2, busyMs: [], trials: 2 })).toBe(6);
  });

  test('counts what is in training already', () => {
    expect(timeNeededMs([2, 1], { workers: 2, busyMs: [4], trials: 0 })).toBe(4);
    expect(timeNeededMs([2, 1], { workers: 2, busyMs: [4, 4], trials: 0 })).toBe(6);
  });
});

describe('the fit', () => {
  const fit = (durations: number[][], maxTimeMs: number, workers = 1) =>
    fitIntoTime(durations, { durationsMs: (item) => item, workers, maxTimeMs });

  test('passes over what no longer fits and takes the next that does, in order', () => {
    const { picked, leftOut, durationMs } = fit([[4], [5], [9], [2], [1]], 12);
    expect(picked).toEqual([[4], [5], [2], [1]]);
    expect(leftOut).toEqual([[9]]);
    expect(durationMs).toBe(12);
  });

  test('takes all replicates of an item or none', () => {
    expect(fit([[3, 3, 3], [4]], 8).picked).toEqual([[4]]);
  });

  test('shares the work among workers, but no run is shorter for it', () => {
    expect(fit([[6], [6], [6]], 6, 2).picked.length).toBe(2);
    expect(fit([[7]], 6, 2).picked).toEqual([]);
  });

  test('takes what is done already, even when there is no time left', () => {
    expect(fit([[1], []], 0)).toEqual({ picked: [[]], leftOut: [[1]], durationMs: 0 });
  });
});

test('the longest starts next, and the shortest as long as there are trials', () => {
  const same = (item: number) => item;
  expect(nextToStart([2, 9, 1], same, 0)).toBe(9);
  expect(nextToStart([2, 9, 1], same, 2)).toBe(1);
  expect(nextToStart([], same, 2)).toBeUndefined();
});

test('packs hold as many as may be together, the last one what is left', () => {
  expect(inPacks([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]]);
  expect(inPacks([1, 2], 4)).toEqual([[1, 2]]);
  expect(inPacks([], 4)).toEqual([]);
});
