/** What trainings say of the time that they took, where the time of day is set, and where a checkpoint says what cannot be. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Stopped } from '../../src/base/errors.js';
import { checkpointFile, decodeCheckpoint, encodeCheckpoint, type Checkpoint } from '../../src/run/checkpoint.js';
import { keyOf } from '../../src/run/key.js';
import type { RunSpec } from '../../src/run/spec.js';
import { trainPack, type PackOptions } from '../../src/train/train.js';
import { smallTaskFolder } from './small-task.js';

const noon = '2026-01-01T12:00:00.000Z';
const hourMs = 3_600_000;

const { folder: data, task } = await smallTaskFolder('times');
let checkpoints: string;
beforeEach(() => {
  checkpoints = mkdtempSync(path.join(data, 'checkpoints-'));
  vi.useFakeTimers({ toFake: ['Date'], now: Date.parse(noon) });
});
afterEach(() => void vi.useRealTimers());

const specOf = (): RunSpec => ({
  ...{ task, engine: 'onnx-cpu' },
  arch: { skipWidth: 16, bottleneckWidth: 5, depth: 2, inputProjection: 'trainable', outputProjection: 'trainable' },
  recipe: {
    ...{ epochs: 3, batchSize: 10, learningRate: 3e-3, learningRateStep: 'step', weightDecay: 0.01, flips: 1 },
    ...{ seed: 1, replicate: 0 },
  },
});
const train = async (options: PackOptions = {}) => (await trainPack([specOf()], { dataFolder: data, ...options }))[0]!;
const file = () => checkpointFile(checkpoints, [keyOf(specOf())]);

/** What is saved of a training that is stopped in its second epoch. */
async function stopped(options: PackOptions = {}): Promise<Checkpoint> {
  let epochs = 0;
  const stop = {
    get aborted() {
      return epochs > 0;
    },
  };
  const training = train({ ...options, checkpoints, stop, onEpoch: () => (epochs += 1) });
  await expect(training).rejects.toBeInstanceOf(Stopped);
  return decodeCheckpoint(readFileSync(file())) as Checkpoint;
}

test('A training during which the time of day is set back or forth takes the time that passed.', async () => {
  for (const setTo of ['2026-01-01T11:00:00.000Z', '2026-02-01T00:00:00.000Z']) {
    const startedMs = performance.now();
    const { timing } = await train({ onEpoch: () => vi.setSystemTime(setTo) });
    expect(timing!.durationMs).toBeGreaterThanOrEqual(0);
    expect(timing!.durationMs).toBeLessThanOrEqual(performance.now() - startedMs + 1);
    expect(Object.keys(timing!)).toEqual(['startedAt', 'durationMs', 'imagesPerSecond']);
    vi.setSystemTime(noon);
  }
});

test('Each part of a training is told on the clock of its study, though the time of day is set back.', async () => {
  const [first] = (await stopped({ studyStartedMs: 0 })).spans!;
  expect([first![0], first![1] > 0]).toEqual([0, true]);
  vi.setSystemTime(Date.parse(noon) - hourMs);
  const { timing } = await train({ checkpoints, studyStartedMs: 90_000 });
  expect(timing!.startedAt).toBe(noon);
  expect(timing!.spans).toEqual([first, [90_000, expect.any(Number)]]);
  const lengthMs = timing!.spans!.reduce((sum, [fromMs, toMs]) => sum + toMs - fromMs, 0);
  expect(Math.abs(lengthMs - timing!.durationMs)).toBeLessThan(3);
});

test('Parts that an older release saved count as one that ends where the next begins.', async () => {
  const saved = await stopped();
  expect(saved.spans).toBeUndefined();
  writeFileSync(file(), encodeCheckpoint({ ...saved, elapsedMs: 700 }));
  const { timing } = await train({ checkpoints, studyStartedMs: 90_000 });
  expect(timing!.spans).toEqual([
    [89_300, 90_000],
    [90_000, expect.any(Number)],
  ]);
});

test.each<[string, Partial<Record<keyof Checkpoint, unknown>>]>([
  ['began at no time of day', { startedAt: 'yesterday' }],
  ['began in the future', { startedAt: '9999-01-01T00:00:00.000Z' }],
  ['has no beginning', { startedAt: null }],
  ['took less than nothing', { elapsedMs: -hourMs, trainingMs: -hourMs }],
  ['took thousands of years', { elapsedMs: 1e14, trainingMs: 1e14 }],
  ['took what is no number', { elapsedMs: null, trainingMs: 'NaN', spans: 'all' }],
])('A training whose checkpoint %s goes on from it, and counts from there.', async (_, times) => {
  const whole = await train();
  writeFileSync(file(), encodeCheckpoint({ ...(await stopped()), ...(times as Partial<Checkpoint>) }));
  vi.setSystemTime(Date.parse(noon) + hourMs);
  const notes: string[] = [];
  const { timing, ...run } = await train({ checkpoints, studyStartedMs: 500, onNote: (text) => notes.push(text) });
  expect(notes).toEqual([expect.stringMatching(/ goes on from epoch 2 of 3/)]);
  expect({ ...run, timing: null }).toEqual({ ...whole, timing: null });
  expect(Date.parse(timing!.startedAt)).toBe(Date.parse(noon) + hourMs);
  expect(timing!.durationMs).toBeLessThan(hourMs);
  expect(timing!.imagesPerSecond).toBeGreaterThan(0);
  expect(timing!.spans!.at(-1)![0]).toBe(500);
});
