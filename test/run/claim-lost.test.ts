import { cp, mkdtemp, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { exitCodes, type UserError } from '../../src/base/errors.js';
import { requireClaim, whileClaimed } from '../../src/run/claim.js';

let root: string;
let folder: string;

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'hgmlp-claim-'));
  folder = path.join(root, 'study');
  await mkdir(folder);
});
afterEach(() => rm(root, { recursive: true }));

const refused: unknown = expect.objectContaining({ name: 'UserError', exitCode: exitCodes.stoppedResumable });

describe('a claim is lost, which its process is told in a line with exit code 75,', () => {
  const lost = (change: (file: string) => Promise<unknown>) =>
    whileClaimed(folder, null, async ({ file, confirm }) => {
      await confirm();
      await requireClaim(file);
      await change(file);
      await expect(requireClaim(file)).rejects.toEqual(refused);
      await confirm();
    });
  const words = /^[^\n]*study: expected the folder that this process began to write into, got none or another [^\n]*$/;

  test.each<[string, (file: string) => Promise<unknown>]>([
    ['where another process took it away', (file) => rm(file)],
    ['where the folder was removed', () => rm(folder, { recursive: true })],
    ['where the folder was moved', () => rename(folder, path.join(root, 'moved'))],
    [
      'where another folder has taken its name',
      async () => {
        await rename(folder, path.join(root, 'moved'));
        await mkdir(folder);
      },
    ],
    [
      'where a file has taken its name',
      async () => {
        await rm(folder, { recursive: true });
        await writeFile(folder, '');
      },
    ],
  ])('%s', async (_, change) => {
    const error = await lost(change).catch((thrown: unknown) => thrown);
    expect(error).toEqual(refused);
    expect((error as UserError).message).toMatch(words);
  });

  test('where a copy of the folder has taken its name', async () => {
    const swapped = whileClaimed(folder, null, async ({ confirm }) => {
      await cp(folder, path.join(root, 'copy'), { recursive: true });
      await rm(folder, { recursive: true });
      await rename(path.join(root, 'copy'), folder);
      await confirm();
    });
    await expect(swapped).rejects.toEqual(refused);
  });

  test('also where what was done has failed for that in words of its own', async () => {
    const failing = whileClaimed(folder, null, async () => {
      await rm(folder, { recursive: true });
      await readFile(path.join(folder, 'runs.csv'));
    });
    await expect(failing).rejects.toThrow(words);
  });
});

describe('processes with shares of a folder', () => {
  test('do one after the other what only one may do', async () => {
    let inside = 0;
    const work = async () => {
      inside += 1;
      expect(inside).toBe(1);
      await sleep(100);
      inside -= 1;
      return 'done';
    };
    const shares = Array.from({ length: 6 }, (_, index) => `${index + 1}/6`);
    const ended = shares.map((share) => whileClaimed(folder, share, ({ alone }) => alone(work)));
    expect(await Promise.all(ended)).toEqual(shares.map(() => 'done'));
    expect(await readdir(folder)).toEqual([]);
  });
});
