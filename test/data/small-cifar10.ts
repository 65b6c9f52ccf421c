/** The package of CIFAR-10 in small: sheets of the same form, and what must come of them, worked out apart. */
import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { cifar10 } from '../../src/data/cifar10.js';
import type { PackagedDataset } from '../../src/data/packaged.js';
import type { LocalRegistry } from './registry.js';

export const rowsPerSheet = 4;
export const trainImages = 5 * rowsPerSheet;

/** Red, green and blue of a pixel tell which image, pixel and colour it is. */
const colour = (image: number, pixel: number, channel: number) => (image * 11 + pixel * 3 + channel * 85) & 255;
export const labelsOf = (images: number, first: number) =>
  Array.from({ length: images }, (_, image) => (first + image) % 10);

export function smallCifar10(local: LocalRegistry): PackagedDataset {
  const pixelsFrom = (first: number, images: number) =>
    Array.from({ length: images }, (_, image) => planes(first + image)).flat();
  return {
    ...cifar10,
    package: local.package,
    pairs: [
      pairOf('train', [trainImages, 3, 32, 32], pixelsFrom(0, trainImages), labelsOf(trainImages, 0)),
      pairOf('test', [rowsPerSheet, 3, 32, 32], pixelsFrom(100, rowsPerSheet), labelsOf(rowsPerSheet, 5)),
    ],
  };
}

export function planes(image: number): number[] {
  return [0, 1, 2].flatMap((channel) => Array.from({ length: 1024 }, (_, pixel) => colour(image, pixel, channel)));
}

/** What the decoded files must be, from the format alone. */
export function pairOf(name: string, lengths: number[], pixels: number[], labels: number[]) {
  const sha256 = (sizes: number[], values: number[]) => {
    const header = [0, 0, 8, sizes.length, ...sizes.flatMap((size) => [0, 0, size >> 8, size & 255])];
    return createHash('sha256')
      .update(Uint8Array.from([...header, ...values]))
      .digest('hex');
  };
  return {
    name,
    count: labels.length,
    sha256: { images: sha256(lengths, pixels), labels: sha256([labels.length], labels) },
  };
}

/** A sheet as the package has them: a row is an image. */
export async function sheetOf(first: number): Promise<Uint8Array> {
  const bytes = Uint8Array.from({ length: rowsPerSheet * 1024 * 3 }, (_, place) =>
    colour(first + Math.floor(place / 3072), Math.floor((place % 3072) / 3), place % 3),
  );
  return sharp(bytes, { raw: { width: 1024, height: rowsPerSheet, channels: 3 } })
    .png()
    .toBuffer();
}
