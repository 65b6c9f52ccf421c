/** Trainings that stop and go on; without timers, so that each stops where it is told to. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Refusal, Stopped } from '../../src/base/errors.js';
import { checkpointFile, decodeCheckpoint, encodeCheckpoint, type Checkpoint } from '../../src/run/checkpoint.js';
import { keyOf } from '../../src/run/key.js';
import type { EpochRecord, Run } from '../../src/run/run.js';
import type { Recipe, RunSpec } from '../../src/run/spec.js';
import { trainPack, type PackOptions } from '../../src/train/train.js';
import { smallTask } from './small-task.js';

/** 48 images: 5 steps an epoch, the last of 8. */
const recipe: Recipe = {
  epochs: 3,
  batchSize: 10,
  learningRate: 3e-3,
  learningRateStep: 'step',
  weightDecay: 0.01,
  flips: 1,
  seed: 1,
  replicate: 0,
};
/** Looks for a stop: before 5 steps and after the one batch of validation, 3 times, and after that of the test. */
const looks = 3 * 6 + 1;

let data: string;
const tasks = { denoising: '', 'super-resolution': '' };
beforeAll(async () => {
  data = mkdtempSync(path.join(tmpdir(), 'hgmlp-small-'));
  for (const kind of ['denoising', 'super-resolution'] as const) tasks[kind] = await smallTask(data, kind);
});
afterAll(() => rmSync(data, { recursive: true }));

let checkpoints: string;
beforeEach(() => {
  checkpoints = mkdtempSync(path.join(data, 'checkpoints-'));
});

const specOf = (
  change: Partial<Recipe> = {},
  kind: keyof typeof tasks = 'denoising',
  engine = 'onnx-cpu',
): RunSpec => ({
  task: tasks[kind],
  arch: {
    skipWidth: 16,
    bottleneckWidth: 5,
    depth: 2,
    inputProjection: kind === 'denoising' ? 'trainable' : 'fixed',
    outputProjection: 'trainable',
  },
  recipe: { ...recipe, ...change },
  engine,
});

/** A request to stop that is seen at the look after so many. */
function stopAfter(count: number): { readonly aborted: boolean } {
  let looked = 0;
  return {
    get aborted() {
      looked += 1;
      return looked > count;
    },
  };
}

const train = (specs: readonly RunSpec[], options: PackOptions = {}) =>
  trainPack(specs, { dataFolder: data, ...options });

/** The last part of a training that is asked to stop after so many looks in each part, and how many parts there were. */
async function inParts(specs: readonly RunSpec[], count: number, options: PackOptions = {}) {
  for (let parts = 1; ; parts += 1) {
    try {
      return { parts, runs: await train(specs, { checkpoints, stop: stopAfter(count), ...options }) };
    } catch (error) {
      if (!(error instanceof Stopped)) throw error;
    }
  }
}

const untimed = (runs: readonly Run[]) => runs.map((run) => ({ ...run, timing: null }));
const fileOf = (specs: readonly RunSpec[]) => checkpointFile(checkpoints, specs.map(keyOf));
const savedBy = (specs: readonly RunSpec[]) => decodeCheckpoint(readFileSync(fileOf(specs))) as Checkpoint;

