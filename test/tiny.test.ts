/**
 * The whole of hgmlp on one page: candidates under a budget, runs, points, frontiers.
 *
 * Training is the only slow part and the search is handed it as a function; here it is a formula.
 */
import { expect, test } from 'vitest';
import { shapeOf } from '../src/arch/arch.js';
import { sizeOf } from '../src/arch/sizes.js';
import { bestUnderBudget } from '../src/frontier/budget.js';
import { traceFrontier } from '../src/frontier/trace.js';
import { keyOf } from '../src/run/key.js';
import type { Measurement } from '../src/run/metrics.js';
import type { FinishedRun, Run } from '../src/run/run.js';
import type { RunSpec } from '../src/run/spec.js';
import { parseBudget } from '../src/search/budget.js';
import { planRuns, type TrainingPlan } from '../src/search/plan.js';
import { runSearchLoop } from '../src/search/search.js';
import { defaultSpace, searchedShapes, type CandidateSetting } from '../src/search/space.js';
import { strategies } from '../src/search/strategies.js';
import { pictureMetrics } from '../src/run/metrics.js';

// 1. The question: images of 784 values in and out, networks of at most a million trainable parameters.
const dimensions = { input: 784, output: 784 };
const budget = parseBudget('1M');
const setting: CandidateSetting = {
  dimensions,
  inputProjection: 'trainable',
  outputProjection: 'trainable',
  size: 'trainable',
  limits: [],
};

// 2. The plan: 20 pairs of an hourglass and a conventional network, each at 2 learning rates and 3 replicates.
const training: TrainingPlan = {
  task: 'mnist/denoising',
  engine: 'formula',
  recipe: { epochs: 1, batchSize: 128, learningRateStep: 'epoch', weightDecay: 0.01, flips: 1, seed: 1 },
  learningRates: [1e-4, 1e-3],
  replicates: 3,
};

function plan(): Iterable<RunSpec> {
  const families = [{ setting, space: defaultSpace }];
  const request = { setting, families, budget, shapes: searchedShapes, seed: 1, pairs: 20, grid: {} };
  return planRuns(strategies.random(request), training);
}

// 3. Training. By this formula ten times the parameters are worth 3 dB, an hourglass 1 dB, the larger learning rate
//    0.5 dB, and replicates differ by 0.01 dB.
function psnrDbOf({ arch, recipe }: RunSpec): number {
  const params = sizeOf(arch, dimensions, 'trainable');
  const ofShape = shapeOf(arch) === 'hourglass' ? 1 : 0;
  const ofRate = recipe.learningRate === 1e-3 ? 0.5 : 0;
  return 3 * Math.log10(params) + ofShape + ofRate + 0.01 * (recipe.replicate - 1);
}

function train(spec: RunSpec): Promise<Run> {
  const psnrDb = psnrDbOf(spec);
  const measured: Measurement = { meanSquaredError: 10 ** (-psnrDb / 10), psnrDb, psnrOfMeanDb: psnrDb };
  const run: FinishedRun = {
    key: keyOf(spec),
    spec,
    state: 'finished',
    curve: [],
    timing: { startedAt: '2025-01-01T00:00:00.000Z', durationMs: 1, imagesPerSecond: null },
    validation: measured,
    test: { ...measured, ssim: 0.9 },
  };
  return Promise.resolve(run);
}

// 4. The search makes runs and writes them down; here the run log is a Map.
function searchInto(log: Map<string, Run>, trainOne = train) {
  return runSearchLoop({
    specs: plan(),
    known: log,
    train: (pack) => Promise.all(pack.map(trainOne)),
    record: (run) => Promise.resolve(void log.set(run.key, run)),
    concurrency: 2,
    signal: new AbortController().signal,
  });
}

test('A search under a budget ends in the frontier of each shape.', async () => {
  const log = new Map<string, Run>();
  const { runs, stopped } = await searchInto(log);
  expect(stopped).toBe(false);
  expect(runs.length).toBe(2 * 20 * 2 * 3);

  // 5. Runs to points: one a network, at its best learning rate, replicates in a mean.
  const task = {
    task: 'mnist/denoising',
    dimensions,
    axis: 'trainable' as const,
    metrics: pictureMetrics,
    trainingImages: 50_000,
  };
  const { points } = traceFrontier(runs, task);
  expect(points.length).toBe(40);
  for (const point of points) {
    expect(point.trainableParams).toBeLessThanOrEqual(1_000_000);
    expect(point.learningRate).toBe(1e-3);
    expect(point.validation!.psnrDbStd).toBeCloseTo(0.01, 10);
  }

  // 6. By the formula more parameters are always better, so every network is on the frontier of its shape.
  expect(points.every((point) => point.onFrontier)).toBe(true);

  // 7. The answer: at equal parameters the hourglass is better by its 1 dB. Pairs match within 0.9 %: 0.012 dB.
  const { best, gap } = bestUnderBudget(points, { budgetSize: 1_000_000, axis: 'trainable' });
  expect(best.hourglass!.validation.psnrDb).toBeCloseTo(3 * Math.log10(best.hourglass!.trainableParams) + 1.5, 10);
  expect(Math.abs(gap!.test.mean - 1)).toBeLessThan(0.012);

  // 8. The same search again finds all of it in the log.
  const again = await searchInto(log, () => Promise.reject(new Error('nothing is left to train')));
  expect(again.runs).toEqual(runs);
});
