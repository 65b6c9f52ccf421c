/** What is made of a results folder: its study, frontier, comparison and drawing. */
import type { SizeName } from '../arch/sizes.js';
import { UserError } from '../base/errors.js';
import { shown } from '../base/shown.js';
import { comparisonDocument } from '../report/comparison.js';
import { drawPlots, type Drawing } from '../report/write-report.js';
import { compareFolders } from '../study/comparison.js';
import { loadPlannedStudy, type PlannedStudy } from '../study/load.js';
import { drawingOf, studyDocument, tracedReport } from '../study/report.js';
import {
  comparisonKeys,
  portOf,
  requireOptions,
  requirePath,
  valuesOf,
  type ComparisonOptions,
  type Listeners,
  type PluginOption,
} from './options.js';

/** Holds what `hgmlp frontier show --json` prints: points with their intervals, bands, effort, and what is missing. */
export type FrontierReport = ReturnType<typeof studyDocument>;

/** Holds what `hgmlp frontier compare --json` prints. */
export type ComparisonDocument = ReturnType<typeof comparisonDocument>;

/** Says how a study is opened. */
export interface OpenOptions extends PluginOption, Pick<Listeners, 'onMessage'> {
  /** The size that quality is set against; what the budget of its search bounded where it is left out. */
  readonly axis?: SizeName | undefined;
}

/** Says how the uncertainty of a frontier is estimated. */
export interface FrontierOptions {
  /**
   * A known standard deviation of the noise between replicates, in the unit in which the metric is shown, in place of the
   * one that replicates tell.
   */
  readonly noiseStd?: number | undefined;
}

/** Says how a frontier is drawn. */
export interface DrawOptions extends FrontierOptions {
  /** The scale of the axis of sizes; `log` where it is left out. */
  readonly axisScale?: 'log' | 'linear' | undefined;
}

/**
 * Opens the study in a folder, or without one the latest in results/, while it is being trained too. Throws a UserError
 * where there is none.
 */
export async function openStudy(folder?: string, options: OpenOptions = {}): Promise<PlannedStudy> {
  requireOptions(options);
  if (folder !== undefined) requirePath('folder', folder);
  const { onMessage, ...given } = options;
  const values = await valuesOf(given, ['axis', 'plugin']);
  return loadPlannedStudy(folder, { values, port: portOf({ onMessage }) });
}

/** Traces the frontier of a study or of the folder of one, as plain data. */
export async function frontier(study: PlannedStudy | string, options: FrontierOptions = {}): Promise<FrontierReport> {
  requireOptions(options);
  const values = await valuesOf({ ...options }, ['noiseStd']);
  return studyDocument(await tracedReport(await opened(study), values));
}

/**
 * Compares two folders, each alone or as `folder:hourglass`; one folder stands for its hourglass against its conventional
 * networks. Throws a UserError where they cannot be compared.
 */
export async function compare(
  left: string,
  right?: string,
  options: ComparisonOptions = {},
): Promise<ComparisonDocument> {
  requirePath('left', left);
  if (right !== undefined) requirePath('right', right);
  requireOptions(options);
  const { onMessage, ...given } = options;
  const values = await valuesOf(given, comparisonKeys);
  const words = right === undefined ? [left] : [left, right];
  return comparisonDocument(await compareFolders(words, { values, port: portOf({ onMessage }) }));
}

/** Draws the frontier of a study or of the folder of one; nothing is written. */
export async function draw(study: PlannedStudy | string, options: DrawOptions = {}): Promise<Drawing> {
  requireOptions(options);
  const planned = await opened(study);
  const values = await valuesOf({ ...options }, ['axisScale', 'noiseStd']);
  const report = await tracedReport(planned, values);
  const { svg, png, html } = await drawPlots(planned.folder, drawingOf(planned, report, values.axisScale!));
  return { svg, png, html };
}

async function opened(study: PlannedStudy | string): Promise<PlannedStudy> {
  if (typeof study === 'string') return openStudy(study);
  const { folder, runs } = Object(study) as Partial<PlannedStudy>;
  if (typeof folder === 'string' && Array.isArray(runs)) return study;
  throw new UserError(`study: expected what openStudy gives, or the path of a results folder, got ${shown(study)}`);
}
