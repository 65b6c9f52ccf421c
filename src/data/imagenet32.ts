/**
 * ImageNet-32: 1,331,167 photographs of 32 x 32 pixels in 1000 classes, from the official files, which only the user may
 * download. Source: Chrabaszcz, Loshchilov and Hutter, "A downsampled variant of ImageNet" (2017), arXiv 1707.08819.
 */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { messageOf, UserError } from '../base/errors.js';
import { fileError, writeFileAtomically } from '../base/files.js';
import { lastItem } from '../base/items.js';
import { readRegularText } from '../base/regular-files.js';
import { readHashed, type HashedFile } from './checked-file.js';
import type { FetchOptions, FetchProgress } from './fetching.js';
import { imagenet32Shape, parseBatch, type Imagenet32Batch } from './imagenet32-batch.js';
import type { Dataset, Images } from './images.js';
import { datasetFolder, fetchCommand, type DataRoot } from './root.js';
import { splitHeldOut } from './split.js';

/** Counts the images that the files must hold; fewer in tests. */
export interface Imagenet32Counts {
  readonly train: number;
  /** Of the file `val_data`, half for validation and half for test. */
  readonly heldOut: number;
}

/** Counts the images of the official files. */
export const imagenet32Counts: Imagenet32Counts = { train: 1_281_167, heldOut: 50_000 };

/** Says what of the files is there. `missing`: some of them; `unchecked`: all of them, never read. */
export type Imagenet32State = 'none' | 'missing' | 'unchecked' | 'ready';

const name = 'imagenet32';
const checksumsFile = 'checksums.json';
const trainFiles = Array.from({ length: 10 }, (_, index) => `train_data_batch_${index + 1}`);
const heldOutFile = 'val_data';

/** The pixels and labels of the most images in one file, in the longest way to write them. */
const mostFileBytes = 2 ** 31;
const mostRecordBytes = 2 ** 20;

const instruction = (root: DataRoot) =>
  'register at https://image-net.org/download-images, download "Downsampled image data (32x32)", train and validation, ' +
  `as .zip or .npz, unpack train_data_batch_1 to train_data_batch_10 and val_data into ${datasetFolder(root, name)}, ` +
  `then run: ${fetchCommand(root, name)}`;

/**
 * Opens the data set: all training images to train; the validation images in the order of the seed, half to validate
 * and half to test. Every file is checked against the hash that fetching recorded. Throws a UserError for missing,
 * damaged and changed files.
 */
export async function openImagenet32(root: DataRoot, counts = imagenet32Counts): Promise<Dataset> {
  const folder = datasetFolder(root, name);
  const files = await findFiles(root);
  const recorded = await readRecord(root);
  if (recorded === null) {
    throw new UserError(
      `${folder}: expected files that were checked once, got new ones; run: ${fetchCommand(root, name)}`,
    );
  }
  const batches: Imagenet32Batch[] = [];
  for (const file of files) {
    const expected = recorded.get(path.basename(file));
    const { bytes, sha256 } = await readWhole(file);
    if (sha256 !== expected) {
      throw new UserError(
        `${file}: expected sha256 ${expected ?? 'on record'}, got ${sha256}: the file is not the one that was checked; ` +
          `restore it, or check all again with: ${fetchCommand(root, name, '--fresh')}`,
      );
    }
    batches.push(batchOf(file, bytes));
  }
  return datasetOf(folder, batches, counts);
}

/**
 * Says which of the files are in the root, and whether they were checked once. Throws a UserError where the record of
 * that cannot be read.
 */
export async function stateOfImagenet32(root: DataRoot): Promise<Imagenet32State> {
  const folder = datasetFolder(root, name);
  const found = await Promise.all([...trainFiles, heldOutFile].map((file) => locate(folder, file)));
  if (found.every((file) => file === null)) return 'none';
  if (found.includes(null)) return 'missing';
  return (await readRecord(root)) === null ? 'unchecked' : 'ready';
}

