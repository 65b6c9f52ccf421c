/** ImageNet-32's files, small ones of the same form: checked once, opened, and refused where they changed. */
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { zipSync } from 'fflate';
import { UserError } from '../../src/base/errors.js';
import { numpyRandomState, permutation } from '../../src/base/random.js';
import { silentProgress } from '../../src/data/fetching.js';
import { fetchImagenet32, openImagenet32, stateOfImagenet32 } from '../../src/data/imagenet32.js';
import { pixelsOf } from '../../src/data/images.js';
import { parseNpy, parseNpz } from '../../src/data/npz.js';
import { dataRoot } from '../../src/data/root.js';
import { expectedLabels, expectedPixels, hasPython, writePickles } from './pickled.js';
import { refusal } from './refusal.js';

const perFile = 6;
const counts = { train: 10 * perFile, heldOut: perFile };
const options = { fresh: false, progress: silentProgress };

let written: string;
let base: string;
let folder: string;

describe.skipIf(!hasPython())('the files of ImageNet-32 (skipped where there is no python3)', () => {
  beforeAll(() => {
    written = mkdtempSync(path.join(tmpdir(), 'hgmlp-imagenet32-'));
    writePickles(written, perFile, { python: 'python3', numpy: false });
  });
  afterAll(() => rmSync(written, { recursive: true }));

  beforeEach(() => {
    base = mkdtempSync(path.join(tmpdir(), 'hgmlp-imagenet32-'));
    folder = path.join(base, 'imagenet32');
    mkdirSync(folder);
    // Files of one set may come from several Pythons.
    const sources = readdirSync(written);
    for (let batch = 1; batch <= 10; batch += 1) {
      cpSync(path.join(written, sources[batch]!), path.join(folder, `train_data_batch_${batch}`));
    }
    cpSync(path.join(written, 'python-2'), path.join(folder, 'val_data'));
    return () => rmSync(base, { recursive: true });
  });

  test('are checked once, then opened: training images in their order, the held-out ones split in halves', async () => {
    const root = dataRoot(base);
    expect(await stateOfImagenet32(root)).toBe('unchecked');
    await expect(openImagenet32(root, counts)).rejects.toThrow(/run: hgmlp data fetch imagenet32 --data-folder \/\S+$/);
    await fetchImagenet32(root, options, counts);
    expect(await stateOfImagenet32(root)).toBe('ready');

    const { train, validation, test: testSet } = await openImagenet32(root, counts);
    expect([...train.rows]).toEqual(Array.from({ length: 60 }, (_, row) => row));
    expect([...train.images.labels]).toEqual(Array.from({ length: 10 }, () => expectedLabels(perFile)).flat());
    // The second image of the fourth file.
    expect(Buffer.compare(pixelsOf(train.images, 19), expectedPixels(2).subarray(3072))).toBe(0);
    const order = permutation(numpyRandomState(42), perFile);
    expect([...validation.rows]).toEqual([...order.subarray(0, 3)]);
    expect([...testSet.rows]).toEqual([...order.subarray(3)]);
  });

  test('that are missing are named, with where to get them and where to put them', async () => {
    rmSync(path.join(folder, 'train_data_batch_7'));
    const error = await refusal(fetchImagenet32(dataRoot(base), options, counts));
    expect(error).toMatch(/none named train_data_batch_7; register at https:\/\/image-net\.org\/download-images/);
    expect(error).toContain(`into ${folder}`);
    expect(await stateOfImagenet32(dataRoot(base))).toBe('missing');
    rmSync(folder, { recursive: true });
    expect(await stateOfImagenet32(dataRoot(base))).toBe('none');
    expect(await refusal(openImagenet32(dataRoot(base), counts))).toMatch(/train_data_batch_3 and 8 more; register/);
  });

  test('that were cut are refused and named', async () => {
    const file = path.join(folder, 'train_data_batch_4');
    truncateSync(file, 10_000);
    const error = await refusal(fetchImagenet32(dataRoot(base), options, counts));
    expect(error).toMatch(
      /train_data_batch_4: expected a file of ImageNet-32, .*end of the file.*; download it again$/,
    );
  });

  test('that run a program when Python loads them are refused and run nothing', async () => {
    const harm = path.join(base, 'harm');
    writeFileSync(path.join(folder, 'val_data'), `cos\nsystem\n(S'touch ${harm}'\ntR.`);
    const error = await refusal(fetchImagenet32(dataRoot(base), options, counts));
    expect(error).toMatch(/val_data: .*'os\.system' has no place in a file of arrays; nothing of it was run/);
    expect(readdirSync(base)).toEqual(['imagenet32']);
  });

  test('that changed since they were checked are refused, until they are checked again', async () => {
    const root = dataRoot(base);
    await fetchImagenet32(root, options, counts);
    const file = path.join(folder, 'val_data');
    const bytes = readFileSync(file);
    bytes[bytes.indexOf(expectedPixels(1).subarray(0, 100)) + 50]! ^= 1;
    writeFileSync(file, bytes);
    expect(await refusal(openImagenet32(root, counts))).toMatch(/val_data: expected sha256 \w{64}, got \w{64}/);
    expect(await refusal(fetchImagenet32(root, options, counts))).toMatch(
      /hgmlp data fetch imagenet32 --fresh --data-folder \/\S+$/,
    );
    await fetchImagenet32(root, { ...options, fresh: true }, counts);
    await openImagenet32(root, counts);
  });

  test('that are too few are refused', async () => {
    const error = await refusal(fetchImagenet32(dataRoot(base), options, { train: 61, heldOut: 6 }));
    expect(error).toMatch(/expected 61 images to train and 6 in val_data, got 60 and 6/);
    expect(readdirSync(folder)).not.toContain('checksums.json');
  });

  test('that are larger than any of the published ones are refused without being read', async () => {
    truncateSync(path.join(folder, 'val_data'), 2 ** 40);
    expect(await refusal(fetchImagenet32(dataRoot(base), options, counts))).toMatch(
      /val_data: expected at most 2147483648 bytes, got 1099511627776$/,
    );
  });

  test('may be archives of numpy', async () => {
    rmSync(path.join(folder, 'val_data'));
    const archive = zipSync({
      'data.npy': npyOf('|u1', [perFile, 3072], expectedPixels(perFile)),
      'labels.npy': npyOf('<u2', [perFile], new Uint8Array(Uint16Array.of(1, 2, 3, 4, 5, 1000).buffer)),
    });
    writeFileSync(path.join(folder, 'val_data.npz'), archive);
    await fetchImagenet32(dataRoot(base), options, counts);
    const { validation } = await openImagenet32(dataRoot(base), counts);
    expect([...validation.images.labels]).toEqual([0, 1, 2, 3, 4, 999]);
    truncateSync(path.join(folder, 'val_data.npz'), archive.length - 30);
    expect(await refusal(fetchImagenet32(dataRoot(base), { ...options, fresh: true }, counts))).toMatch(
      /val_data\.npz: .*whole zip archive/,
    );
  });
});

