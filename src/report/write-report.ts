/** Writes the files of a report: the tables of all runs and points, and the plot in three forms. */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { shapes } from '../arch/arch.js';
import { type FileContent, replaceFile } from '../base/files.js';
import type { PictureSize } from '../base/png-size.js';
import type { Frontier } from '../frontier/trace.js';
import type { RunResult } from '../run/run.js';
import { samplesFile } from '../run/sample-sheet.js';
import { csvPieces, measuredColumns } from './csv.js';
import { frontierColumns } from './frontier-columns.js';
import { frontierHtml } from './html.js';
import { bareFrontierSvg, pngOf, stackedSvg, withEmbeddedFont } from './plot.js';
import type { TrendReport } from './trend.js';
import { trendSpecs } from './trend-spec.js';
import { type AxisScale, plotRows } from './plot-rows.js';
import { runColumns } from './run-columns.js';
import { readPredictions, readSamples, type SeriesSamples } from './samples.js';
import { noNotes, type StudyNotes } from './study-notes.js';
import { strategyColumns, strategyRows, type StrategyReport } from './strategies.js';
import { strategySpecs } from './strategies-spec.js';
import { samplesSvg } from './samples-figures.js';

/** Tells what a report is made of. */
export interface ReportRequest {
  readonly frontier: Frontier;
  /** The rows of `runs.csv`, in this order; those of the best networks are shown with their samples. */
  readonly runs: readonly RunResult[];
  /** The size of the pictures that the task's targets show; null where they show none. */
  readonly images: PictureSize | null;
  /** The parameter axis of the SVG and the PNG, and the one that the page shows first. */
  readonly axis: AxisScale;
  /** The command line that made the report, as typed. */
  readonly command: string;
  readonly resolvedConfig: Readonly<Record<string, unknown>>;
  /** Nothing where it is left out. */
  readonly notes?: StudyNotes;
}

/**
 * Writes `runs.csv`, `frontier.csv` and what `writePlots` writes, each whole or not at all, and returns their paths.
 * The same request gives the same bytes. Throws a UserError where the folder cannot be written.
 */
export async function writeReport(folder: string, request: ReportRequest): Promise<string[]> {
  const tables = await writeTables(folder, request);
  return [...tables, ...(await writePlots(folder, request))];
}

/** Writes `runs.csv` and `frontier.csv` alone: quick, and without loading what draws. */
export async function writeTables(
  folder: string,
  { runs, frontier }: Pick<ReportRequest, 'runs' | 'frontier'>,
): Promise<string[]> {
  const { dimensions, points, metrics, onlySet } = frontier;
  const runRows = runs.map((run) => ({ run, dimensions }));
  return writeAll(folder, {
    'runs.csv': csvPieces(measuredColumns(runColumns(metrics, runs), onlySet), runRows),
    'frontier.csv': csvPieces(measuredColumns(frontierColumns(metrics), onlySet), points),
  });
}

/**
 * Writes `frontier.svg`, `frontier.png` and `frontier.html`, and for each series whose best network has a sample sheet
 * in the folder a picture of it, such as `samples-hourglass.png`.
 */
export async function writePlots(folder: string, request: ReportRequest): Promise<string[]> {
  const { svg, png, html, samples } = await drawPlots(folder, request);
  const pictures: Record<string, Uint8Array> = {};
  for (const ofSeries of samples) {
    pictures[samplesFile(ofSeries)] = await pngOf(samplesSvg(ofSeries, request.frontier));
  }
  // Of a time when the folder had runs of one family alone.
  const isOfSeveral = request.frontier.points.some(({ family }) => family !== undefined);
  if (isOfSeveral) for (const shape of shapes) await rm(path.join(folder, samplesFile({ shape })), { force: true });
  return writeAll(folder, { 'frontier.svg': svg, 'frontier.png': png, 'frontier.html': html, ...pictures });
}

/** Is a frontier in three forms. */
export interface Drawing {
  /** With its font. */
  readonly svg: string;
  /** At 300 pixels per inch. */
  readonly png: Uint8Array;
  /** A page that needs no network. */
  readonly html: string;
}

/** Draws the frontier, and reads from the folder the samples that its page shows. The same request gives the same bytes. */
export async function drawPlots(
  folder: string,
  request: ReportRequest,
): Promise<Drawing & { readonly samples: readonly SeriesSamples[] }> {
  const { frontier, runs, images, axis, notes = noNotes } = request;
  const samples = images === null ? [] : await readSamples(folder, frontier, runs, images);
  const predictions = images === null ? await readPredictions(folder, frontier, runs) : [];
  const rows = plotRows(frontier);
  const svgOf = (scale: AxisScale) => bareFrontierSvg(frontier, scale, notes, rows);
  const svgs = { log: await svgOf('log'), linear: await svgOf('linear') };
  return {
    svg: await withEmbeddedFont(svgs[axis]),
    png: await pngOf(svgs[axis]),
    html: await frontierHtml({ ...request, notes, svgs, samples, predictions }),
    samples,
  };
}

/** Writes `trend.svg` and `trend.png`, and returns their paths. */
export async function writeTrendPlots(folder: string, report: TrendReport): Promise<string[]> {
  const svg = await stackedSvg(trendSpecs(report));
  return writeAll(folder, { 'trend.svg': await withEmbeddedFont(svg), 'trend.png': await pngOf(svg) });
}

/**
 * Writes `strategies.csv`, and of all tables one above the other `strategies.svg` and `strategies.png`; returns their
 * paths.
 */
export async function writeStrategies(folder: string, tables: readonly StrategyReport[]): Promise<string[]> {
  const svg = await stackedSvg(strategySpecs(tables));
  return writeAll(folder, {
    'strategies.csv': csvPieces(strategyColumns(tables), strategyRows(tables)),
    'strategies.svg': await withEmbeddedFont(svg),
    'strategies.png': await pngOf(svg),
  });
}

/** Writes files by name, one after the other, and returns their paths. */
export async function writeAll(folder: string, files: Readonly<Record<string, FileContent>>): Promise<string[]> {
  const written: string[] = [];
  for (const [name, data] of Object.entries(files)) {
    const file = path.join(folder, name);
    await replaceFile(file, data);
    written.push(file);
  }
  return written;
}
