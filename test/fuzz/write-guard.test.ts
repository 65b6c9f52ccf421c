import fs from 'node:fs';
import { mkdir, open, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeFileAtomically } from '../../src/base/files.js';
import { openWriteGuard, type WriteGuard } from './write-guard.js';

let root: string;
let guard: WriteGuard;
const at = (...names: string[]) => path.join(root, ...names);

beforeEach(() => {
  root = fs.mkdtempSync(path.join(tmpdir(), 'hgmlp-guard-'));
  fs.mkdirSync(at('inside'));
  fs.writeFileSync(at('file'), 'as it was');
  guard = openWriteGuard();
});
afterEach(() => {
  guard.close();
  fs.rmSync(root, { recursive: true });
});

test.each<[string, () => unknown]>([
  ['a file', () => writeFile(at('new'), '')],
  ['a file of ours, written whole or not at all', () => writeFileAtomically(at('new'), '')],
  ['an opened file', () => open(at('new'), 'w')],
  ['an opened file, by flags', () => fs.openSync(at('new'), fs.constants.O_CREAT | fs.constants.O_WRONLY)],
  ['a file, at once', () => fs.writeFileSync(at('new'), '')],
  ['the end of a file', () => fs.appendFileSync(at('file'), 'more')],
  ['a stream', () => fs.createWriteStream(at('new'))],
  ['a folder', () => mkdir(at('new', 'folder'), { recursive: true })],
  ['a name that leaves', () => rename(at('file'), at('inside', 'file'))],
  ['a name that arrives', () => rename(at('inside'), at('new'))],
  ['what goes', () => rm(at('file'))],
  ['a link', () => symlink('inside', at('new'))],
  ['a copy', () => fs.copyFileSync(at('file'), at('new'))],
  ['a path that leads out', () => writeFile(at('inside', '..', 'new'), '')],
  ['what the writer keeps to itself', () => writeFile(at('new'), '').catch(() => undefined)],
])('%s outside of the folder is told, and not written', async (_, write) => {
  await expect(guard.watch(at('inside'), () => Promise.resolve().then(write))).rejects.toThrow('a write outside of');
  expect(fs.readdirSync(root).toSorted()).toEqual(['file', 'inside']);
  expect(fs.readFileSync(at('file'), 'utf8')).toBe('as it was');
});

test.skipIf(process.platform === 'win32')('a link out of the folder does not hide where a file goes', async () => {
  fs.symlinkSync(root, at('inside', 'link'));
  await expect(guard.watch(at('inside'), () => writeFile(at('inside', 'link', 'new'), ''))).rejects.toThrow('outside');
});

test('the folder itself, what is in it, and reading anywhere are left alone', async () => {
  await guard.watch(at('inside'), async () => {
    await mkdir(at('inside', 'a', 'b'), { recursive: true });
    await writeFileAtomically(at('inside', 'a', 'c'), 'text');
    expect(await readFile(at('file'), 'utf8')).toBe('as it was');
  });
  expect(fs.readFileSync(at('inside', 'a', 'c'), 'utf8')).toBe('text');
  // Nobody watches any more.
  await writeFile(at('new'), '');
});
