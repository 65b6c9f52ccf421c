import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { writeTogether } from '../../src/cli/staged-folders.js';

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
});
