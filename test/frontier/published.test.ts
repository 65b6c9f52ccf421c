import { describe, expect, test } from 'vitest';
import { shapeOf } from '../../src/arch/arch.js';
import { sizeOf } from '../../src/arch/sizes.js';
import { findTask } from '../../src/data/tasks.js';
import {
  curveName,
  curvesOf,
  learningRateOf,
  publishedSetOf,
  publishedTasks,
  readPublishedPoints,
} from '../../src/frontier/published.js';

const points = await readPublishedPoints();
const of = (task: string) => points.filter((point) => point.task === task);

describe('the published points', () => {
  test('are 146 of five tasks that are all known here', () => {
    expect(points.length).toBe(146);
    expect(publishedTasks(points)).toEqual([
      'mnist/denoising',
      'mnist/generative-classification',
      'mnist/super-resolution',
      'imagenet32/denoising',
      'imagenet32/super-resolution',
    ]);
  });

  test('have the shape and the parameters that their widths and their task give', () => {
    for (const { task, arch, shape, trainableParams } of points) {
      expect(shapeOf(arch)).toBe(shape);
      expect(sizeOf(arch, findTask(task).dimensions, 'trainable')).toBe(trainableParams);
    }
  });

  test('leave missing what was not published, and the spread of one replicate', () => {
    expect(of('mnist/denoising')[0]).toMatchObject({ learningRate: 0.001, psnrDbStd: null, replicates: 1 });
    const bare = points.find(({ arch }) => arch.inputProjection === 'none')!;
    expect(bare).toMatchObject({ psnrDb: 24.061, learningRate: null, psnrDbStd: null, replicates: null });
    expect(of('mnist/generative-classification')[0]).toMatchObject({ psnrDbStd: 0.0761, replicates: 5 });
  });

  test('make three curves where the authors left the projections out too, each a strict frontier', () => {
    for (const [task, names] of [
      [
        'mnist/denoising',
        ['hourglass trainable/trainable', 'conventional trainable/trainable', 'conventional none/none'],
      ],
      ['mnist/super-resolution', ['hourglass trainable/trainable', 'conventional trainable/trainable']],
    ] as const) {
      const curves = curvesOf(of(task));
      expect(curves.map((curve) => curveName(curve.points[0]!))).toEqual(names);
      for (const { points: row } of curves) {
        expect(row.every((point, index) => index === 0 || point.psnrDb > row[index - 1]!.psnrDb)).toBe(true);
        expect(
          row.every((point, index) => index === 0 || point.trainableParams > row[index - 1]!.trainableParams),
        ).toBe(true);
      }
    }
  });

  test('were measured on validation for MNIST denoising, else on test', () => {
    expect(publishedTasks(points).filter((task) => publishedSetOf(task) === 'validation')).toEqual(['mnist/denoising']);
  });
});

describe('the learning rate of a point', () => {
  const published = of('mnist/generative-classification');
  const bare = (bottleneckWidth: number, depth: number) =>
    published.find(
      ({ arch }) => arch.inputProjection === 'none' && arch.bottleneckWidth === bottleneckWidth && arch.depth === depth,
    )!;

  test('is the published one where there is one', () => {
    expect(learningRateOf(published[0]!, published, 9)).toBe(0.001);
  });

  test('is otherwise that of the same widths and depth with projections, else of the recipe', () => {
    expect(learningRateOf(bare(905, 1), published, 9)).toBe(0.0007);
    expect(learningRateOf(bare(785, 2), published, 9)).toBe(0.0005);
    expect(learningRateOf(bare(2870, 6), published, 9)).toBe(9);
  });
});
