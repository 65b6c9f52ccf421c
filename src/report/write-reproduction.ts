/** Writes the files of a reproduction. */
import type { Dimensions } from '../arch/arch.js';
import type { Reproduction } from '../frontier/reproduction.js';
import type { RunResult } from '../run/run.js';
import { csvPieces } from './csv.js';
import { bareSvg, pngOf, withEmbeddedFont } from './plot.js';
import { reproductionColumns } from './reproduction-columns.js';
import { reproductionSpec } from './reproduction-plot.js';
import { reproductionMarkdown, type ReproductionSetting } from './reproduction-text.js';
import { pictureMetrics } from '../run/metrics.js';
import { runColumns } from './run-columns.js';
import { writeAll } from './write-report.js';

/** Tells what the files of a reproduction are made of. */
export interface ReproductionRequest {
  readonly reproduction: Reproduction;
  readonly setting: ReproductionSetting;
  /** The rows of `runs.csv`, in this order. */
  readonly runs: readonly RunResult[];
  readonly dimensions: Dimensions;
}

/**
 * Writes `runs.csv` and `reproduction.csv`, `.md`, `.svg` and `.png`, each whole or not at all, and returns their paths.
 * The same request gives the same bytes. Throws a UserError where the folder cannot be written.
 */
export async function writeReproduction(folder: string, request: ReproductionRequest): Promise<string[]> {
  const { reproduction, setting, runs, dimensions } = request;
  const svg = await bareSvg(reproductionSpec(reproduction, setting));
  const runRows = runs.map((run) => ({ run, dimensions }));
  return writeAll(folder, {
    'runs.csv': csvPieces(runColumns(pictureMetrics), runRows),
    'reproduction.csv': csvPieces(reproductionColumns, reproduction.points),
    'reproduction.md': reproductionMarkdown(reproduction, setting),
    'reproduction.svg': await withEmbeddedFont(svg),
    'reproduction.png': await pngOf(svg),
  });
}
