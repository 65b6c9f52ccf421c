import { describe, expect, test } from 'vitest';
import { frontierOf } from '../../src/frontier/frontier.js';
import { summarise } from '../../src/frontier/summarise.js';
import { readPublished, referenceRuns, referenceTasks } from './reference.js';
import { scoreOf } from '../../src/run/metrics.js';

describe.each(referenceTasks)('the published frontier of $dataset $task', ({ dataset, task, dimensions }) => {
  const published = readPublished().filter(
    (row) => row.dataset === dataset && row.task === task && row.input_projection === 'trainable',
  );
  const points = summarise(referenceRuns(dataset, task), { dimensions, axis: 'trainable' });
  const traced = frontierOf(points, { axis: 'trainable' });

  test('is traced from the single runs: the same architectures, learning rates and replicates', () => {
    const ours = traced.map(({ shape, arch, trainableParams, learningRate, replicates }) =>
      [shape, arch.skipWidth, arch.bottleneckWidth, arch.depth, trainableParams, learningRate, replicates].join(' '),
    );
    const theirs = published.map((row) =>
      [row.shape, row.skip_width, row.bottleneck_width, row.depth, row.trainable_params]
        .concat(String(Number(row.learning_rate)), row.replicates)
        .join(' '),
    );
    expect(ours.toSorted()).toEqual(theirs.toSorted());
    expect(ours.length).toBeGreaterThan(10);
  });

  test('has the same means, and the same spreads once n - 1 is turned into their n', () => {
    for (const { arch, validation, replicates } of traced) {
      const row = published.find(
        (candidate) =>
          Number(candidate.skip_width) === arch.skipWidth &&
          Number(candidate.bottleneck_width) === arch.bottleneckWidth &&
          Number(candidate.depth) === arch.depth,
      )!;
      expect(Math.abs(scoreOf(validation) - Number(row.psnr_db_mean))).toBeLessThanOrEqual(1e-4);
      const populationStd = (validation.psnrDbStd ?? 0) * Math.sqrt((replicates - 1) / replicates);
      expect(Math.abs(populationStd - Number(row.psnr_db_std))).toBeLessThanOrEqual(1e-4);
      expect(validation.psnrDbStd === null).toBe(replicates === 1);
    }
  });
});