describe('an archive of numpy', () => {
  test('that unpacks to more than it may is refused before it is unpacked', () => {
    const bomb = zipSync({ 'data.npy': new Uint8Array(10_000_000) }, { level: 9 });
    expect(bomb.length).toBeLessThan(20_000);
    expect(() => parseNpz(bomb, ['data'], 1_000_000)).toThrow('expected data.npy to unpack to at most 1065535 bytes');
  });

  test('that says it unpacks to less than it does fills no more than it says', () => {
    const bomb = zipSync({ 'data.npy': new Uint8Array(10_000_000) }, { level: 9 });
    const directory = Buffer.from(bomb.buffer).lastIndexOf('PK\x01\x02');
    Buffer.from(bomb.buffer).writeUInt32LE(1000, directory + 24);
    expect(() => parseNpz(bomb, ['data'], 1_000_000)).toThrow(UserError);
  });

  test('that names a file twice is refused, since a thousand names may stand for the same bytes', () => {
    const bytes = npyOf('|u1', [2], Uint8Array.of(7, 8));
    const archive = Buffer.from(zipSync({ 'data.npy': bytes, 'dota.npy': bytes }));
    for (let at = archive.indexOf('dota'); at >= 0; at = archive.indexOf('dota')) archive.write('data', at);
    expect(() => parseNpz(archive, ['data'], 100)).toThrow('npz: expected data.npy once, got it again');
  });

  test('gives only what was asked for, wherever it would unpack to', () => {
    const bytes = npyOf('|u1', [2], Uint8Array.of(7, 8));
    const archive = zipSync({ '../../labels.npy': bytes, 'labels.npy': bytes });
    expect([...parseNpz(archive, ['labels'], 100).keys()]).toEqual(['labels']);
  });
});

describe('an array of numpy in a file', () => {
  test.each<[string, Uint8Array, RegExp]>([
    ['with another beginning', Uint8Array.from(Buffer.from('no array at all')), /starts with \\x93NUMPY/],
    ['with a header past its end', npyOf('|u1', [1], Uint8Array.of(1)).subarray(0, 20), /a header inside the file/],
    ['with code for a header', npyHeader("__import__('os').system('true')"), /a header with descr/],
    ['of objects', npyOf('|O', [1], new Uint8Array(8)), /the dtype '\|O'/],
    ['with too few values', npyOf('<u2', [3], new Uint8Array(4)), /expected 6 bytes of values, got 4/],
    ['of a shape that is none', npyHeader("{'descr': '|u1', 'fortran_order': False, 'shape': (1 2,), }"), /NaN bytes/],
    ['whose columns come first', npyHeader("{'descr': '|u1', 'fortran_order': True, 'shape': (2, 2), }"), /Fortran/],
  ])('%s is refused', (_, bytes, expected) => {
    expect(() => parseNpy(bytes)).toThrow(UserError);
    expect(() => parseNpy(bytes)).toThrow(expected);
  });
});

function npyOf(code: string, shape: readonly number[], values: Uint8Array): Uint8Array {
  const header = npyHeader(`{'descr': '${code}', 'fortran_order': False, 'shape': (${shape.join(', ')},), }`);
  return Uint8Array.from([...header, ...values]);
}

function npyHeader(text: string): Uint8Array {
  const header = Buffer.from(`${text}\n`, 'latin1');
  return Uint8Array.from([0x93, ...Buffer.from('NUMPY'), 1, 0, header.length & 255, header.length >> 8, ...header]);
}
