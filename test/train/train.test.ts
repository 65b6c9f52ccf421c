import { describe, expect, test } from 'vitest';
import { UserError } from '../../src/base/errors.js';
import { pixelsOf } from '../../src/data/images.js';
import { openMnist } from '../../src/data/mnist.js';
import { openTask } from '../../src/data/task-data.js';
import { keyOf } from '../../src/run/key.js';
import type { EpochRecord, EvaluationSet, FinishedRun } from '../../src/run/run.js';
import type { Recipe, RunSpec } from '../../src/run/spec.js';
import { cellAt, type SampleRow } from '../../src/run/sample-sheet.js';
import { openNetwork } from '../../src/train/network.js';
import { learningRateAt } from '../../src/train/schedule.js';
import { trainRun, type TrainRunOptions } from '../../src/train/train.js';
import { stepOnce } from '../engine/single.js';
import { decode } from '../base/decode.js';
import { smallTaskFolder } from './small-task.js';

const { folder, task } = await smallTaskFolder('train');

const recipe: Recipe = {
  epochs: 2,
  batchSize: 512,
  learningRate: 3e-3,
  learningRateStep: 'epoch',
  weightDecay: 0.01,
  flips: 1,
  seed: 1,
  replicate: 0,
};
const spec: RunSpec = {
  task: 'mnist/denoising',
  arch: { skipWidth: 32, bottleneckWidth: 8, depth: 1, inputProjection: 'trainable', outputProjection: 'trainable' },
  recipe,
  engine: 'onnx-cpu',
};
/** The same network on a few small pictures. */
const smallSpec = (change: Partial<Recipe> = {}): RunSpec => ({
  ...spec,
  task,
  recipe: { ...recipe, batchSize: 20, ...change },
});
const trainSmall = (change: Partial<Recipe>, options: TrainRunOptions = {}) =>
  trainRun(smallSpec(change), { dataFolder: folder, ...options });

