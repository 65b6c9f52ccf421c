/** What follows from the patience of runs: where their curves end, whom they are compared with, and what they cost. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { multiplyAddsOfRun } from '../../src/frontier/effort.js';
import { evidenceOf, settingOf } from '../../src/frontier/evidence.js';
import { traceFrontier } from '../../src/frontier/trace.js';
import { frontierSubheadings } from '../../src/report/headings.js';
import { pictureMetrics } from '../../src/run/metrics.js';
import { bestEpochOf, endOf, measuredEpochOf } from '../../src/run/patience.js';
import type { EpochRecord } from '../../src/run/run.js';
import type { Recipe } from '../../src/run/spec.js';
import { learningRateAt } from '../../src/train/schedule.js';
import { openTally } from '../../src/study/tally.js';
import { finished, smallDimensions } from '../frontier/runs.js';

const curveOf = (...psnrsDb: number[]) =>
  psnrsDb.map((psnrDb, index): EpochRecord => {
    const validation = { meanSquaredError: 0.01, psnrDb, psnrOfMeanDb: psnrDb };
    return { epoch: index + 1, learningRate: 1e-3, trainLoss: 0.01, validation };
  });
const lossCurveOf = (...errors: number[]) =>
  curveOf(...errors).map((record, index) => ({ ...record, validation: { rmse: errors[index]!, mae: 1, r2: 0 } }));
const runOf = (recipe: Partial<Recipe>, ...psnrsDb: number[]) => ({
  ...finished({ recipe: { epochs: 10, ...recipe } }, 20),
  curve: curveOf(...psnrsDb),
});

describe('the end of a curve', () => {
  test.each<[string, number[], number, number | null]>([
    ['comes once so many epochs in a row were not better', [20, 21, 20.5, 20.9], 2, 4],
    ['comes where they were as good and no better', [20, 20, 20], 2, 3],
    ['comes after one such epoch with patience 1', [20, 19], 1, 2],
    ['does not come where the best is too recent', [20, 19, 21, 20], 2, null],
    ['is the first such place, whatever comes behind it', [20, 19, 18, 30, 31], 2, 3],
    ['is the last epoch at the latest', Array.from({ length: 10 }, (_, epoch) => epoch), 3, 10],
    ['is not reached by a curve without epochs', [], 1, null],
  ])('%s', (_, psnrsDb, patience, end) => {
    expect(endOf(curveOf(...psnrsDb), { epochs: 10, patience })).toBe(end);
  });

  test('is the last epoch without patience', () => {
    expect(endOf(curveOf(20, 19, 18), { epochs: 10 })).toBeNull();
    expect(endOf(curveOf(20, 19, 18), { epochs: 3 })).toBe(3);
  });

  test('goes by the score, which is the better the lower a loss is', () => {
    expect(bestEpochOf(lossCurveOf(3, 1, 2))).toBe(2);
    expect(endOf(lossCurveOf(3, 1, 2), { epochs: 10, patience: 1 })).toBe(3);
  });
});

test('A run is measured at its best epoch with patience, the first of equals, and else at its last.', () => {
  const curve = curveOf(20, 22, 22, 21);
  expect(measuredEpochOf(curve, { patience: 2 }).epoch).toBe(2);
  expect(measuredEpochOf(curve, {}).epoch).toBe(4);
  expect(bestEpochOf([])).toBe(0);
});

test('A learning rate that never falls is the same in every step.', () => {
  const { recipe } = runOf({ learningRateStep: 'never', learningRate: 0.3 }).spec;
  expect([learningRateAt(recipe, 0, 0, 5), learningRateAt(recipe, 9, 4, 5)]).toEqual([0.3, 0.3]);
});

describe('a frontier', () => {
  test('compares runs of one patience and one kind of learning rate, and says which they have', () => {
    const mixed = [runOf({}), runOf({ patience: 3, replicate: 1 }), runOf({ learningRateStep: 'never', replicate: 2 })];
    expect(mixed.map(settingOf)).toEqual([
      'mnist/denoising, batch 128, flips 1, weight decay 0.01, a learning rate per epoch',
      'mnist/denoising, batch 128, flips 1, weight decay 0.01, a learning rate per epoch, patience 3',
      'mnist/denoising, batch 128, flips 1, weight decay 0.01, a constant learning rate',
    ]);
    expect(() => evidenceOf(mixed.slice(0, 2), smallDimensions)).toThrow('got 2: ');
    expect(() => evidenceOf([mixed[0]!, mixed[2]!], smallDimensions)).toThrow('got 2: ');
    expect(() => evidenceOf([mixed[1]!, runOf({ patience: 2 })], smallDimensions)).toThrow('patience 2; ');
  });

  test('says that its epochs are the most, and counts those that were trained', () => {
    const setting = { task: 'mnist/denoising', dimensions: smallDimensions, axis: 'trainable' } as const;
    const options = { ...setting, trainingImages: 100, metrics: pictureMetrics };
    const headingOf = (recipe: Partial<Recipe>) =>
      frontierSubheadings(traceFrontier([runOf(recipe, 20, 21, 20)], options))[0];
    expect(headingOf({ patience: 1 })).toMatch(/^at most 10 epochs, patience 1; /);
    expect(headingOf({})).toMatch(/^10 epochs; /);
    const costOf = (recipe: Partial<Recipe>) => multiplyAddsOfRun(runOf(recipe, 20, 21, 20), options)!;
    expect(costOf({ patience: 1 }) / costOf({})).toBeCloseTo(3 / 10);
    const imported = { ...runOf({ patience: 1 }), imported: { source: 'runs.csv', onlySet: null } };
    expect(multiplyAddsOfRun(imported, options)).toBeNull();
  });
});

describe('the time that is left', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test('counts what patience has spared as done', () => {
    const tally = openTally({ size: () => ({ runs: 2, work: 20 }), workOf: () => 10, imagesPerEpoch: () => 100 });
    const run = runOf({ patience: 1 }, 20, 19);
    vi.advanceTimersByTime(4000);
    tally.add({ type: 'epoch', spec: run.spec, epoch: run.curve[0]!, again: false });
    tally.add({ type: 'finished', run });
    expect(tally.progress()).toMatchObject({ share: 0.5, leftMs: 4000 });
  });
});
