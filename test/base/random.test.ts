import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { numpyRandomState, permutation, randomStream, streamSeed } from '../../src/base/random.js';

const drawn = (length: number, ...labels: (string | number)[]) => {
  const stream = randomStream(...labels);
  return Array.from({ length }, () => stream.uint32());
};

describe('a random stream', () => {
  test('gives the same numbers for the same labels and others for any other label', () => {
    expect(drawn(5, 'noise', 1)).toEqual(drawn(5, 'noise', 1));
    expect(drawn(5, 'noise', 2)).not.toEqual(drawn(5, 'noise', 1));
    expect(drawn(5, 'noise1')).not.toEqual(drawn(5, 'noise', 1));
  });

  test('keeps labels apart that read the same when they are joined', () => {
    expect(streamSeed('a', 'bc')).not.toEqual(streamSeed('ab', 'c'));
    expect(streamSeed('1')).not.toEqual(streamSeed(1));
  });

  test('is uniform: sixteen equal bands of 64,000 draws differ by chance only', () => {
    const stream = randomStream('uniform');
    const bands = new Array<number>(16).fill(0);
    for (let draw = 0; draw < 64_000; draw += 1) bands[Math.floor(16 * stream.uniform())]! += 1;
    const chiSquare = bands.reduce((sum, count) => sum + (count - 4000) ** 2 / 4000, 0);
    // 99.9 % quantile of the chi-square distribution with 15 degrees of freedom.
    expect(chiSquare).toBeLessThan(37.7);
  });

  test('draws whole numbers below a bound without favour', () => {
    const stream = randomStream('integers');
    const counts = [0, 0, 0];
    for (let draw = 0; draw < 30_000; draw += 1) counts[stream.integerBelow(3)]! += 1;
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(350);
    expect(stream.integerBelow(1)).toBe(0);
  });

  test('orders every element exactly once', () => {
    const order = permutation(randomStream('order'), 1000);
    expect([...order].sort((left, right) => left - right)).toEqual(Array.from({ length: 1000 }, (_, index) => index));
  });

  test("gives numpy's permutation of the reference split", () => {
    const { split } = JSON.parse(readFileSync(new URL('../golden/data-goldens.json', import.meta.url), 'utf8')) as {
      split: { first_20: number[]; last_5: number[] };
    };
    const order = [...permutation(numpyRandomState(42), 60_000)];
    expect(order.slice(0, 20)).toEqual(split.first_20);
    expect(order.slice(-5)).toEqual(split.last_5);
  });
});