describe('a training that stops', () => {
  test.each(['denoising', 'super-resolution'] as const)(
    'at any step, in a validation or in the test goes on to the bits of one that did not: %s',
    async (kind) => {
      const specs = [specOf({}, kind)];
      const whole = await train(specs);
      for (let count = 0; count < looks; count += 1) {
        await expect(train(specs, { checkpoints, stop: stopAfter(count) }), `${count}`).rejects.toBeInstanceOf(Stopped);
        // Nothing was done yet at the first look.
        expect(readdirSync(checkpoints)).toHaveLength(count === 0 ? 0 : 1);
        expect(untimed(await train(specs, { checkpoints })), `${count}`).toEqual(untimed(whole));
        rmSync(fileOf(specs), { force: true });
      }
      expect(untimed(await train(specs, { checkpoints, stop: stopAfter(looks) }))).toEqual(untimed(whole));
    },
  );

  test('again and again comes to the same bits, curve and sample sheet as one that did not', async () => {
    const specs = [specOf()];
    const sheets: Uint8Array[] = [];
    const onSheet = (_: number, png: Uint8Array) => sheets.push(png);
    const whole = await train(specs, { onSheet });
    const { parts, runs } = await inParts(specs, 2, { onSheet });
    expect(parts).toBeGreaterThan(5);
    expect(untimed(runs)).toEqual(untimed(whole));
    expect(sheets[1]).toEqual(sheets[0]);
  });

  test('says where it goes on, and tells the epochs before that again', async () => {
    const specs = [specOf()];
    const [whole] = await train(specs);
    const seen: EpochRecord[] = [];
    const notes: string[] = [];
    await expect(train(specs, { checkpoints, stop: stopAfter(6 + 2) })).rejects.toBeInstanceOf(Stopped);
    await train(specs, { checkpoints, onEpoch: (_, record) => seen.push(record), onNote: (text) => notes.push(text) });
    expect(seen).toEqual(whole!.curve);
    expect(notes).toEqual([
      expect.stringMatching(/16-5-2, lr 0.003, replicate 0 goes on from epoch 2 of 3, step 3 of 5$/),
    ]);
  });

  test('counts the time and the images of all its parts', async () => {
    const specs = [specOf()];
    await expect(train(specs, { checkpoints, stop: stopAfter(8) })).rejects.toBeInstanceOf(Stopped);
    const saved = savedBy(specs);
    expect(saved).toMatchObject({ epoch: 1, step: 2, images: 48 + 20 });
    const startedAt = '2026-01-01T00:00:00.000Z';
    writeFileSync(fileOf(specs), encodeCheckpoint({ ...saved, startedAt, elapsedMs: 1e7, trainingMs: 68_000 }));
    const [run] = await train(specs, { checkpoints });
    expect(run!.timing!.startedAt).toBe(startedAt);
    expect(run!.timing!.durationMs).toBeGreaterThan(1e7);
    // 144 images in 68 s and a moment.
    expect(run!.timing!.imagesPerSecond).toBe(2);
  });

  test('without a folder for checkpoints gives up and saves nothing', async () => {
    await expect(train([specOf()], { stop: stopAfter(8) })).rejects.toBeInstanceOf(Stopped);
    expect(readdirSync(checkpoints)).toEqual([]);
  });

  test('in a folder that cannot be written is refused, in one line and with what to do', async () => {
    const file = path.join(checkpoints, 'a file');
    writeFileSync(file, '');
    const refused = train([specOf()], { checkpoints: file, stop: stopAfter(8) });
    await expect(refused).rejects.toBeInstanceOf(Refusal);
    await expect(refused).rejects.toThrow(/cannot write to .*a file: expected a folder, got a file/);
  });
});

describe('a training that nobody stops', () => {
  test('saves at the ends of its epochs, once as much time has passed as it is told to leave', async () => {
    const specs = [specOf()];
    const positions: number[] = [];
    const onEpoch = () => {
      if (readdirSync(checkpoints).length > 0) positions.push(savedBy(specs).epoch);
    };
    await train(specs, { checkpoints, checkpointEveryMs: 0, onEpoch });
    // Told before the epoch is saved.
    expect(positions).toEqual([1, 2]);
    expect(savedBy(specs)).toMatchObject({ epoch: 3, step: 0, members: [{ curve: [{}, {}, {}], diverged: null }] });
    rmSync(fileOf(specs));
    await train(specs, { checkpoints, checkpointEveryMs: Infinity });
    expect(readdirSync(checkpoints)).toEqual([]);
  });

  test('that a kill ended goes on from the end of its last saved epoch', async () => {
    const specs = [specOf()];
    const whole = await train(specs);
    const killed = train(specs, {
      ...{ checkpoints, checkpointEveryMs: 0 },
      onEpoch(_, { epoch }) {
        if (epoch === 3) throw new Error('killed');
      },
    });
    await expect(killed).rejects.toThrow('killed');
    expect(savedBy(specs)).toMatchObject({ epoch: 2, step: 0 });
    expect(untimed(await train(specs, { checkpoints }))).toEqual(untimed(whole));
  });
});

