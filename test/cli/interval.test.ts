import { describe, expect, test } from 'vitest';
import { statedInterval } from '../../src/study/interval.js';
import type { LoadedStudy } from '../../src/study/load.js';
import { candidatesOf } from '../../src/frontier/bootstrap.js';
import { evidenceOf } from '../../src/frontier/evidence.js';
import type { Run } from '../../src/run/run.js';
import { finished, smallDimensions, unfinished } from '../frontier/runs.js';

/** Hourglass networks of the small dimensions: 240 + 24 d_h parameters with both projections trained. */
function side(config: LoadedStudy['config'], runs: readonly Run[], axis: 'trainable' | 'total' = 'trainable') {
  const task = { dimensions: smallDimensions } as LoadedStudy['task'];
  const study: LoadedStudy = { folder: 'results/study', config, runs, task, axis };
  return { name: 'hourglass', study, runs, candidates: candidatesOf(evidenceOf(runs, smallDimensions), axis) };
}

const runs = [
  finished({ arch: { bottleneckWidth: 4 } }, 20),
  finished({ arch: { bottleneckWidth: 6 } }, 21),
  unfinished({ arch: { bottleneckWidth: 10 } }, 'failed'),
];
const origin = { file: 'runs.csv', sha256: '', command: '' };

describe('the interval ends at', () => {
  test('the budget of a search, as far as its largest network may lie below', () => {
    const { highest, topDecades } = statedInterval(null, [side({ budget: '500' }, runs)]);
    expect(highest).toBe(500);
    expect(topDecades).toBeCloseTo(Math.log10(480 / 336) / 2 - Math.log10(500 / 480), 12);
  });

  test('the largest network that was tried where no budget is known, though it failed', () => {
    const spacing = Math.log10(480 / 336) / 2;
    for (const config of [{}, { budget: '336..480', importedFrom: origin }]) {
      const interval = statedInterval(null, [side(config, runs)]);
      expect(interval).toEqual({ lowest: 336, highest: 480, topDecades: expect.closeTo(spacing, 12) as number });
    }
  });

  test('the largest network of an import whose budget is larger than any that a search may have', () => {
    const imported = { budget: '336..2000000000000', importedFrom: origin };
    expect(statedInterval(null, [side(imported, runs)]).highest).toBe(480);
  });

  test('the largest network where the budget of the search counted other parameters than are asked for', () => {
    const fixed = runs.map((run) => ({
      ...run,
      spec: { ...run.spec, arch: { ...run.spec.arch, inputProjection: 'fixed' as const } },
    }));
    const asked = side({ budget: '400', axis: 'trainable' }, fixed, 'total');
    expect(statedInterval(null, [asked])).toMatchObject({ lowest: 336, highest: 480 });
    expect(statedInterval(null, [side({ budget: '400' }, fixed)]).highest).toBe(400);
  });
});
