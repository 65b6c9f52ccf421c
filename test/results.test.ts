/** The studies that are kept in results/: what stands in their reports is what their logs give. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { shapeOf } from '../src/arch/arch.js';
import { sizeOf } from '../src/arch/sizes.js';
import { findTask } from '../src/data/tasks.js';
import { readPublishedPoints } from '../src/frontier/published.js';
import { compareWithPublished } from '../src/frontier/reproduction.js';
import { summarise } from '../src/frontier/summarise.js';
import { hypervolumeMeasureOf, totalHypervolume, type Trained } from '../src/frontier/trajectory.js';
import { trainingMultiplyAdds } from '../src/run/cost.js';
import { readRunLog } from '../src/run/log.js';
import type { Run } from '../src/run/run.js';
import { callHgmlp } from './cli/run-hgmlp.js';
import { scoreOf } from '../src/run/metrics.js';

test.each([
  ['mnist/denoising', 'reproduce-mnist-denoising', 11, 0.1],
  ['mnist/generative-classification', 'reproduce-mnist-generative-classification', 7, 0.5],
])(
  '%s is reproduced: the log in results/%s gives %d points within %d dB on average',
  async (name, folder, count, bound) => {
    const kept = fileURLToPath(new URL(`../results/${folder}`, import.meta.url));
    const { runs, problems } = await readRunLog(kept);
    expect(problems).toEqual([]);
    const published = (await readPublishedPoints()).filter(({ task }) => task === name);
    const { dimensions } = findTask(name);
    const { points, meanAbsoluteDifferenceDb } = compareWithPublished(
      published,
      summarise([...runs.values()], { dimensions, axis: 'trainable' }),
    );
    expect(points.length).toBe(count);
    expect(points.some(({ ours }) => ours.arch.inputProjection === 'none')).toBe(true);
    expect(new Set(points.map(({ ours }) => ours.shape)).size).toBe(2);
    expect(meanAbsoluteDifferenceDb).toBeLessThan(bound);
    const report = readFileSync(`${kept}/reproduction.md`, 'utf8');
    expect(report).toContain(
      `${meanAbsoluteDifferenceDb!.toFixed(3)} dB over ${count} of ${published.length} published points`,
    );
  },
);

describe('halving on MNIST denoising, 0.5M to 4M parameters', () => {
  const kept = (folder: string) => fileURLToPath(new URL(`../results/${folder}`, import.meta.url));
  const runsOf = async (folder: string) => {
    const { runs, problems } = await readRunLog(kept(folder));
    expect(problems).toEqual([]);
    return [...runs.values()];
  };
  const { dimensions, trainingImages } = findTask('mnist/denoising');
  const trainedOf = (run: Run): Trained => ({
    params: sizeOf(run.spec.arch, dimensions, 'trainable'),
    score: run.state === 'finished' ? scoreOf(run.validation) : null,
    cost: trainingMultiplyAdds(run.spec, dimensions, trainingImages, run.curve.length),
    share: run.curve.length / run.spec.recipe.epochs,
  });
  const costOf = (runs: readonly Run[]) => runs.reduce((sum, run) => sum + trainedOf(run).cost, 0);

  test('gives 99 % of the hypervolume of full training at no more than a third of its cost', async () => {
    const [halved, full] = await Promise.all([runsOf('halving-mnist-denoising'), runsOf('full-mnist-denoising')]);
    expect(full.every(({ state }) => state === 'finished' || state === 'diverged')).toBe(true);
    expect(halved.map(({ key }) => key).toSorted()).toEqual(full.map(({ key }) => key).toSorted());
    expect(costOf(halved) / costOf(full)).toBeLessThanOrEqual(1 / 3);
    for (const shape of ['hourglass', 'conventional']) {
      const ofShape = (runs: readonly Run[]) => runs.filter(({ spec }) => shapeOf(spec.arch) === shape).map(trainedOf);
      const measure = hypervolumeMeasureOf(ofShape(full));
      const share = totalHypervolume(ofShape(halved), measure) / totalHypervolume(ofShape(full), measure);
      expect(share, shape).toBeGreaterThan(0.99);
    }
  });

  test('came to the same curves as far as it trained', async () => {
    const [halved, full] = await Promise.all([runsOf('halving-mnist-denoising'), runsOf('full-mnist-denoising')]);
    const whole = new Map(full.map((run) => [run.key, run.curve]));
    for (const { key, curve } of halved) expect(curve).toEqual(whole.get(key)!.slice(0, curve.length));
  });

  test('decides today what it decided then', async () => {
    const { code, stdout } = await callHgmlp(['replay', kept('halving-mnist-denoising')]);
    expect([code, stdout]).toEqual([0, expect.stringContaining('These are the decisions that it records')]);
  });
});
