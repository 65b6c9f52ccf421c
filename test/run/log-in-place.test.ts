/** A run log whose folder is moved, removed or replaced, or holds links, while it is written. */
import { link, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { exitCodes } from '../../src/base/errors.js';
import { openRunLog, readRunLog } from '../../src/run/log.js';
import { finishedRun } from './runs.js';

let root: string;
let folder: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'hgmlp-log-'));
  folder = path.join(root, 'study');
  await mkdir(folder);
});
afterEach(() => rm(root, { recursive: true }));

const moved = () => path.join(root, 'moved');
const refusal = {
  exitCode: exitCodes.stoppedResumable,
  message: expect.stringMatching(
    /^[^\n]*study: expected the folder that this process began to write into, got /,
  ) as unknown,
};

describe('a run is not counted', () => {
  test.each<[string, () => Promise<unknown>]>([
    ['was removed', () => rm(folder, { recursive: true })],
    ['was moved', () => rename(folder, moved())],
    [
      'was replaced by one that holds the same',
      async () => {
        await rename(folder, moved());
        await mkdir(path.join(folder, 'log'), { recursive: true });
        await writeFile(
          path.join(folder, 'log', 'writer-0001.jsonl'),
          await readFile(path.join(moved(), 'log', 'writer-0001.jsonl')),
        );
      },
    ],
    ['has lost its log', () => rm(path.join(folder, 'log'), { recursive: true })],
  ])('where the folder %s', async (_, change) => {
    const log = await openRunLog(folder);
    try {
      await log.append(finishedRun(0));
      await change();
      await expect(log.append(finishedRun(1))).rejects.toMatchObject(refusal);
      await expect(log.appendAll([finishedRun(2), finishedRun(3)])).rejects.toMatchObject(refusal);
    } finally {
      await log.close();
    }
  });

  test('but is not lost either, where the folder was moved', async () => {
    const log = await openRunLog(folder);
    await log.append(finishedRun(0));
    await rename(folder, moved());
    await log.append(finishedRun(1)).catch(() => undefined);
    await log.close();
    expect((await readRunLog(moved())).runs.size).toBe(2);
    expect(await readdir(root)).toEqual(['moved']);
  });
});

describe.skipIf(process.platform === 'win32')('links in a results folder', () => {
  test('take no run elsewhere, whatever stands in the place of a log', async () => {
    const victim = path.join(root, 'victim');
    await writeFile(victim, 'keep');
    await mkdir(path.join(folder, 'log'));
    const at = (number: number) => path.join(folder, 'log', `writer-000${number}.jsonl`);
    await symlink(victim, at(1));
    await symlink(`${victim}.none`, at(2));
    await symlink(path.basename(at(5)), at(5));
    await link(victim, at(6));
    for (const number of [1, 2, 5, 6]) await rename(at(number), `${at(number)}.kept`);
    const log = await openRunLog(folder);
    for (const number of [1, 2, 5, 6]) await rename(`${at(number)}.kept`, at(number));
    await log.append(finishedRun(0));
    await log.close();
    expect(await readFile(victim, 'utf8')).toBe('keep');
    expect((await readdir(root)).toSorted()).toEqual(['study', 'victim']);
    expect((await readFile(at(7), 'utf8')).split('\n').length).toBe(3);
  });

  test('are refused where one stands for the log itself', async () => {
    await mkdir(path.join(root, 'elsewhere'));
    await symlink('../elsewhere', path.join(folder, 'log'));
    const log = await openRunLog(folder);
    await expect(log.append(finishedRun(0))).rejects.toThrow('log: expected a folder, got a link');
    await log.close();
    expect(await readdir(path.join(root, 'elsewhere'))).toEqual([]);
  });
});