describe('a pack that stops', () => {
  const engine = 'onnx-cpu-packed';

  test('goes on to the bits of one that did not, also where one of its runs has diverged before or is about to', async () => {
    const changes = [{}, { learningRate: 1e30 }, { learningRate: 1e-3 }, { learningRate: 1e15 }];
    const specs = changes.map((change) => specOf(change, 'denoising', engine));
    const whole = await train(specs);
    expect(whole.map(({ state }) => state)).toEqual(['finished', 'diverged', 'finished', 'diverged']);
    const { parts, runs } = await inParts(specs, 3);
    expect(parts).toBeGreaterThan(4);
    expect(untimed(runs)).toEqual(untimed(whole));
  });

  test('goes on with a projection that is multiplied beside it, too', async () => {
    const specs = [{}, { replicate: 1 }, { learningRate: 1e-3 }].map((change) =>
      specOf(change, 'super-resolution', engine),
    );
    const whole = await train(specs);
    const { runs } = await inParts(specs, 7);
    expect(untimed(runs)).toEqual(untimed(whole));
  });

  test('and comes again cut differently starts anew, without a word', async () => {
    const specs = [{}, { replicate: 1 }].map((change) => specOf(change, 'denoising', engine));
    await expect(train(specs, { checkpoints, stop: stopAfter(8) })).rejects.toBeInstanceOf(Stopped);
    const notes: string[] = [];
    const [run] = await train(specs.slice(1), { checkpoints, onNote: (text) => notes.push(text) });
    expect(run).toMatchObject({ state: 'finished', key: keyOf(specs[1]!) });
    expect(notes).toEqual([]);
  });
});

describe('a checkpoint that may not be used', () => {
  /** What is told when a training meets the checkpoint that `change` made; the training must be as one without it. */
  async function noteOf(change: (saved: Checkpoint) => Uint8Array): Promise<string> {
    const specs = [specOf()];
    const whole = await train(specs);
    await expect(train(specs, { checkpoints, stop: stopAfter(8) })).rejects.toBeInstanceOf(Stopped);
    writeFileSync(fileOf(specs), change(savedBy(specs)));
    const notes: string[] = [];
    const seen: number[] = [];
    const runs = await train(specs, {
      checkpoints,
      onNote: (text) => notes.push(text),
      onEpoch: (_, { epoch }) => seen.push(epoch),
    });
    expect(untimed(runs)).toEqual(untimed(whole));
    expect(seen).toEqual([1, 2, 3]);
    expect(notes).toHaveLength(1);
    expect(notes[0]!.startsWith(`${fileOf(specs)}: `)).toBe(true);
    expect(notes[0]!.endsWith('16-5-2, lr 0.003, replicate 0 starts anew')).toBe(true);
    return notes[0]!;
  }

  test('is told and left, and the training starts anew: cut off', async () => {
    expect(await noteOf((saved) => encodeCheckpoint(saved).subarray(0, -1))).toContain(': damaged or cut off; ');
  });

  test('is told and left, and the training starts anew: of a newer version', async () => {
    const newer = () => Buffer.from('hgmlp checkpoint 7\n');
    expect(await noteOf(newer)).toContain(': expected a checkpoint of version 1 or older, got 7; update hgmlp; ');
  });

  test.each<[string, (saved: Checkpoint) => Partial<Checkpoint>]>([
    ['more epochs than there are', ({ members }) => ({ epoch: 4, members })],
    ['a step past the end of its epoch', () => ({ step: 6 })],
    [
      'a step after the last epoch',
      ({ members: [only] }) => ({
        epoch: 3,
        members: [{ ...only!, curve: [...only!.curve, ...only!.curve, ...only!.curve] }],
      }),
    ],
    ['a curve that is too short', ({ members: [only] }) => ({ members: [{ ...only!, curve: [] }] })],
    ['a loss that is missing', ({ members: [only] }) => ({ members: [{ ...only!, lossSum: null }] })],
    ['an array too many', ({ arrays }) => ({ arrays: new Map([...arrays, ['more', new Float32Array(1)]]) })],
    ['an array too few', ({ arrays }) => ({ arrays: new Map([...arrays].slice(1)) })],
    [
      'an array that is too short',
      ({ arrays }) => ({ arrays: new Map([...arrays].map(([name, array]) => [name, array.subarray(1)])) }),
    ],
  ])('is told and left, and the training starts anew: %s', async (_, change) => {
    const note = await noteOf((saved) => encodeCheckpoint({ ...saved, ...change(saved) }));
    expect(note).toContain(': expected the checkpoint of such a training, got that of another; ');
  });
});
