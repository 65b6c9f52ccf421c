import { spawnSync } from 'node:child_process';
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { unfinishedName } from '../../src/base/unfinished.js';
import { writeTogether } from '../../src/study/staged-folders.js';

const windows = process.platform === 'win32';
let parent: string;

beforeEach(() => {
  parent = mkdtempSync(path.join(tmpdir(), 'hgmlp-staged-'));
  mkdirSync(path.join(parent, 'a'));
  writeFileSync(path.join(parent, 'a', 'old.txt'), 'old');
});
afterEach(() => rmSync(parent, { recursive: true }));

const writes = (name: string, does: () => Promise<void> = () => Promise.resolve()) => ({
  name,
  write: async (folder: string) => {
    await does();
    await writeFile(path.join(folder, 'new.txt'), name);
  },
});
const never = new AbortController().signal;

describe('folders that come into being together', () => {
  test('replace those of their names, and leave nothing else', async () => {
    await writeTogether({ parent, folders: [writes('a'), writes('b')], signal: never });
    expect(readdirSync(parent).toSorted()).toEqual(['a', 'b']);
    expect(readdirSync(path.join(parent, 'a'))).toEqual(['new.txt']);
    expect(readFileSync(path.join(parent, 'b', 'new.txt'), 'utf8')).toBe('b');
  });

  test('are not there at all where the disk is full in the middle', async () => {
    const full = () => Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' }));
    const folders = [writes('a'), writes('b', full)];
    await expect(writeTogether({ parent, folders, signal: never })).rejects.toThrow(/the disk is full/);
    expect(readdirSync(parent)).toEqual(['a']);
    expect(readdirSync(path.join(parent, 'a'))).toEqual(['old.txt']);
  });

  test('stand as before where the last of them cannot take its place', async () => {
    writeFileSync(path.join(parent, 'b'), 'a file');
    const vanishing = { name: 'b', write: (folder: string) => rm(folder, { recursive: true }) };
    await expect(writeTogether({ parent, folders: [writes('a'), vanishing], signal: never })).rejects.toThrow();
    expect(readdirSync(path.join(parent, 'a'))).toEqual(['old.txt']);
    expect(readFileSync(path.join(parent, 'b'), 'utf8')).toBe('a file');
    expect(readdirSync(parent).toSorted()).toEqual(['a', 'b']);
  });

  test('are not made once the signal was given', async () => {
    const controller = new AbortController();
    const folders = [writes('a', () => Promise.resolve(controller.abort())), writes('b')];
    await expect(writeTogether({ parent, folders, signal: controller.signal })).rejects.toThrow('nothing was written');
    expect(readdirSync(path.join(parent, 'a'))).toEqual(['old.txt']);
    expect(readdirSync(parent)).toEqual(['a']);
  });

  test('stand as before, name by name, where a later one cannot be put in place', async () => {
    mkdirSync(path.join(parent, 'b'));
    writeFileSync(path.join(parent, 'b', 'old.txt'), 'old');
    const vanishing = { name: 'b', write: (folder: string) => rm(folder, { recursive: true }) };
    await expect(
      writeTogether({ parent, folders: [writes('a'), writes('c'), vanishing], signal: never }),
    ).rejects.toThrow();
    expect(readdirSync(parent).toSorted()).toEqual(['a', 'b']);
    for (const name of ['a', 'b']) expect(readdirSync(path.join(parent, name))).toEqual(['old.txt']);
  });

  test('keep claims and what every folder may hold, and stay the folders that they are', async () => {
    const stays = ['.gitkeep', 'claim-1.json', 'lost+found'];
    for (const name of stays) writeFileSync(path.join(parent, 'a', name), 'left');
    const { ino } = statSync(path.join(parent, 'a'));
    await writeTogether({ parent, folders: [writes('a')], signal: never });
    expect(readdirSync(path.join(parent, 'a')).toSorted()).toEqual([...stays, 'new.txt'].toSorted());
    expect(statSync(path.join(parent, 'a')).ino).toBe(ino);
  });

  test.skipIf(windows)('stand where links lead, also ones that lead nowhere yet, and the links stay', async () => {
    symlinkSync('a', path.join(parent, 'link'));
    symlinkSync(path.join('far', 'off'), path.join(parent, 'dangling'));
    await writeTogether({ parent, folders: [writes('link'), writes('dangling')], signal: never });
    expect(readdirSync(parent).toSorted()).toEqual(['a', 'dangling', 'far', 'link']);
    for (const link of ['link', 'dangling']) {
      expect(lstatSync(path.join(parent, link)).isSymbolicLink()).toBe(true);
      expect(readdirSync(path.join(parent, link))).toEqual(['new.txt']);
    }
    expect(readdirSync(path.join(parent, 'a'))).toEqual(['new.txt']);
  });

  test.skipIf(windows)('that are linked away inside are rid of the links alone', async () => {
    mkdirSync(path.join(parent, 'elsewhere'));
    writeFileSync(path.join(parent, 'elsewhere', 'keep.txt'), 'keep');
    symlinkSync('../elsewhere', path.join(parent, 'a', 'log'));
    symlinkSync('../elsewhere/keep.txt', path.join(parent, 'a', 'new.txt'));
    await writeTogether({ parent, folders: [writes('a')], signal: never });
    expect(readdirSync(path.join(parent, 'a'))).toEqual(['new.txt']);
    expect(readFileSync(path.join(parent, 'elsewhere', 'keep.txt'), 'utf8')).toBe('keep');
  });

  test.skipIf(process.platform !== 'linux')('are refused in a line where a file system takes none', async () => {
    await expect(writeTogether({ parent: '/proc', folders: [writes('b')], signal: never })).rejects.toMatchObject({
      exitCode: 2,
      message:
        'cannot write to /proc: the file system there takes no such file or folder; choose a folder on another one',
    });
  });

  test('never take the place of one that came into being meanwhile', async () => {
    const meanwhile = () => {
      mkdirSync(path.join(parent, 'b'));
      writeFileSync(path.join(parent, 'b', 'theirs.txt'), 'theirs');
      return Promise.resolve();
    };
    const written = writeTogether({ parent, folders: [writes('a'), writes('b', meanwhile)], signal: never });
    await expect(written).rejects.toMatchObject({
      exitCode: 75,
      message: expect.stringContaining('came into being meanwhile; run the same command again') as unknown,
    });
    expect(readdirSync(path.join(parent, 'a'))).toEqual(['old.txt']);
    expect(readdirSync(path.join(parent, 'b'))).toEqual(['theirs.txt']);
    expect(readdirSync(parent).toSorted()).toEqual(['a', 'b']);
  });

  test('take away what dead processes left, and leave alone what one on another machine writes', async () => {
    const dead = spawnSync(process.execPath, ['--version']).pid;
    const own = unfinishedName('.hgmlp-unfinished');
    const ofDead = own.replace(`.${process.pid}.`, `.${dead}.`);
    const elsewhere = `.hgmlp-unfinished.elsewhere.${dead}.1f.tmp`;
    for (const place of [parent, path.join(parent, 'a')]) {
      for (const name of [own, ofDead, elsewhere]) mkdirSync(path.join(place, name));
    }
    await writeTogether({ parent, folders: [writes('b')], signal: never });
    expect(readdirSync(parent).toSorted()).toEqual([elsewhere, own, 'a', 'b'].toSorted());
    expect(readdirSync(path.join(parent, 'a')).length).toBe(4);
  });
});