describe('one run', () => {
  test('on real MNIST learns, follows itself on validation after each epoch, and is measured on test at the end', async () => {
    const seen: EpochRecord[] = [];
    const sheets: Uint8Array[] = [];
    const run = await trainRun(spec, { onEpoch: (record) => seen.push(record), onSheet: (png) => sheets.push(png) });
    expect(run).toMatchObject({ state: 'finished', key: keyOf(spec), spec });
    if (run.state !== 'finished') return;
    expect(run.curve).toEqual(seen);
    expect(run.curve.map(({ epoch, learningRate }) => [epoch, learningRate])).toEqual([
      [1, 3e-3],
      [2, 1.5e-3],
    ]);
    expect(run.curve[1]!.trainLoss).toBeLessThan(run.curve[0]!.trainLoss);
    expect(run.validation).toEqual(run.curve[1]!.validation);
    // An untrained network is at about 6.5 dB, the noisy input itself at 14.8 dB.
    expect(run.test.psnrDb).toBeGreaterThan(15);
    expect(Math.abs(run.test.psnrDb! - run.validation.psnrDb!)).toBeLessThan(0.3);
    expect(run.test.ssim).toBeGreaterThan(0.4);

    expect(sheets.length).toBe(1);
    const { pixels, width } = await decode(sheets[0]!);
    const bytesOf = (row: SampleRow) => {
      const { left, top } = cellAt(row, 0, { width: 84, height: 84 });
      return Array.from({ length: 784 }, (_, index) => {
        return pixels[(top + 3 * Math.floor(index / 28)) * width + left + 3 * (index % 28)]!;
      });
    };
    const digit = [...pixelsOf((await openMnist()).test.images, 0)];
    expect(bytesOf('target')).toEqual(digit);
    const distance = (row: SampleRow) =>
      bytesOf(row).reduce((sum, byte, index) => sum + (byte - digit[index]!) ** 2, 0);
    expect(distance('prediction')).toBeLessThan(distance('input'));
  });

  test('gives the same numbers again, and others for another replicate', async () => {
    const [first, again, other] = [await trainSmall({}), await trainSmall({}), await trainSmall({ replicate: 1 })];
    expect(again.curve).toEqual(first.curve);
    expect(other.curve).not.toEqual(first.curve);
  });

  test.each<Partial<Recipe>>([
    { flips: 2, batchSize: 10, learningRateStep: 'epoch' },
    { flips: 4, batchSize: 25, learningRateStep: 'step', epochs: 1, weightDecay: 0 },
  ])('follows every knob of its recipe: %o', async (change) => {
    const changed = smallSpec(change);
    const run = await trainSmall(change);
    const data = await openTask(task, { folder });
    const network = await openNetwork([{ spec: changed, key: keyOf(changed) }], data);
    const { epochs, batchSize, flips, learningRate, learningRateStep } = changed.recipe;
    const steps = Math.ceil((48 * flips) / batchSize);
    for (let epoch = 0; epoch < epochs; epoch += 1) {
      let lossSum = 0;
      let step = 0;
      for (const batch of data.trainingBatches({ ...changed.recipe, runKey: keyOf(changed), epoch })) {
        const done = learningRateStep === 'step' ? (epoch + step / steps) / epochs : epoch / epochs;
        lossSum += batch.size * (await stepOnce(network, batch, learningRate * (1 - done)));
        step += 1;
      }
      expect(step).toBe(steps);
      expect(run.curve[epoch]!.trainLoss).toBeCloseTo(lossSum / (48 * flips), 12);
    }
    await network.dispose();
  });

  test('is measured on the validation images after each epoch, and on the test images at the end', async () => {
    const run = (await trainSmall({})) as FinishedRun;
    const data = await openTask(task, { folder });
    const network = await openNetwork([{ spec: smallSpec(), key: keyOf(smallSpec()) }], data);
    const meanSquaredErrorOn = async (set: EvaluationSet) => {
      let sum = 0;
      for await (const { lossSums } of network.evaluate(data.evaluationBatches(set), { outputs: false })) {
        sum += lossSums[0]!;
      }
      return sum / (6 * 144);
    };
    for (let epoch = 0; epoch < recipe.epochs; epoch += 1) {
      for (const batch of data.trainingBatches({ ...run.spec.recipe, runKey: run.key, epoch })) {
        await stepOnce(network, batch, learningRateAt(run.spec.recipe, epoch, 0, 1));
      }
      expect(run.curve[epoch]!.validation.meanSquaredError).toBeCloseTo(await meanSquaredErrorOn('validation'), 12);
    }
    expect(run.test.meanSquaredError).toBeCloseTo(await meanSquaredErrorOn('test'), 12);
    await network.dispose();
  });

  test('ends as diverged, with a reason, where the loss is not finite', async () => {
    const sheets: Uint8Array[] = [];
    const run = await trainSmall({ learningRate: 1e30 }, { onSheet: (png) => sheets.push(png) });
    expect(run).toMatchObject({ state: 'diverged', key: keyOf(smallSpec({ learningRate: 1e30 })) });
    expect(run.state !== 'finished' && run.reason).toMatch(/^(training|evaluation) loss .*not finite$/);
    expect(run).not.toHaveProperty('test');
    expect(sheets).toEqual([]);
  });

  test('refuses a network that cannot be', async () => {
    const arch = { ...spec.arch, inputProjection: 'none' as const };
    await expect(trainRun({ ...spec, arch })).rejects.toBeInstanceOf(UserError);
  });
});

describe('the learning rate', () => {
  test('falls linearly once per epoch and would be zero after the last', () => {
    const rates = [0, 1, 2, 3].map((epoch) => learningRateAt({ ...recipe, epochs: 4, learningRate: 1 }, epoch, 7, 10));
    expect(rates).toEqual([1, 0.75, 0.5, 0.25]);
  });

  test('falls at every step where the recipe says so', () => {
    const perStep: Recipe = { ...recipe, epochs: 2, learningRate: 1, learningRateStep: 'step' };
    expect([0, 1, 2, 3].map((step) => learningRateAt(perStep, 0, step, 4))).toEqual([1, 0.875, 0.75, 0.625]);
    expect(learningRateAt(perStep, 1, 3, 4)).toBe(0.125);
  });
});