/** Reads all the files the user downloaded, and records their hashes. Throws a UserError where they are not right. */
export async function fetchImagenet32(
  root: DataRoot,
  { fresh, progress }: FetchOptions,
  counts = imagenet32Counts,
): Promise<void> {
  const folder = datasetFolder(root, name);
  const files = await findFiles(root);
  if (!fresh && (await readRecord(root)) !== null) {
    await openImagenet32(root, counts);
    return;
  }
  progress.step(`checking ${name}`, { amount: await totalBytes(files), unit: 'bytes' });
  const record: Record<string, string> = {};
  const batches: Imagenet32Batch[] = [];
  for (const file of files) {
    const { bytes, sha256 } = await readWhole(file, progress);
    record[path.basename(file)] = sha256;
    // The counts are all that is asked of it here: the memory holds one file at a time.
    batches.push({ labels: batchOf(file, bytes).labels, pixels: new Uint8Array() });
  }
  checkCounts(folder, batches, counts);
  await writeFileAtomically(path.join(folder, checksumsFile), `${JSON.stringify({ sha256: record }, null, 2)}\n`);
}

/** The training files in order, then the validation file. Throws a UserError that says how to get what is missing. */
async function findFiles(root: DataRoot): Promise<string[]> {
  const folder = datasetFolder(root, name);
  const names = [...trainFiles, heldOutFile];
  const found = await Promise.all(names.map((file) => locate(folder, file)));
  const missing = names.filter((_, index) => found[index] === null);
  if (missing.length === 0) return found as string[];
  const shown =
    missing.length > 3 ? `${missing.slice(0, 3).join(', ')} and ${missing.length - 3} more` : missing.join(', ');
  throw new UserError(`${folder}: expected the files of ImageNet-32, got none named ${shown}; ${instruction(root)}`);
}

/** With or without `.npz`; null where there is neither. */
async function locate(folder: string, file: string): Promise<string | null> {
  for (const candidate of [file, `${file}.npz`].map((variant) => path.join(folder, variant))) {
    const about = await stat(candidate).catch(() => null);
    if (about?.isFile()) return candidate;
  }
  return null;
}

async function totalBytes(files: readonly string[]): Promise<number> {
  const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function readWhole(file: string, progress?: FetchProgress): Promise<HashedFile> {
  return readHashed(file, { mostBytes: mostFileBytes, onPiece: progress?.advance }).catch((error: unknown) => {
    throw fileError(error, 'read', file);
  });
}

function batchOf(file: string, bytes: Uint8Array): Imagenet32Batch {
  try {
    return parseBatch(bytes, file.endsWith('.npz'));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(
      `${file}: expected a file of ImageNet-32, got another one (${messageOf(error)}); download it again`,
    );
  }
}

/** File names and their hashes; null where nothing was recorded. */
async function readRecord(root: DataRoot): Promise<ReadonlyMap<string, string> | null> {
  const file = path.join(datasetFolder(root, name), checksumsFile);
  try {
    const { sha256 } = Object(JSON.parse(await readRegularText(file, { mostBytes: mostRecordBytes }))) as {
      sha256?: unknown;
    };
    return new Map(Object.entries(Object(sha256) as Record<string, string>));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    if (!(error instanceof SyntaxError)) throw fileError(error, 'read', file);
    throw new UserError(`${file}: expected JSON, got something else; remove it and run: ${fetchCommand(root, name)}`);
  }
}

function datasetOf(folder: string, batches: readonly Imagenet32Batch[], counts: Imagenet32Counts): Dataset {
  checkCounts(folder, batches, counts);
  const heldOut = imagesOf(batches.slice(-1));
  return splitHeldOut(imagesOf(batches.slice(0, -1)), heldOut, counts.heldOut / 2);
}

function checkCounts(folder: string, batches: readonly Imagenet32Batch[], counts: Imagenet32Counts): void {
  const heldOut = lastItem(batches).labels.length;
  const train = batches.reduce((sum, { labels }) => sum + labels.length, -heldOut);
  if (train === counts.train && heldOut === counts.heldOut) return;
  throw new UserError(
    `${folder}: expected ${counts.train} images to train and ${counts.heldOut} in ${heldOutFile}, got ${train} and ` +
      `${heldOut}; download the files again`,
  );
}

function imagesOf(batches: readonly Imagenet32Batch[]): Images {
  const labels = new Uint16Array(batches.reduce((sum, batch) => sum + batch.labels.length, 0));
  let start = 0;
  for (const batch of batches) {
    labels.set(batch.labels, start);
    start += batch.labels.length;
  }
  return { shape: imagenet32Shape, blocks: batches.map(({ pixels }) => pixels), labels };
}
