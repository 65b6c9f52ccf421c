import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { UserError } from '../../src/base/errors.js';
import {
  checkpointFile,
  decodeCheckpoint,
  encodeCheckpoint,
  readCheckpoint,
  removeCheckpoint,
  removeOverCheckpoints,
  saveCheckpoint,
  stoppedTrainings,
  type Checkpoint,
} from '../../src/run/checkpoint.js';
import { finishedRun } from './runs.js';

const { curve } = finishedRun();
const checkpoint: Checkpoint = {
  keys: ['run a', 'run b'],
  epoch: 1,
  step: 3,
  members: [
    { curve, diverged: null, lossSum: 1 / 3 },
    { curve: [], diverged: 'training loss at epoch 1, step 2 is not finite', lossSum: null },
  ],
  startedAt: '2026-01-01T00:00:00.000Z',
  elapsedMs: 1200.5,
  images: 6400,
  trainingMs: 1000.25,
  arrays: new Map([
    ['weights', Float32Array.of(1, -0, 1.1754944e-38, 3.4028235e38, 1e-45)],
    ['none', new Float32Array(0)],
    ['moments', Float32Array.of(NaN, Infinity, -Infinity)],
  ]),
};
const bytes = encodeCheckpoint(checkpoint);

/** The bytes with other text in front of the checksum, which is made anew. */
function resealed(change: (text: string) => string): Uint8Array {
  const changed = Buffer.from(change(Buffer.from(bytes).toString('latin1', 0, bytes.length - 32)), 'latin1');
  return Buffer.concat([changed, createHash('sha256').update(changed).digest()]);
}

const damaged = { problem: 'damaged or cut off' };

describe('a checkpoint', () => {
  test('comes back as it was, every bit of its arrays included', () => {
    const decoded = decodeCheckpoint(bytes) as Checkpoint;
    expect(decoded).toEqual(checkpoint);
    for (const [name, array] of checkpoint.arrays) {
      expect(Buffer.from(decoded.arrays.get(name)!.buffer)).toEqual(Buffer.from(array.buffer));
    }
    expect(Buffer.from(encodeCheckpoint(decoded)).equals(bytes)).toBe(true);
  });

  test('comes back from the middle of other bytes, wherever they begin', () => {
    const around = new Uint8Array(bytes.length + 5);
    around.set(bytes, 3);
    expect(decodeCheckpoint(around.subarray(3, 3 + bytes.length))).toEqual(checkpoint);
  });

  test('is refused wherever it was cut off, and with more behind it', () => {
    for (let length = 0; length < bytes.length; length += 1) {
      expect(decodeCheckpoint(bytes.subarray(0, length)), `${length} bytes`).toHaveProperty('problem');
    }
    expect(decodeCheckpoint(Buffer.concat([bytes, Buffer.alloc(1)]))).toEqual(damaged);
  });

  test('is refused with any byte altered', () => {
    for (let place = 0; place < bytes.length; place += 1) {
      for (const flip of [1, 128, 255]) {
        const altered = Uint8Array.from(bytes);
        altered[place]! ^= flip;
        expect(decodeCheckpoint(altered), `byte ${place}`).toHaveProperty('problem');
      }
    }
  });

  test('of a newer version says so, whatever follows', () => {
    const problem = 'expected a checkpoint of version 1 or older, got 2; update hgmlp';
    expect(decodeCheckpoint(Buffer.from('hgmlp checkpoint 2\nanything'))).toEqual({ problem });
    expect(decodeCheckpoint(resealed((text) => text.replace('checkpoint 1', 'checkpoint 2')))).toEqual({ problem });
  });

  test.each([
    ['a file of something else', () => Buffer.from('PNG'), 'expected a checkpoint of hgmlp, got something else'],
    ['version 0', () => resealed((text) => text.replace('checkpoint 1', 'checkpoint 0')), damaged.problem],
    ['no JSON', () => resealed((text) => text.replace('{"keys"', '["keys"')), damaged.problem],
    ['a count that is none', () => resealed((text) => text.replace('"images":6400', '"images":"64"')), damaged.problem],
    ['a curve that is none', () => resealed((text) => text.replace('Loss":0.01', 'Loss":"01"')), damaged.problem],
    ['more runs than members', () => resealed((text) => text.replace('"run a"', '"a","b"')), damaged.problem],
    [
      'longer arrays than there is',
      () => resealed((text) => text.replace('"length":5', '"length":6')),
      damaged.problem,
    ],
    ['two arrays of a name', () => resealed((text) => text.replace('moments', 'weights')), damaged.problem],
  ])('with a sound checksum is refused with %s', (_, make, problem) => {
    expect(decodeCheckpoint(make())).toEqual({ problem });
  });
});

