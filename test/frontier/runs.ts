/** Runs made by hand for the tests of frontiers and reports. */
import type { Arch, Dimensions } from '../../src/arch/arch.js';
import { keyOf } from '../../src/run/key.js';
import type { FinishedRun, UnfinishedRun } from '../../src/run/run.js';
import type { Recipe, RunSpec } from '../../src/run/spec.js';

export const smallDimensions: Dimensions = { input: 10, output: 10 };

export interface HandMade {
  task?: string;
  arch?: Partial<Arch>;
  recipe?: Partial<Recipe>;
}

export function specOf({ task = 'mnist/denoising', arch = {}, recipe = {} }: HandMade): RunSpec {
  return {
    task,
    arch: {
      skipWidth: 12,
      bottleneckWidth: 4,
      depth: 1,
      inputProjection: 'trainable',
      outputProjection: 'trainable',
      ...arch,
    },
    recipe: {
      epochs: 3,
      batchSize: 128,
      learningRate: 0.001,
      learningRateStep: 'epoch',
      weightDecay: 0.01,
      flips: 1,
      seed: 1,
      replicate: 0,
      ...recipe,
    },
    engine: 'onnx-cpu',
  };
}

/** A finished run with the given PSNRs; its mean squared errors are those of the PSNRs. */
export function finished(handMade: HandMade, validationPsnrDb: number, testPsnrDb = validationPsnrDb): FinishedRun {
  const spec = specOf(handMade);
  const measurement = (psnrDb: number) => ({
    meanSquaredError: 10 ** (-psnrDb / 10),
    psnrDb,
    psnrOfMeanDb: psnrDb - 0.01,
  });
  return {
    key: keyOf(spec),
    spec,
    curve: [],
    timing: { startedAt: '2025-01-01T00:00:00.000Z', durationMs: 1_800_000, imagesPerSecond: 5000 },
    state: 'finished',
    validation: measurement(validationPsnrDb),
    test: { ...measurement(testPsnrDb), ssim: 0.9 },
  };
}

export function unfinished(handMade: HandMade, state: UnfinishedRun['state']): UnfinishedRun {
  const spec = specOf(handMade);
  return {
    key: keyOf(spec),
    spec,
    curve: [],
    timing: { startedAt: '2025-01-01T00:00:00.000Z', durationMs: 360_000, imagesPerSecond: null },
    state,
    reason: `${state} at epoch 1`,
  };
}
