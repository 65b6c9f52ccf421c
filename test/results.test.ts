/** The studies that are kept in results/: what stands in their reports is what their logs give. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { findTask } from '../src/data/tasks.js';
import { readPublishedPoints } from '../src/frontier/published.js';
import { compareWithPublished } from '../src/frontier/reproduction.js';
import { summarise } from '../src/frontier/summarise.js';
import { readRunLog } from '../src/run/log.js';

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
      summarise([...runs.values()], { dimensions, count: 'trainable' }),
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
