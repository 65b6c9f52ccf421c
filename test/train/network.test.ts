import { describe, expect, test } from 'vitest';
import { programOf } from '../../src/arch/families.js';
import { initialWeights } from '../../src/arch/weights.js';
import { permutation, randomStream } from '../../src/base/random.js';
import { openTask, type TaskData, type TrainingBatch } from '../../src/data/task-data.js';
import { adamWDefaults } from '../../src/engine/engine.js';
import { openEngine } from '../../src/engine/engines.js';
import type { RunSpec } from '../../src/run/spec.js';
import { openNetwork } from '../../src/train/network.js';
import { evaluateOnce } from '../engine/single.js';

const arch = {
  skipWidth: 150,
  bottleneckWidth: 8,
  depth: 2,
  inputProjection: 'fixed',
  outputProjection: 'trainable',
} as const;

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array) => Buffer.from(buffer, byteOffset, byteLength);

function specOf(task: string, batchSize: number): RunSpec {
  const recipe = {
    epochs: 3,
    batchSize,
    learningRate: 3e-3,
    learningRateStep: 'epoch',
    weightDecay: 0.01,
    flips: 1,
    seed: 1,
    replicate: 0,
  } as const;
  return { task, arch, recipe, engine: 'onnx-cpu' };
}

/** The task with 300 training images, taken from those it is validated on. */
async function openSmallTask(task: string): Promise<TaskData> {
  const whole = await openTask(task);
  const trainingImages = 300;
  const pairs = whole.evaluationBatches('validation', trainingImages)[0]!;
  const rowsOf = (values: Float32Array, items: Uint32Array) => {
    const width = values.length / trainingImages;
    return Float32Array.from({ length: items.length * width }, (_, index) => {
      return values[items[Math.floor(index / width)]! * width + (index % width)]!;
    });
  };
  return {
    ...whole,
    trainingImages,
    *trainingBatches({ epoch, batchSize }): Generator<TrainingBatch, void, void> {
      const order = permutation(randomStream('order', epoch), trainingImages);
      for (let start = 0; start < trainingImages; start += batchSize) {
        const items = order.subarray(start, start + batchSize);
        yield { input: rowsOf(pairs.input, items), target: rowsOf(pairs.target, items), size: items.length, items };
      }
    },
  };
}

/** The same spec trained by a program that multiplies every batch itself. */
async function openWhole({ engine: name, recipe }: RunSpec, data: TaskData, runKey: string) {
  const program = programOf(arch, data.task.dimensions);
  const engine = await openEngine(name);
  const settings = { ...adamWDefaults, weightDecay: recipe.weightDecay };
  return engine.open(program, [initialWeights(program, runKey)], settings);
}

describe('a network whose fixed projection is multiplied beforehand', () => {
  test.each([
    ['mnist/super-resolution', 128],
    ['mnist/super-resolution', 32],
    ['mnist/generative-classification', 90],
    ['mnist/generative-classification', 512],
    ['mnist/denoising', 128],
  ])('gives bit for bit the numbers of the whole network on %s in batches of %i', async (task, batchSize) => {
    const spec = specOf(task, batchSize);
    const data = await openSmallTask(task);
    const [split, whole] = [await openNetwork([{ spec, key: 'a run' }], data), await openWhole(spec, data, 'a run')];
    // Later epochs read what the first has kept; the last batch of each is smaller.
    for (let epoch = 0; epoch < spec.recipe.epochs; epoch += 1) {
      const steps = [...data.trainingBatches({ ...spec.recipe, runKey: 'a run', epoch })].map((batch) => {
        return { ...batch, learningRates: [3e-3] };
      });
      const [ours, theirs] = [split.train(steps), whole.train(steps)];
      for await (const losses of ours) expect(losses).toEqual((await theirs.next()).value);
      expect((await theirs.next()).done).toBe(true);
    }
    const [first, last] = [data.evaluationBatches('test')[0]!, data.evaluationBatches('test').at(-1)!];
    for (const batch of [first, last, first]) {
      const { output, lossSum } = await evaluateOnce(split, batch);
      const expected = await evaluateOnce(whole, batch);
      expect(lossSum).toBe(expected.lossSum);
      // Vitest takes a second for so many numbers one by one.
      expect(bytesOf(output).equals(bytesOf(expected.output))).toBe(true);
    }
    await Promise.all([split.dispose(), whole.dispose()]);
  });
});
