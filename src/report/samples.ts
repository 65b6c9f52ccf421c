/** What the best network of each series makes of the first test images: which runs to show, and their sheets in parts. */
import { archName } from '../arch/arch.js';
import { asSeries, distinctSeries, isSameSeries, type Series } from '../arch/series.js';
import { pngSize, type PictureSize } from '../base/png-size.js';
import { byReplicate } from '../frontier/evidence.js';
import { isOnFrontier, type MeasuredPoint, sizeOfPoint } from '../frontier/point.js';
import type { Frontier } from '../frontier/trace.js';
import type { FinishedResult, RunResult } from '../run/run.js';
import { decodeSampleRows, type SampleRows } from '../run/sample-rows.js';
import { readSheet, rowOnSheet, type SampleRow } from '../run/sample-sheet.js';

/** Holds the best network of a series, and what one replicate of it makes of the samples. */
export interface SeriesSamples extends Series {
  readonly run: FinishedResult;
  /** Under the size of the frontier's axis. */
  readonly params: number;
  /** The run's sample sheet, a PNG file, and its size. */
  readonly sheet: Uint8Array;
  readonly size: PictureSize;
}

/**
 * Reads the sheets of the best network of each series, from the results folder; series after series. One without a
 * measured network is absent, and so is one whose sheet is missing, damaged or no sheet of such images.
 * @param images the size of the images of the task
 */
export async function readSamples(
  folder: string,
  frontier: Frontier,
  runs: readonly RunResult[],
  images: PictureSize,
): Promise<SeriesSamples[]> {
  const samples: SeriesSamples[] = [];
  for (const point of bestOfEachSeries(frontier)) {
    const run = shownRun(point, runs);
    const sheet = run && (await readSheet(folder, run.key, images));
    const size = sheet && pngSize(sheet);
    if (!run || !sheet || !size || !(await (await pictures()).isWhole(sheet))) continue;
    const params = sizeOfPoint(point, frontier.axis);
    samples.push({ ...asSeries(point), run, params, sheet, size });
  }
  return samples;
}

/** Holds the best network of a series, and what one replicate of it predicts for the first test rows. */
export interface SeriesPredictions extends Series {
  readonly run: FinishedResult;
  readonly rows: SampleRows;
}

/** Reads the sample rows of the best network of each series, as `readSamples` reads sheets: of a task without pictures. */
export async function readPredictions(
  folder: string,
  frontier: Frontier,
  runs: readonly RunResult[],
): Promise<SeriesPredictions[]> {
  const predictions: SeriesPredictions[] = [];
  for (const point of bestOfEachSeries(frontier)) {
    const run = shownRun(point, runs);
    const bytes = run && (await readSheet(folder, run.key, null));
    const rows = bytes && decodeSampleRows(bytes);
    if (run && rows) predictions.push({ ...asSeries(point), run, rows });
  }
  return predictions;
}

/** Cuts one row out of a sheet, as a PNG file. */
export async function sampleStrip({ sheet, size }: SeriesSamples, row: SampleRow): Promise<Uint8Array> {
  return (await pictures()).cropPng(sheet, rowOnSheet(row, size));
}

/** What reads pictures is heavy, so it is loaded when there is one. */
function pictures() {
  return import('../base/pictures.js');
}

/** The last point of each frontier: no network of its series did better on validation. */
function bestOfEachSeries({ points }: Frontier): MeasuredPoint[] {
  const frontier = points.filter(isOnFrontier);
  return distinctSeries(frontier).flatMap((series) => frontier.findLast((point) => isSameSeries(point, series)) ?? []);
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
