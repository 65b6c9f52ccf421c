import { describe, expect, test } from 'vitest';
import { randomStream } from '../../src/base/random.js';
import { dominates, isNoWorse, type Scored, strictFrontier } from '../../src/pareto/frontier.js';

describe('the strict frontier', () => {
  test('keeps the rows that are better than everything with at most their size', () => {
    const rows = [
      { size: 400, score: 22 },
      { size: 100, score: 20 },
      { size: 300, score: 20.5 },
      { size: 200, score: 21 },
    ];
    expect(strictFrontier(rows).map((row) => row.size)).toEqual([100, 200, 400]);
  });

  test('leaves out a larger row that is only as good', () => {
    const rows = [
      { size: 100, score: 20 },
      { size: 200, score: 20 },
    ];
    expect(strictFrontier(rows)).toEqual([rows[0]]);
  });

  test('keeps the best of equal size, and the first of full equals', () => {
    const rows = [
      { size: 100, score: 20, name: 'worse' },
      { size: 100, score: 21, name: 'first' },
      { size: 100, score: 21, name: 'second' },
    ];
    expect(strictFrontier(rows).map((row) => row.name)).toEqual(['first']);
  });

  test('is the row itself where there is one, and empty where there is none', () => {
    expect(strictFrontier([{ size: 5, score: 1 }])).toEqual([{ size: 5, score: 1 }]);
    expect(strictFrontier([])).toEqual([]);
  });

  test('never holds a row without a number, and lets none of them hide another', () => {
    const rows = [
      { size: 100, score: Number.NaN },
      { size: 200, score: 20 },
      { size: Number.NaN, score: 30 },
    ];
    expect(strictFrontier(rows)).toEqual([{ size: 200, score: 20 }]);
  });

  test('agrees with its definition, every row against every row, on random data full of ties', () => {
    const stream = randomStream('test', 'strict frontier');
    for (let round = 0; round < 300; round += 1) {
      const rows = Array.from({ length: stream.integerBelow(25) }, (_, index) => ({
        size: 1 + stream.integerBelow(12),
        score: stream.integerBelow(12) / 4,
        index,
      }));
      const found = strictFrontier(rows);
      expect(found).toEqual(byDefinition(rows).sort((left, right) => left.size - right.size));
      expect(rows.map((row) => row.index)).toEqual(rows.map((_, index) => index));
    }
  });
});

test('a row dominates another that is in neither better, unless both are equal', () => {
  const [small, large, better] = [
    { size: 1, score: 20 },
    { size: 2, score: 20 },
    { size: 2, score: 21 },
  ];
  expect([dominates(small, large), dominates(large, small), dominates(better, large)]).toEqual([true, false, true]);
  expect([dominates(small, better), dominates(better, small)]).toEqual([false, false]);
  expect([dominates(small, small), isNoWorse(small, small)]).toEqual([false, true]);
});

function byDefinition<Row extends Scored>(rows: readonly Row[]): Row[] {
  return rows.filter((row, index) =>
    rows.every(
      (other, otherIndex) =>
        otherIndex === index ||
        other.size > row.size ||
        other.score < row.score ||
        (other.size === row.size && other.score === row.score && otherIndex > index),
    ),
  );
}
