/** A small study for the tests of reports: two shapes, a spread, a diverged run and a dominated architecture. */
import { type Frontier, traceFrontier } from '../../src/frontier/trace.js';
import type { Run } from '../../src/run/run.js';
import { finished, smallDimensions, unfinished } from '../frontier/runs.js';
import { pictureMetrics } from '../../src/run/metrics.js';

const conventional = { skipWidth: 10, bottleneckWidth: 20 };

export const smallRuns: readonly Run[] = [
  finished({ recipe: { replicate: 0 } }, 20, 19.5),
  finished({ recipe: { replicate: 1 } }, 21, 20.5),
  finished({ arch: { bottleneckWidth: 6 } }, 22.5, 22.25),
  finished({ arch: { bottleneckWidth: 8 } }, 22, 22),
  finished({ arch: conventional }, 19, 18.75),
  unfinished({ arch: { ...conventional, depth: 2 } }, 'diverged'),
];

export function smallFrontier(task = 'mnist/denoising', runs: readonly Run[] = smallRuns): Frontier {
  return traceFrontier(runs, {
    task,
    dimensions: smallDimensions,
    axis: 'trainable',
    metrics: pictureMetrics,
    trainingImages: 100,
  });
}
