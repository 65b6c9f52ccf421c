/** Decoded images as they are kept: a file of pixels, `[images, channels, height, width]`, and one of labels. */
import { open, stat, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../base/errors.js';
import { readChecked } from './checked-file.js';
import { decodeIdx, idxBytes, idxHeader } from './idx.js';
import type { Images, ImageShape } from './images.js';

/** Describes a pair of files, by what their names begin with. */
export interface IdxPair {
  /** `train` for `train-images.idx` and `train-labels.idx`. */
  readonly name: string;
  readonly count: number;
  /** SHA-256 of both files, hexadecimal. */
  readonly sha256: Readonly<Record<'images' | 'labels', string>>;
}

type Part = keyof IdxPair['sha256'];

/** Says what of a folder is there: all files at their expected sizes, none of them, or something else. */
export type FilesState = 'all' | 'none' | 'some';

/** Throws a UserError that says `remedy` where a file is missing or is not the expected one. */
export async function readPair(folder: string, pair: IdxPair, shape: ImageShape, remedy: string): Promise<Images> {
  const { name, count, sha256 } = pair;
  const mostBytes = { images: idxBytes(lengthsOf(count, shape)), labels: idxBytes([count, wideLabelBytes]) };
  const read = (part: Part) =>
    readChecked(fileOf(folder, name, part), { sha256: sha256[part], mostBytes: mostBytes[part] }, remedy);
  const [pixels, labels] = await Promise.all([read('images'), read('labels')]);
  return { shape, blocks: [decodeIdx(pixels).values], labels: labelsOf(labels) };
}

/** Of a label where there are more than 256 classes. */
const wideLabelBytes = 2;

/** A byte for each image, or two (big-endian) where there are more than 256 classes. */
function labelsOf(file: Uint8Array): Uint8Array | Uint16Array {
  const { lengths, values } = decodeIdx(file);
  if (lengths.length === 1) return values;
  return Uint16Array.from({ length: lengths[0]! }, (_, image) => 256 * values[2 * image]! + values[2 * image + 1]!);
}

/** Says whether the files of the pairs are there, judged by their sizes; nothing is read. */
export async function statePairs(folder: string, pairs: readonly IdxPair[], shape: ImageShape): Promise<FilesState> {
  const expected = pairs.flatMap(({ name, count }) => [
    { file: fileOf(folder, name, 'images'), bytes: idxBytes(lengthsOf(count, shape)) },
    { file: fileOf(folder, name, 'labels'), bytes: idxBytes([count]) },
  ]);
  const found = await Promise.all(
    expected.map(async ({ file, bytes }) => ({ about: await stat(file).catch(() => null), bytes })),
  );
  if (found.every(({ about }) => about === null)) return 'none';
  return found.every(({ about, bytes }) => about?.size === bytes) ? 'all' : 'some';
}

/** Takes images and labels piece by piece into a pair of files. */
export interface PairWriter {
  /** Pixels of whole images, `[images, channels, height, width]`, and the class of each. */
  add(pixels: Uint8Array, labels: Iterable<number>): Promise<void>;
  /**
   * Writes the labels and the counts; gives the number of images.
   * @param labelOf what a label that was added is to be
   */
  finish(labelOf?: (label: number) => number): Promise<number>;
  /** Gives the file back; after `finish` it does nothing. */
  close(): Promise<void>;
}

/** Writes a pair piece by piece: images are never in the memory all at once. */
export async function openPairWriter(folder: string, name: string, shape: ImageShape): Promise<PairWriter> {
  const file = fileOf(folder, name, 'images');
  const handle = await open(file, 'wx');
  const labels: number[] = [];
  let closed = false;
  const close = async () => {
    if (!closed) await handle.close();
    closed = true;
  };
  await handle.writeFile(idxHeader(lengthsOf(0, shape)));
  return {
    async add(pixels, more) {
      await handle.writeFile(pixels);
      for (const label of more) labels.push(label);
    },
    async finish(labelOf = (label) => label) {
      await writeAt(handle, idxHeader(lengthsOf(labels.length, shape)), 0);
      await handle.sync();
      await close();
      await writeLabels(fileOf(folder, name, 'labels'), labels.map(labelOf));
      return labels.length;
    },
    close,
  };
}

async function writeLabels(file: string, labels: readonly number[]): Promise<void> {
  const wide = labels.some((label) => label > 255);
  const values = wide ? labels.flatMap((label) => [label >> 8, label & 255]) : labels;
  const header = idxHeader(wide ? [labels.length, wideLabelBytes] : [labels.length]);
  const handle = await open(file, 'wx');
  try {
    await handle.writeFile(Uint8Array.from([...header, ...values]));
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function writeAt(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  const { bytesWritten } = await handle.write(bytes, 0, bytes.length, position);
  if (bytesWritten !== bytes.length) throw new UserError('expected to write a file, got a disk that takes no more');
}

function lengthsOf(count: number, { channels, height, width }: ImageShape): number[] {
  return [count, channels, height, width];
}

/** Gives the path of a file of a pair: `<folder>/train-images.idx`. */
export function fileOf(folder: string, name: string, part: Part): string {
  return path.join(folder, `${name}-${part}.idx`);
}