describe('the folder of checkpoints', () => {
  let folder: string;
  beforeEach(async () => (folder = path.join(await mkdtemp(path.join(tmpdir(), 'hgmlp-checkpoints-')), 'made')));
  afterEach(() => rm(path.dirname(folder), { recursive: true }));

  test('is made with the first, and gives each to the pack it is of', async () => {
    expect(await readCheckpoint(folder, checkpoint.keys)).toBeNull();
    await saveCheckpoint(folder, checkpoint);
    expect(await readdir(folder)).toEqual([path.basename(checkpointFile(folder, checkpoint.keys))]);
    expect(path.basename(checkpointFile(folder, checkpoint.keys))).toMatch(/^[0-9a-f]{24}\.checkpoint$/);
    expect(await readCheckpoint(folder, checkpoint.keys)).toEqual(checkpoint);
    expect(await readCheckpoint(folder, ['run b', 'run a'])).toBeNull();
    expect(await readCheckpoint(folder, ['run a'])).toBeNull();
  });

  test('keeps the last of a pack alone', async () => {
    await saveCheckpoint(folder, checkpoint);
    await saveCheckpoint(folder, { ...checkpoint, step: 4 });
    expect(await readdir(folder)).toHaveLength(1);
    expect(await readCheckpoint(folder, checkpoint.keys)).toMatchObject({ step: 4 });
  });

  test('does not give the checkpoint of others under the name of a pack', async () => {
    await saveCheckpoint(folder, checkpoint);
    await writeFile(checkpointFile(folder, ['run c']), bytes);
    expect(await readCheckpoint(folder, ['run c'])).toEqual({
      problem: 'expected the checkpoint of these runs, got that of others',
    });
  });

  test('gives a problem, and no error, for what cannot be read', async () => {
    await mkdir(checkpointFile(folder, ['run c']), { recursive: true });
    expect(await readCheckpoint(folder, ['run c'])).toEqual({ problem: 'expected a file, got something else' });
  });

  test('that cannot be written is a UserError', async () => {
    await writeFile(folder, 'a file');
    await expect(saveCheckpoint(folder, checkpoint)).rejects.toBeInstanceOf(UserError);
  });

  test('is not made again with the folder around it, where that has gone', async () => {
    await expect(saveCheckpoint(path.join(folder, 'checkpoints'), checkpoint)).rejects.toBeInstanceOf(UserError);
    expect(await readdir(path.dirname(folder))).toEqual([]);
  });

  test.skipIf(process.platform === 'win32')('is looked through without waiting for a pipe in it', async () => {
    await saveCheckpoint(folder, checkpoint);
    execFileSync('mkfifo', [path.join(folder, `${'0'.repeat(24)}.checkpoint`)]);
    expect((await stoppedTrainings(folder)).map(({ keys }) => keys)).toEqual([checkpoint.keys]);
  });

  test('loses a checkpoint with the parts that kills left of it, and no other', async () => {
    const other = { ...checkpoint, keys: ['run c', 'run d'] };
    for (const kept of [checkpoint, other]) await saveCheckpoint(folder, kept);
    await writeFile(`${checkpointFile(folder, checkpoint.keys)}.1234.tmp`, 'half');
    await removeCheckpoint(folder, checkpoint.keys);
    expect(await readdir(folder)).toEqual([path.basename(checkpointFile(folder, other.keys))]);
    await removeCheckpoint(path.join(folder, 'missing'), checkpoint.keys);
  });

  test('is rid of those with a run that is over, and keeps what is foreign or may be asked for', async () => {
    const packs = [['over', 'open'], ['open'], ['open', 'also over']];
    for (const keys of packs)
      await saveCheckpoint(folder, { ...checkpoint, keys, members: keys.map(() => checkpoint.members[0]!) });
    const misnamed = path.join(folder, `${'0'.repeat(24)}.checkpoint`);
    await writeFile(misnamed, await readFile(checkpointFile(folder, packs[0]!)));
    await writeFile(path.join(folder, 'torn.checkpoint'), 'hgmlp checkpoint 1\n');
    await removeOverCheckpoints(folder, (key) => key.includes('over'));
    const kept = [misnamed, checkpointFile(folder, ['open']), path.join(folder, 'torn.checkpoint')];
    expect((await readdir(folder)).toSorted()).toEqual(kept.map((file) => path.basename(file)).toSorted());
  });
});
