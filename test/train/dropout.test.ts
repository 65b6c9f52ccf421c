/** Networks with dropout in training: what is dropped follows from the run's key and the step alone. */
import { mkdtempSync } from 'node:fs';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import type { Operation, Program, Value } from '../../src/arch/program.js';
import { openTask } from '../../src/data/task-data.js';
import type { Run } from '../../src/run/run.js';
import type { RunSpec } from '../../src/run/spec.js';
import { packedSteps } from '../../src/train/packed-steps.js';
import { trainRun } from '../../src/train/train.js';
import { smallTaskFolder } from './small-task.js';

const dropping = vi.hoisted(() => ({ rate: 0.25 }));

vi.mock(import('../../src/arch/families.js'), async (importOriginal) => {
  const original = await importOriginal();
  return { ...original, programOf: (...given) => withDropout(original.programOf(...given)) };
});

/** Drops a part of what the last product reads; nothing where the rate is 0. */
function withDropout(program: Program): Program {
  if (dropping.rate === 0) return program;
  const last = program.operations.findLastIndex(({ kind }) => kind === 'product');
  const operations = program.operations.flatMap((operation, place): Operation[] => {
    if (place !== last || operation.kind !== 'product') return [operation];
    const output: Value = { name: 'dropped', width: operation.input.width };
    return [
      { kind: 'dropout', rate: dropping.rate, input: operation.input, output },
      { ...operation, input: output },
    ];
  });
  return { ...program, operations };
}

const { folder: data, task } = await smallTaskFolder('dropout');

const specOf = (engine: string, replicate = 0): RunSpec => ({
  ...{ task, engine },
  arch: { skipWidth: 16, bottleneckWidth: 5, depth: 1, inputProjection: 'fixed', outputProjection: 'trainable' },
  recipe: {
    ...{ epochs: 3, batchSize: 10, learningRate: 3e-3, learningRateStep: 'step', weightDecay: 0.01, flips: 1 },
    ...{ seed: 1, replicate },
  },
});
const untimed = (run: Run) => ({ ...run, timing: null });

test.each(['onnx-cpu', 'onnx-cpu-packed', 'tfjs-cpu'])(
  'A training with dropout in parts comes to the bits of one that is whole: %s.',
  async (engine) => {
    const whole = await trainRun(specOf(engine), { dataFolder: data });
    const options = { dataFolder: data, checkpoints: mkdtempSync(path.join(data, 'checkpoints-')) };
    const part = await trainRun(specOf(engine), { ...options, untilEpoch: 1 });
    expect(part.curve).toEqual(whole.curve.slice(0, 1));
    expect(untimed(await trainRun(specOf(engine), options))).toEqual(untimed(whole));
  },
);

test('Steps have a seed for each run of the pack, its own in each step, and the same where the epoch goes on.', async () => {
  const opened = await openTask(task, { folder: data });
  const members = ['a', 'b'].map((key, replicate) => ({ key, spec: specOf('onnx-cpu-packed', replicate) }));
  const seedsOf = (epoch: number, firstStep = 0) =>
    [...packedSteps(opened, members, epoch, firstStep)].map(({ dropoutSeeds }) => dropoutSeeds!);
  const [first, second] = [seedsOf(0), seedsOf(1)];
  expect(first.map((seeds) => seeds.length)).toEqual([2, 2, 2, 2, 2]);
  expect(new Set([...first, ...second].flat()).size).toBe(20);
  expect(seedsOf(1, 3)).toEqual(second.slice(3));
});

test('Steps of a network without dropout have no seeds.', async () => {
  dropping.rate = 0;
  const opened = await openTask(task, { folder: data });
  const members = [{ key: 'a', spec: specOf('onnx-cpu') }];
  expect([...packedSteps(opened, members, 0)].every((step) => !('dropoutSeeds' in step))).toBe(true);
});
