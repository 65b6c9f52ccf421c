import { describe, expect, test } from 'vitest';
import { archName } from '../../src/arch/arch.js';
import { keyOf } from '../../src/run/key.js';
import { parseBudget } from '../../src/search/budget.js';
import type { Candidate } from '../../src/search/candidate.js';
import { trainingMultiplyAdds } from '../../src/run/cost.js';
import { bandsOf, planRuns, type TrainingPlan } from '../../src/search/plan.js';
import { randomCandidates } from '../../src/search/strategies/random.js';
import { requestOf } from './requests.js';

const training: TrainingPlan = {
  task: 'mnist/denoising',
  engine: 'onnx-cpu',
  recipe: { epochs: 3, batchSize: 128, learningRateStep: 'epoch', weightDecay: 0.01, flips: 2, seed: 1 },
  learningRates: [1e-3, 5e-4],
  replicates: 3,
};
const dimensions = { input: 784, output: 784 };

describe('A plan', () => {
  test('trains each candidate at all learning rates and replicates before the next one.', () => {
    const candidates = [...randomCandidates(requestOf({ pairs: 2 }))];
    const specs = [...planRuns(candidates, training)];
    expect(specs.length).toBe(4 * 2 * 3);
    expect(specs.map(({ arch }) => archName(arch))).toEqual(
      candidates.flatMap(({ arch }) => new Array<string>(6).fill(archName(arch))),
    );
    expect(specs.slice(0, 6).map(({ recipe }) => [recipe.learningRate, recipe.replicate])).toEqual([
      [1e-3, 0],
      [1e-3, 1],
      [1e-3, 2],
      [5e-4, 0],
      [5e-4, 1],
      [5e-4, 2],
    ]);
    expect(new Set(specs.map(keyOf)).size).toBe(specs.length);
  });

  test('is made one run at a time.', () => {
    const specs = planRuns(randomCandidates(requestOf({ pairs: Number.MAX_SAFE_INTEGER })), training);
    expect(specs.next().value).toMatchObject({ task: 'mnist/denoising', engine: 'onnx-cpu', recipe: { flips: 2 } });
  });

  test('weighs a run by three forward passes over all images of all epochs, flips included.', () => {
    const [spec] = planRuns([candidateOf(785, 115, 4)], training);
    // 784 x 785 twice and 8 matrices of 785 x 115, 50,000 images twice, 3 epochs.
    const forward = 2 * 784 * 785 + 8 * 785 * 115;
    expect(trainingMultiplyAdds(spec!, dimensions, 50_000)).toBe(3 * forward * 50_000 * 2 * 3);
  });
});

describe('The bands of a plan', () => {
  test('have equal widths on a log scale and count the candidates of each shape.', () => {
    const bands = bandsOf(randomCandidates(requestOf({ pairs: 400 })), parseBudget('1M'), dimensions, 4);
    expect(bands.map(({ params }) => params.highest)).toEqual([
      expect.closeTo(125_000, 3),
      expect.closeTo(250_000, 3),
      expect.closeTo(500_000, 3),
      1_000_000,
    ]);
    for (const { candidates } of bands) {
      expect(Math.abs(candidates['hourglass']! - 100)).toBeLessThanOrEqual(5);
      expect(Math.abs(candidates['conventional']! - 100)).toBeLessThanOrEqual(5);
    }
  });

  test('leave the mean of an empty band open, and put what lies below the range in a band of its own.', () => {
    // 100-10-1 has 158,800 parameters, 60-10-1 has 95,280, 300-10-1 has 476,400.
    const candidates = [
      candidateOf(100, 10, 1),
      candidateOf(60, 10, 1),
      candidateOf(300, 10, 1),
      candidateOf(300, 301, 1),
    ];
    const bands = bandsOf(candidates, parseBudget('100k..1.6M'), dimensions, 4);
    expect(bands.map(({ params: { lowest, highest } }) => [Math.round(lowest), Math.round(highest)])).toEqual([
      [0, 100_000],
      [100_000, 200_000],
      [200_000, 400_000],
      [400_000, 800_000],
      [800_000, 1_600_000],
    ]);
    expect(bands.map((band) => [band.candidates.hourglass, band.candidates.conventional])).toEqual([
      [1, 0],
      [1, 0],
      [0, 0],
      [1, 1],
      [0, 0],
    ]);
    expect(bands.map((band) => band.meanMultiplyAddsPerImage)).toEqual([
      95_280,
      158_800,
      null,
      (476_400 + 300 * 1568 + 2 * 300 * 301) / 2,
      null,
    ]);
  });
});

function candidateOf(skipWidth: number, bottleneckWidth: number, depth: number): Candidate {
  const arch = {
    skipWidth,
    bottleneckWidth,
    depth,
    inputProjection: 'trainable',
    outputProjection: 'trainable',
  } as const;
  return { arch, pair: 0, size: 1568 * skipWidth + 2 * depth * skipWidth * bottleneckWidth };
}
