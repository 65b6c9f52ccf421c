import { describe, expect, test } from 'vitest';
import { shareInterval } from '../../src/base/binomial.js';

describe('the interval of a share that was counted', () => {
  test.each([
    // R 4: binom.test(x, n, conf.level = level)$conf.int
    [2, 10, 0.95, 0.02521073, 0.55609546],
    [7, 10, 0.9, 0.39337627, 0.91273556],
    [50, 1000, 0.95, 0.03733875, 0.06539044],
  ])('is that of Clopper and Pearson: %d of %d at %d', (counted, of, level, low, high) => {
    const interval = shareInterval(counted, of, level);
    expect(interval[0]).toBeCloseTo(low, 5);
    expect(interval[1]).toBeCloseTo(high, 5);
  });

  test('of none in n reaches up to where none in n has half of the rest of the probability', () => {
    expect(shareInterval(0, 3, 0.9)[0]).toBe(0);
    expect(shareInterval(0, 3, 0.9)[1]).toBeCloseTo(1 - 0.05 ** (1 / 3), 10);
    expect(shareInterval(3, 3, 0.9)).toEqual([expect.closeTo(0.05 ** (1 / 3), 10), 1]);
  });
});
