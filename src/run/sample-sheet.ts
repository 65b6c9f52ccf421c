/**
 * The sample sheet of a run: what its network makes of the first test images, in one picture. A row of inputs, one of
 * predictions, one of targets; a column for each image. Training draws it, reports read it.
 */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { Shape } from '../arch/arch.js';
import { ensureFolderWithin, fileError, readRegularFile, refuseLink, replaceFile } from '../base/files.js';
import type { PictureSize, Region } from '../base/pictures.js';

export const sampleRows = ['input', 'prediction', 'target'] as const;
export type SampleRow = (typeof sampleRows)[number];

/** Images on a sheet. */
export const sampleCount = 8;

/** Inside a results folder. */
export const samplesFolder = 'samples';

/** Pixels between two images, and nothing around them. */
const gap = 6;

/** The size of a sheet whose images have the given one. */
export function sheetSize({ width, height }: PictureSize): PictureSize {
  return {
    width: sampleCount * width + (sampleCount - 1) * gap,
    height: sampleRows.length * height + (sampleRows.length - 1) * gap,
  };
}

/** Where an image's top left corner stands on the sheet. */
export function cellAt(row: SampleRow, column: number, { width, height }: PictureSize) {
  return { left: column * (width + gap), top: sampleRows.indexOf(row) * (height + gap) };
}

/** Where a row of images stands on a sheet of the given size; null where no sheet has that size. */
export function rowOnSheet(row: SampleRow, sheet: PictureSize): Region | null {
  const width = (sheet.width - (sampleCount - 1) * gap) / sampleCount;
  const height = (sheet.height - (sampleRows.length - 1) * gap) / sampleRows.length;
  if (![width, height].every((length) => Number.isInteger(length) && length > 0)) return null;
  return { ...cellAt(row, 0, { width, height }), width: sheet.width, height };
}

/** Where a results folder keeps the labelled sheet of the best network of a shape. */
export function samplesFile(shape: Shape): string {
  return `samples-${shape}.png`;
}

/** Writes the sheet of a run into a results folder, whole or not at all. Throws a UserError where the disk refuses. */
export async function writeSheet(resultsFolder: string, runKey: string, png: Uint8Array): Promise<void> {
  const folder = path.join(resultsFolder, samplesFolder);
  await refuseLink(folder);
  await ensureFolderWithin(folder);
  await replaceFile(sheetFile(resultsFolder, runKey), png);
}

/** Takes away the sheet that stands in the place of a run's. */
export async function removeSheet(resultsFolder: string, runKey: string): Promise<void> {
  await rm(sheetFile(resultsFolder, runKey), { force: true });
}

/** The sheet of a run; null where there is none, as in older folders. */
export async function readSheet(resultsFolder: string, runKey: string): Promise<Uint8Array | null> {
  // A key comes out of a file, and must not lead out of the folder.
  if (!/^\w+$/.test(runKey)) return null;
  const file = sheetFile(resultsFolder, runKey);
  try {
    return await readRegularFile(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw fileError(error, 'read', file);
  }
}

function sheetFile(resultsFolder: string, runKey: string): string {
  return path.join(resultsFolder, samplesFolder, `${runKey}.png`);
}
