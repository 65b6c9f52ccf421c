/**
 * The sample sheet of a run: what its network makes of the first test images, in one picture. A row of inputs, one of
 * predictions, one of targets; a column for each image. Training draws it, reports read it. Tasks without pictures have
 * sample rows in its place.
 */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { shapes } from '../arch/arch.js';
import { families } from '../arch/families.js';
import { seriesText, type Series } from '../arch/series.js';
import { UserError } from '../base/errors.js';
import { ensureFolderWithin, fileError, refuseLink, replaceFile } from '../base/files.js';
import type { Region } from '../base/pictures.js';
import { pngSize, type PictureSize } from '../base/png-size.js';
import { readRegularFile } from '../base/regular-files.js';
import { decodeSampleRows, mostSampleRowsBytes } from './sample-rows.js';

/** Lists the rows of a sheet from top to bottom. */
export const sampleRows = ['input', 'prediction', 'target'] as const;
/** Names a row of a sheet. */
export type SampleRow = (typeof sampleRows)[number];

/** Is the number of images on a sheet. */
export const sampleCount = 8;

/** Names the folder of sheets inside a results folder. */
export const samplesFolder = 'samples';

/** Pixels between two images, and nothing around them. */
const gap = 6;

/** About how wide an image is on the sheet, in pixels: a digit of 28 becomes three times as large. */
const imageWidth = 84;

/** No task has wider or higher images, whatever its name says. */
const largestImage = 1024;

/** What stands in the file beside the pixels. */
const slackBytes = 2 ** 16;

/**
 * Computes the size on the sheet of an image of the given one: a whole number of times as large, so that its pixels
 * stay squares.
 */
export function cellSize({ width, height }: PictureSize): PictureSize {
  const zoom = Math.max(1, Math.round(imageWidth / width));
  return { width: zoom * width, height: zoom * height };
}

/**
 * Says whether the bytes are a PNG file of the one size that a sheet of such images has, as its header says it. Whoever
 * decodes it then needs no more memory than for a sheet.
 * @param images the size of the pictures of the task; null for sample rows
 */
export function isSheetOf(images: PictureSize | null, file: Uint8Array): boolean {
  if (images === null) return decodeSampleRows(file) !== null;
  if (Math.max(images.width, images.height) > largestImage) return false;
  const size = pngSize(file);
  const { width, height } = sheetSize(cellSize(images));
  return file.length <= mostSheetBytes(images) && size?.width === width && size.height === height;
}

/** More than three colours of a byte each, uncompressed. */
function mostSheetBytes(images: PictureSize | null): number {
  if (images === null) return mostSampleRowsBytes;
  const { width, height } = sheetSize(cellSize(images));
  return 4 * width * height + slackBytes;
}

/** Computes the size of a sheet on which the images have the given one. */
export function sheetSize({ width, height }: PictureSize): PictureSize {
  return {
    width: sampleCount * width + (sampleCount - 1) * gap,
    height: sampleRows.length * height + (sampleRows.length - 1) * gap,
  };
}

/** Gives the place on the sheet of an image's top left corner, in pixels. */
export function cellAt(row: SampleRow, column: number, { width, height }: PictureSize) {
  return { left: column * (width + gap), top: sampleRows.indexOf(row) * (height + gap) };
}

/**
 * Gives the region of a sheet of the given size that a row of images takes, in pixels. Throws a RangeError where no sheet
 * has that size.
 */
export function rowOnSheet(row: SampleRow, sheet: PictureSize): Region {
  const width = (sheet.width - (sampleCount - 1) * gap) / sampleCount;
  const height = (sheet.height - (sampleRows.length - 1) * gap) / sampleRows.length;
  if (![width, height].every((length) => Number.isInteger(length) && length > 0)) {
    throw new RangeError(`expected the size of a sheet, got ${sheet.width} x ${sheet.height}`);
  }
  return { ...cellAt(row, 0, { width, height }), width: sheet.width, height };
}

/** Names the file of a results folder that holds the labelled sheet of the best network of a series. */
export function samplesFile(series: Series): string {
  return `samples-${seriesText(series).replace(/[^\w.-]+/g, '-')}.png`;
}

/** Tells whether a file of a results folder has such a name. */
export function isSamplesFile(name: string): boolean {
  return samplesFilePattern.test(name);
}

const familyWords = [...families.map(({ name }) => name), '[A-Za-z][A-Za-z0-9-]*-plugin-[0-9a-f]{12}'];
const samplesFilePattern = new RegExp(
  `^samples-(?:(?:${familyWords.join('|')})(?:-[\\w.-]+)?-)?(?:${shapes.join('|')})\\.png$`,
);

/** Writes the sheet of a run, or its sample rows, into a results folder, whole or not at all. Throws a UserError where the disk refuses. */
export async function writeSheet(resultsFolder: string, runKey: string, bytes: Uint8Array): Promise<void> {
  const folder = path.join(resultsFolder, samplesFolder);
  await refuseLink(folder);
  await ensureFolderWithin(folder);
  const isText = bytes[0] === '{'.charCodeAt(0);
  await replaceFile(sheetFile(resultsFolder, runKey, isText ? 'json' : 'png'), bytes);
}

/** Takes away the sheet that stands in the place of a run's. */
export async function removeSheet(resultsFolder: string, runKey: string): Promise<void> {
  for (const form of ['png', 'json'] as const) await rm(sheetFile(resultsFolder, runKey, form), { force: true });
}

/**
 * Reads the sheet of a run; null where there is none, as in older folders, and where what stands in its place is no
 * sheet of such images: its size decides what it costs to decode.
 * @param images the size of the pictures of the task; null for sample rows
 */
export async function readSheet(
  resultsFolder: string,
  runKey: string,
  images: PictureSize | null,
): Promise<Uint8Array | null> {
  // A key comes out of a file, and must not lead out of the folder.
  if (!/^\w+$/.test(runKey)) return null;
  const file = sheetFile(resultsFolder, runKey, images === null ? 'json' : 'png');
  try {
    const bytes = await readRegularFile(file, { mostBytes: mostSheetBytes(images) });
    return isSheetOf(images, bytes) ? bytes : null;
  } catch (error) {
    if (error instanceof UserError || (error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw fileError(error, 'read', file);
  }
}

function sheetFile(resultsFolder: string, runKey: string, form: 'png' | 'json'): string {
  return path.join(resultsFolder, samplesFolder, `${runKey}.${form}`);
}
