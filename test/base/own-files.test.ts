/** Files inside a folder that may have come from elsewhere. */
import { spawnSync } from 'node:child_process';
import { link, lstat, mkdir, mkdtemp, open, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isInPlace, replaceFile } from '../../src/base/files.js';

const windows = process.platform === 'win32';
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'hgmlp-own-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('replacing a file of ours', () => {
  const kinds: Record<string, (file: string, victim: string) => Promise<unknown>> = {
    'a link': (file, victim) => symlink(victim, file),
    'a link that leads nowhere': (file, victim) => symlink(`${victim}.none`, file),
    'a link to itself': (file) => symlink(path.basename(file), file),
    'a link to a device': (file) => symlink('/dev/full', file),
    'another name of a file': (file, victim) => link(victim, file),
    'a pipe': (file) => Promise.resolve(spawnSync('mkfifo', [file])),
  };

  test.skipIf(windows).each(Object.keys(kinds))(
    'writes nothing elsewhere where %s stands in its place',
    async (kind) => {
      const victim = path.join(folder, 'victim');
      const inside = path.join(folder, 'results');
      await mkdir(inside);
      await writeFile(victim, 'keep');
      const file = path.join(inside, 'frontier.svg');
      await kinds[kind]!(file, victim);
      await replaceFile(file, 'new');
      expect(await readFile(victim, 'utf8')).toBe('keep');
      expect((await lstat(file)).isFile()).toBe(true);
      expect(await readFile(file, 'utf8')).toBe('new');
      expect((await readdir(folder)).toSorted()).toEqual(['results', 'victim']);
      expect(await readdir(inside)).toEqual(['frontier.svg']);
    },
  );
});

describe('a file that is open', () => {
  test('is in its place until it, or a folder around it, is moved, removed or replaced', async () => {
    const inside = path.join(folder, 'log');
    const file = path.join(inside, 'writer');
    await mkdir(inside);
    const handle = await open(file, 'wx');
    try {
      expect(await isInPlace(file, handle)).toBe(true);
      await rename(inside, path.join(folder, 'moved'));
      expect(await isInPlace(file, handle)).toBe(false);
      await mkdir(inside);
      await writeFile(file, '');
      expect(await isInPlace(file, handle)).toBe(false);
      await rm(inside, { recursive: true });
      await writeFile(inside, 'a file');
      expect(await isInPlace(file, handle)).toBe(false);
      await rm(inside);
      await rename(path.join(folder, 'moved'), inside);
      expect(await isInPlace(file, handle)).toBe(true);
    } finally {
      await handle.close();
    }
  });
});
