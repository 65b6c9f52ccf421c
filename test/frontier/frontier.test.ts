import { describe, expect, test } from 'vitest';
import { frontierOf } from '../../src/frontier/frontier.js';
import { summarise } from '../../src/frontier/summarise.js';
import { finished, smallDimensions } from './runs.js';

describe('the frontier of points', () => {
  test('is traced for each shape alone and judged on validation, not on test', () => {
    const runs = [
      finished({ arch: { skipWidth: 12, bottleneckWidth: 4 } }, 20, 25),
      finished({ arch: { skipWidth: 12, bottleneckWidth: 5 } }, 21, 19),
      finished({ arch: { skipWidth: 12, bottleneckWidth: 6 } }, 20.5, 30),
      finished({ arch: { skipWidth: 10, bottleneckWidth: 30 } }, 18, 18),
    ];
    const frontier = frontierOf(summarise(runs, { dimensions: smallDimensions, axis: 'trainable' }), {
      axis: 'trainable',
    });
    expect(frontier.map(({ shape, arch }) => [shape, arch.bottleneckWidth])).toEqual([
      ['hourglass', 4],
      ['hourglass', 5],
      ['conventional', 30],
    ]);
  });

  test('changes with the axis: a fixed projection is free among trainable parameters alone', () => {
    const runs = [
      finished({ arch: { skipWidth: 20, bottleneckWidth: 4, inputProjection: 'fixed' } }, 22),
      finished({ arch: { skipWidth: 20, bottleneckWidth: 2 } }, 21),
    ];
    const onFrontier = (axis: 'trainable' | 'total') =>
      summarise(runs, { dimensions: smallDimensions, axis })
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
