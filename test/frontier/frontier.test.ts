import { describe, expect, test } from 'vitest';
import { randomStream } from '../../src/base/random.js';
import { frontierOf, type FrontierRow, strictFrontier } from '../../src/frontier/frontier.js';
import { summarise } from '../../src/frontier/summarise.js';
import { finished, smallDimensions } from './runs.js';

describe('the strict frontier', () => {
  test('keeps the rows that are better than everything with at most as many parameters', () => {
    const rows = [
      { params: 400, psnrDb: 22 },
      { params: 100, psnrDb: 20 },
      { params: 300, psnrDb: 20.5 },
      { params: 200, psnrDb: 21 },
    ];
    expect(strictFrontier(rows).map((row) => row.params)).toEqual([100, 200, 400]);
  });

  test('leaves out a larger row that is only as good', () => {
    const rows = [
      { params: 100, psnrDb: 20 },
      { params: 200, psnrDb: 20 },
    ];
    expect(strictFrontier(rows)).toEqual([rows[0]]);
  });

  test('keeps the best of equal parameters, and the first of full equals', () => {
    const rows = [
      { params: 100, psnrDb: 20, name: 'worse' },
      { params: 100, psnrDb: 21, name: 'first' },
      { params: 100, psnrDb: 21, name: 'second' },
    ];
    expect(strictFrontier(rows).map((row) => row.name)).toEqual(['first']);
  });

  test('is the row itself where there is one, and empty where there is none', () => {
    expect(strictFrontier([{ params: 5, psnrDb: 1 }])).toEqual([{ params: 5, psnrDb: 1 }]);
    expect(strictFrontier([])).toEqual([]);
  });

  test('never holds a row without a number, and lets none of them hide another', () => {
    const rows = [
      { params: 100, psnrDb: Number.NaN },
      { params: 200, psnrDb: 20 },
      { params: Number.NaN, psnrDb: 30 },
    ];
    expect(strictFrontier(rows)).toEqual([{ params: 200, psnrDb: 20 }]);
  });

  test('agrees with its definition, every row against every row, on random data full of ties', () => {
    const stream = randomStream('test', 'strict frontier');
    for (let round = 0; round < 300; round += 1) {
      const rows = Array.from({ length: stream.integerBelow(25) }, (_, index) => ({
        params: 1 + stream.integerBelow(12),
        psnrDb: stream.integerBelow(12) / 4,
        index,
      }));
      const found = strictFrontier(rows);
      expect(found).toEqual(byDefinition(rows).sort((left, right) => left.params - right.params));
      expect(rows.map((row) => row.index)).toEqual(rows.map((_, index) => index));
    }
  });
});

describe('the frontier of points', () => {
  test('is traced for each shape alone and judged on validation, not on test', () => {
    const runs = [
      finished({ arch: { skipWidth: 12, bottleneckWidth: 4 } }, 20, 25),
      finished({ arch: { skipWidth: 12, bottleneckWidth: 5 } }, 21, 19),
      finished({ arch: { skipWidth: 12, bottleneckWidth: 6 } }, 20.5, 30),
      finished({ arch: { skipWidth: 10, bottleneckWidth: 30 } }, 18, 18),
    ];
    const frontier = frontierOf(summarise(runs, { dimensions: smallDimensions, count: 'trainable' }), {
      count: 'trainable',
    });
    expect(frontier.map(({ shape, arch }) => [shape, arch.bottleneckWidth])).toEqual([
      ['hourglass', 4],
      ['hourglass', 5],
      ['conventional', 30],
    ]);
  });

  test('changes with the count: a fixed projection is free among trainable parameters alone', () => {
    const runs = [
      finished({ arch: { skipWidth: 20, bottleneckWidth: 4, inputProjection: 'fixed' } }, 22),
      finished({ arch: { skipWidth: 20, bottleneckWidth: 2 } }, 21),
    ];
    const onFrontier = (count: 'trainable' | 'total') =>
      summarise(runs, { dimensions: smallDimensions, count })
        .filter((point) => point.onFrontier)
        .map((point) => [point.arch.bottleneckWidth, point.trainableParams, point.totalParams]);
    // 10 x 20 in, 2 x 20 x 4 and 2 x 20 x 2 in the blocks, 20 x 10 out.
    expect(onFrontier('trainable')).toEqual([[4, 360, 560]]);
    expect(onFrontier('total')).toEqual([
      [2, 480, 480],
      [4, 360, 560],
    ]);
  });
});

function byDefinition<Row extends FrontierRow>(rows: readonly Row[]): Row[] {
  return rows.filter((row, index) =>
    rows.every(
      (other, otherIndex) =>
        otherIndex === index ||
        other.params > row.params ||
        other.psnrDb < row.psnrDb ||
        (other.params === row.params && other.psnrDb === row.psnrDb && otherIndex > index),
    ),
  );
}
