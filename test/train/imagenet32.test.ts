/** Training on files of ImageNet-32's form. */
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { initialWeights } from '../../src/arch/weights.js';
import type { Arch } from '../../src/arch/arch.js';
import { programOf } from '../../src/arch/families.js';
import { silentProgress } from '../../src/data/fetching.js';
import { fetchImagenet32, openImagenet32 } from '../../src/data/imagenet32.js';
import { dataRoot } from '../../src/data/root.js';
import { stepOnce } from '../engine/single.js';
import { openTask } from '../../src/data/task-data.js';
import { adamWDefaults } from '../../src/engine/engine.js';
import { openEngine } from '../../src/engine/engines.js';
import { hasPython, writePickles } from '../data/pickled.js';

const perFile = 6;
const counts = { train: 10 * perFile, heldOut: perFile };
const arch: Arch = {
  skipWidth: 8,
  bottleneckWidth: 4,
  depth: 1,
  inputProjection: 'trainable',
  outputProjection: 'trainable',
};

test.skipIf(!hasPython())('a network learns from them (skipped where there is no python3)', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'hgmlp-imagenet32-'));
  try {
    const target = path.join(folder, 'imagenet32');
    mkdirSync(target);
    writePickles(folder, perFile, { python: 'python3', numpy: false });
    const names = ['val_data', ...Array.from({ length: 10 }, (_, index) => `train_data_batch_${index + 1}`)];
    for (const name of names) cpSync(path.join(folder, 'numpy.core-protocol-2'), path.join(target, name));
    await fetchImagenet32(dataRoot(folder), { fresh: false, progress: silentProgress }, counts);
    const dataset = await openImagenet32(dataRoot(folder), counts);

    const data = await openTask('imagenet32/super-resolution?scale=4', { dataset });
    expect([data.trainingImages, data.task.dimensions]).toEqual([60, { input: 192, output: 3072 }]);
    const program = programOf(arch, data.task.dimensions);
    const engine = await openEngine('onnx-cpu');
    const model = await engine.open(program, [initialWeights(program, 'key')], { ...adamWDefaults, weightDecay: 0 });
    const losses: number[] = [];
    for (let epoch = 0; epoch < 3; epoch += 1) {
      const setting = { runKey: 'key', seed: 1, replicate: 0, epoch, batchSize: 32, flips: 4 } as const;
      for (const batch of data.trainingBatches(setting)) losses.push(await stepOnce(model, batch, 1e-3));
    }
    await model.dispose();
    expect(losses.length).toBe(3 * Math.ceil(240 / 32));
    expect(losses.at(-1)).toBeLessThan(losses[0]!);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
