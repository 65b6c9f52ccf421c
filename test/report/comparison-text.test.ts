import { expect, test } from 'vitest';
import { candidatesOf } from '../../src/frontier/bootstrap.js';
import { compareFrontiers } from '../../src/frontier/compare.js';
import { evidenceOf } from '../../src/frontier/evidence.js';
import { comparisonMarkdown } from '../../src/report/comparison-text.js';
import { smallDimensions } from '../frontier/runs.js';
import { smallFrontier, smallRuns } from './study.js';

test('the effort of a side with runs that were stopped early stands under the same headings as that of one without.', () => {
  const candidates = candidatesOf(evidenceOf(smallRuns, smallDimensions), 'trainable');
  const interval = { lowest: 400, highest: 600 };
  const settings = { interval, level: 0.9, resamples: 20, seed: 1, noiseStd: 0.1, atParams: [], referenceScore: 19 };
  const [effort] = smallFrontier('mnist/denoising', smallRuns).effort;
  const side = { projections: 'none', replicates: 2 };
  const markdown = comparisonMarkdown({
    ...{ task: 'mnist/denoising', metric: 'psnrDb' as const, axis: 'trainable', onlySet: null, settings },
    left: { ...side, name: 'with', effort: [{ ...effort!, stopped: 7, hours: 1.5 }] },
    right: { ...side, name: 'without', effort: [{ ...effort!, hours: 2.5 }] },
    ...compareFrontiers(candidates, candidates, { ...settings, costOf: () => 1 }),
  });
  const table = markdown.split('\n').filter((line) => /^\| (Side|with|without) /.test(line));
  const [headings, ...rows] = table.map((line) => line.split('|').map((cell) => cell.trim()));
  const cells = rows.map((row) => ['Side', 'Stopped early', 'Hours'].map((name) => row[headings!.indexOf(name)]));
  expect(cells).toEqual([
    ['with', '7', '1.50'],
    ['without', '0', '2.50'],
  ]);
});
