/** What the best network of each shape makes of the first test images: which runs to show, and their sheets in parts. */
import { archName, type Shape, shapes } from '../arch/arch.js';
import { pngSize, type PictureSize } from '../base/png-size.js';
import { byReplicate } from '../frontier/evidence.js';
import { isOnFrontier, type MeasuredPoint, sizeOfPoint } from '../frontier/point.js';
import type { Frontier } from '../frontier/trace.js';
import type { FinishedResult, RunResult } from '../run/run.js';
import { decodeSampleRows, type SampleRows } from '../run/sample-rows.js';
import { readSheet, rowOnSheet, type SampleRow } from '../run/sample-sheet.js';

/** Holds the best network of a shape, and what one replicate of it makes of the samples. */
export interface ShapeSamples {
  readonly shape: Shape;
  readonly run: FinishedResult;
  /** Under the size of the frontier's axis. */
  readonly params: number;
  /** The run's sample sheet, a PNG file, and its size. */
  readonly sheet: Uint8Array;
  readonly size: PictureSize;
}

/**
 * Reads the sheets of the best network of each shape, from the results folder; shape after shape. A shape without a
 * measured network is absent, and so is one whose sheet is missing, damaged or no sheet of such images.
 * @param images the size of the images of the task
 */
export async function readSamples(
  folder: string,
  frontier: Frontier,
  runs: readonly RunResult[],
  images: PictureSize,
): Promise<ShapeSamples[]> {
  const samples: ShapeSamples[] = [];
  for (const point of bestOfEachShape(frontier)) {
    const run = shownRun(point, runs);
    const sheet = run && (await readSheet(folder, run.key, images));
    const size = sheet && pngSize(sheet);
    if (!run || !sheet || !size || !(await (await pictures()).isWhole(sheet))) continue;
    samples.push({ shape: point.shape, run, params: sizeOfPoint(point, frontier.axis), sheet, size });
  }
  return samples;
}

/** Holds the best network of a shape, and what one replicate of it predicts for the first test rows. */
export interface ShapePredictions extends Pick<ShapeSamples, 'shape' | 'run'> {
  readonly rows: SampleRows;
}

/** Reads the sample rows of the best network of each shape, as `readSamples` reads sheets: of a task without pictures. */
export async function readPredictions(
  folder: string,
  frontier: Frontier,
  runs: readonly RunResult[],
): Promise<ShapePredictions[]> {
  const predictions: ShapePredictions[] = [];
  for (const point of bestOfEachShape(frontier)) {
    const run = shownRun(point, runs);
    const bytes = run && (await readSheet(folder, run.key, null));
    const rows = bytes && decodeSampleRows(bytes);
    if (run && rows) predictions.push({ shape: point.shape, run, rows });
  }
  return predictions;
}

/** Cuts one row out of a sheet, as a PNG file. */
export async function sampleStrip({ sheet, size }: ShapeSamples, row: SampleRow): Promise<Uint8Array> {
  return (await pictures()).cropPng(sheet, rowOnSheet(row, size));
}

/** What reads pictures is heavy, so it is loaded when there is one. */
function pictures() {
  return import('../base/pictures.js');
}

/** The last point of each frontier: no network of its shape did better on validation. */
function bestOfEachShape({ points }: Frontier): MeasuredPoint[] {
  const frontier = points.filter(isOnFrontier);
  return shapes.flatMap((shape) => frontier.findLast((point) => point.shape === shape) ?? []);
}

/** The first replicate of the point at the learning rate that was chosen for it. */
function shownRun(
  { arch, learningRate, epochs }: MeasuredPoint,
  runs: readonly RunResult[],
): FinishedResult | undefined {
  const name = archName(arch);
  return runs
    .filter((run) => run.state === 'finished')
    .filter(({ spec: { recipe } }) => recipe.learningRate === learningRate && recipe.epochs === epochs)
    .filter(({ spec }) => archName(spec.arch) === name)
    .sort(byReplicate)[0];
}
