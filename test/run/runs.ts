import { keyOf } from '../../src/run/key.js';
import type { FinishedRun, UnfinishedRun } from '../../src/run/run.js';
import type { RunSpec } from '../../src/run/spec.js';

/** A spec like any other; `replicate` tells one from another. */
export function specOf(replicate = 0): RunSpec {
  return {
    task: 'mnist/denoising',
    arch: { skipWidth: 40, bottleneckWidth: 8, depth: 2, inputProjection: 'trainable', outputProjection: 'trainable' },
    recipe: {
      epochs: 1,
      batchSize: 128,
      learningRate: 1e-3,
      learningRateStep: 'epoch',
      weightDecay: 0.01,
      flips: 1,
      seed: 1,
      replicate,
    },
    engine: 'onnx-cpu',
  };
}

const timing = { startedAt: '2026-01-01T00:00:00.000Z', durationMs: 1200, imagesPerSecond: 50_000 };
const validation = { meanSquaredError: 0.004, psnrDb: 24, psnrOfMeanDb: 23.98 };

export function finishedRun(replicate = 0): FinishedRun {
  const spec = specOf(replicate);
  const curve = [{ epoch: 1, learningRate: 1e-3, trainLoss: 0.01, validation }];
  return { key: keyOf(spec), spec, state: 'finished', curve, validation, test: { ...validation, ssim: 0.9 }, timing };
}

export function failedRun(replicate = 0): UnfinishedRun {
  const spec = specOf(replicate);
  return { key: keyOf(spec), spec, state: 'failed', reason: 'no memory', curve: [], timing };
}
