/** The real packages from the user's registry: `npm run test:data`. Downloads 178 MB. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { datasets } from '../../src/data/datasets.js';
import { silentProgress } from '../../src/data/fetching.js';
import { pixelsOf, type Dataset } from '../../src/data/images.js';
import { dataRoot } from '../../src/data/root.js';

const isAsked = process.env['HGMLP_TEST_DATA'] === '1';

describe.skipIf(!isAsked)('the published packages (skipped unless HGMLP_TEST_DATA=1: needs the network)', () => {
  const root = dataRoot(mkdtempSync(path.join(tmpdir(), 'hgmlp-published-')));
  afterAll(() => rmSync(root.folder, { recursive: true }));

  test.each(['cifar10', 'fashion-mnist'])('%s is fetched, decoded and opened', { timeout: 600_000 }, async (name) => {
    const row = datasets.find((dataset) => dataset.name === name)!;
    await row.fetch(root, { fresh: false, progress: silentProgress });
    expect(await row.state(root)).toBe('ready');
    const { train, validation, test: testSet } = (await row.open(root)) as Dataset;
    expect({ train: train.rows.length, validation: validation.rows.length, test: testSet.rows.length }).toEqual(
      row.counts,
    );
    const images = [train.images, ...(testSet.images === train.images ? [] : [testSet.images])];
    const perClass = new Array<number>(10).fill(0);
    for (const { labels } of images) for (const label of labels) perClass[label]! += 1;
    expect(perClass).toEqual(
      new Array<number>(10).fill(images.reduce((sum, { labels }) => sum + labels.length, 0) / 10),
    );
  });

  test('cifar10 has the mean colours that are known of its training images', async () => {
    const row = datasets.find((dataset) => dataset.name === 'cifar10')!;
    const { train } = (await row.open(root)) as Dataset;
    const sums = [0, 0, 0];
    for (let image = 0; image < 50_000; image += 1) {
      pixelsOf(train.images, image).forEach((value, place) => (sums[Math.floor(place / 1024)]! += value));
    }
    const means = sums.map((sum) => sum / (255 * 1024 * 50_000));
    [0.4914, 0.4822, 0.4465].forEach((mean, colour) => expect(means[colour]).toBeCloseTo(mean, 4));
  });
});
