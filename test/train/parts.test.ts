/** Trainings in parts: each ends at an epoch that it is asked to end with, and the next goes on from there. */
import { mkdtempSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { Run } from '../../src/run/run.js';
import type { RunSpec } from '../../src/run/spec.js';
import { trainRun } from '../../src/train/train.js';
import { smallTaskFolder } from './small-task.js';

const { folder: data, task } = await smallTaskFolder('parts');

const specOf = (engine: string): RunSpec => ({
  ...{ task, engine },
  arch: { skipWidth: 16, bottleneckWidth: 5, depth: 2, inputProjection: 'trainable', outputProjection: 'trainable' },
  recipe: {
    ...{ epochs: 3, batchSize: 10, learningRate: 3e-3, learningRateStep: 'step', weightDecay: 0.01, flips: 1 },
    ...{ seed: 1, replicate: 0 },
  },
});
const untimed = (run: Run) => ({ ...run, timing: null });

test.each(['onnx-cpu', 'tfjs-cpu'])(
  'A training in parts comes to the bits of one that is whole: %s.',
  async (engine) => {
    const whole = await trainRun(specOf(engine), { dataFolder: data });
    // That it goes on is what was asked for, and no news.
    const options = {
      dataFolder: data,
      checkpoints: mkdtempSync(path.join(data, 'checkpoints-')),
      onNote: () => expect.fail('expected no note'),
    };
    // At last it has come as far already.
    const parts = [
      [1, 1],
      [2, 2],
      [1, 2],
    ] as const;
    for (const [untilEpoch, epochs] of parts) {
      const part = await trainRun(specOf(engine), { ...options, untilEpoch });
      expect(part).toMatchObject({ key: whole.key, state: 'stopped', reason: `after epoch ${epochs} of 3` });
      expect(part.curve).toEqual(whole.curve.slice(0, epochs));
    }
    expect(untimed(await trainRun(specOf(engine), { ...options, untilEpoch: 3 }))).toEqual(untimed(whole));
  },
);

test('Parts between which time has passed count as one piece that ends when the last one does.', async () => {
  const spec = specOf('onnx-cpu');
  const options = { dataFolder: data, checkpoints: mkdtempSync(path.join(data, 'checkpoints-')) };
  const first = await trainRun(spec, { ...options, untilEpoch: 1 });
  const between = Date.parse(first.timing!.startedAt) + first.timing!.durationMs + 300;
  while (Date.now() < between) await new Promise((resolve) => setTimeout(resolve, 10));
  const last = await trainRun(spec, { ...options, untilEpoch: 3 });
  expect(last.timing!.durationMs).toBeGreaterThanOrEqual(first.timing!.durationMs);
  expect(Date.parse(last.timing!.startedAt) + first.timing!.durationMs).toBeGreaterThanOrEqual(between - 1);
});
