import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fillFolder } from '../../src/data/staging.js';

let root: string;
const at = (...names: string[]) => path.join(root, ...names);
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'hgmlp-staging-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const fill = (staged: string) => writeFile(path.join(staged, 'images.idx'), 'new');

describe.skipIf(process.platform === 'win32')('a folder of data whose place is a link', () => {
  test('is filled where the link leads, and the link stays', async () => {
    mkdirSync(at('disk', 'cifar10'), { recursive: true });
    writeFileSync(at('disk', 'cifar10', 'images.idx'), 'old');
    mkdirSync(at('data'));
    symlinkSync(at('disk', 'cifar10'), at('data', 'cifar10'));
    await fillFolder(at('data', 'cifar10'), fill);
    expect(lstatSync(at('data', 'cifar10')).isSymbolicLink()).toBe(true);
    expect(readFileSync(at('disk', 'cifar10', 'images.idx'), 'utf8')).toBe('new');
    expect([readdirSync(at('data')), readdirSync(at('disk'))]).toEqual([['cifar10'], ['cifar10']]);
  });

  test('is made where the link leads, if nothing is there yet', async () => {
    symlinkSync(path.join('disk', 'deep'), at('cifar10'));
    await fillFolder(at('cifar10'), fill);
    expect(readFileSync(at('disk', 'deep', 'images.idx'), 'utf8')).toBe('new');
    expect(readdirSync(root).toSorted()).toEqual(['cifar10', 'disk']);
  });

  test('is refused where links lead in a circle', async () => {
    symlinkSync('cifar10', at('cifar10'));
    await expect(fillFolder(at('cifar10'), fill)).rejects.toThrow(/links lead in a circle; take one of them away$/);
  });
});

test.skipIf(process.platform !== 'linux')('A file system that takes no folders is said to be one.', async () => {
  await expect(fillFolder('/proc/cifar10', fill)).rejects.toThrow(
    /^cannot write \/proc\/cifar10: the file system there takes no such file or folder; choose a folder on another one$/,
  );
});
