/** Pipes that nobody writes to, devices that never end and folders, in the place of the files that commands read. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { stoppedTrainings, readCheckpoint, checkpointFile } from '../../src/run/checkpoint.js';
import { callHgmlp } from './run-hgmlp.js';

const fixture = fileURLToPath(new URL('../fixtures/results-v3/study', import.meta.url));

let folder: string;
const at = (...names: string[]) => path.join(folder, ...names);

beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'hgmlp-no-files-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const kinds: [string, (file: string) => void][] = [
  ['a pipe', (file) => execFileSync('mkfifo', [file])],
  ['a device', (file) => symlinkSync('/dev/zero', file)],
  ['a folder', (file) => mkdirSync(file)],
];

describe.skipIf(process.platform === 'win32')('instead of a file', () => {
  test.each(kinds)('%s is refused in one line by every command that would read it', async (_, make) => {
    mkdirSync(at('mnist'));
    for (const name of ['train-images-idx3-ubyte', 'train-labels-idx1-ubyte']) make(at('mnist', name));
    for (const name of ['t10k-images-idx3-ubyte', 't10k-labels-idx1-ubyte']) make(at('mnist', name));
    make(at('file'));
    cpSync(fixture, at('study'), { recursive: true });
    make(at('study', 'log', 'writer-0009.jsonl'));
    cpSync(fixture, at('other'), { recursive: true });
    rmSync(at('other', 'config.yaml'));
    make(at('other', 'config.yaml'));
    for (const args of [
      ['search', '--config', at('file'), '--dry-run'],
      ['import', at('file')],
      ['bench', 'strategies', '--table', fixture, '--curves', at('file')],
      ['frontier', 'show', at('study')],
      ['frontier', 'show', at('other')],
      ['data', 'fetch', 'mnist', '--data-folder', folder],
    ]) {
      const { code, stdout, stderr } = await callHgmlp(args);
      expect([args, code, stdout]).toEqual([args, 2, '']);
      expect(stderr).toMatch(/^hgmlp: [^\n]*expected a file, got a (pipe|device|folder)[^\n]*\n$/);
    }
  });

  test.each(kinds)('%s among the checkpoints is none', async (_, make) => {
    make(at('x.checkpoint'));
    make(checkpointFile(folder, ['a']));
    expect(await stoppedTrainings(folder)).toEqual([]);
    expect(await readCheckpoint(folder, ['a'])).toEqual({ problem: 'expected a file, got something else' });
  });
});

describe('a checkpoint that is large', () => {
  const large = (start: Buffer, size: number) => {
    writeFileSync(checkpointFile(folder, ['a']), start);
    truncateSync(checkpointFile(folder, ['a']), size);
  };
  const opening = (documentBytes: number) => {
    const start = Buffer.from('hgmlp checkpoint 1\n????', 'latin1');
    start.writeUInt32LE(documentBytes, start.length - 4);
    return start;
  };

  test.each<[string, Buffer, number, string]>([
    [
      'and no checkpoint at all',
      Buffer.from('something'),
      2 ** 30,
      'expected a checkpoint of hgmlp, got something else',
    ],
    ['and says it has a larger document', opening(2 ** 32 - 1), 2 ** 31 - 1, 'damaged or cut off'],
    ['and has a larger document', opening(2 ** 31 - 100), 2 ** 31 - 1, 'damaged or cut off'],
    ['beyond what a file may hold', opening(100), 2 ** 33, 'expected at most 2147483647 bytes, got 8589934592'],
  ])('%s is refused by its first bytes, and costs no memory', async (_, start, size, problem) => {
    large(start, size);
    const before = process.memoryUsage().arrayBuffers;
    const found = readCheckpoint(folder, ['a']);
    expect(await found).toEqual({ problem });
    expect(await stoppedTrainings(folder)).toEqual([]);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 24);
  });

  test('by arrays that its document promises and the file does not hold is refused before they are read', async () => {
    const document = {
      ...{
        keys: ['a'],
        epoch: 0,
        step: 0,
        startedAt: '2026-01-01T00:00:00.000Z',
        elapsedMs: 0,
        images: 0,
        trainingMs: 0,
      },
      members: [{ curve: [], diverged: null, lossSum: 0 }],
      arrays: [{ name: 'weights', length: 2 ** 50 }],
    };
    const text = Buffer.from(JSON.stringify(document));
    large(Buffer.concat([opening(text.length), text]), 2 ** 30);
    const before = process.memoryUsage().arrayBuffers;
    expect(await readCheckpoint(folder, ['a'])).toEqual({ problem: 'damaged or cut off' });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 24);
    // What it says of itself still counts.
    expect(await stoppedTrainings(folder)).toMatchObject([{ keys: ['a'], elapsedMs: 0 }]);
  });
});
