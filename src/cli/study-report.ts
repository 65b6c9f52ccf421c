/** What a results folder says of a study: its tables, plots and page. The same runs give the same files. */
import type { StoredConfig } from '../config/stored.js';
import { bestUnderBudget } from '../frontier/budget.js';
import { traceFrontier, type Frontier } from '../frontier/trace.js';
import { frontierDocument } from '../report/document.js';
import { renderBudgetTable } from '../report/text.js';
import { writeReport } from '../report/write-report.js';
import type { Run } from '../run/run.js';
import type { Settling } from './auto-replicates.js';
import type { CommandContext } from './context.js';
import { halvingLines, halvingNotes, writeHalving, type HalvingSummary } from './halving-report.js';
import { reproducingCommand } from './results-folder.js';
import type { Study } from './study.js';

/** Of the whole study or of a shard. */
export interface ReportedStudy {
  readonly study: Study;
  /** In plan order. */
  readonly runs: readonly Run[];
  readonly folder: string;
  readonly config: StoredConfig;
}

/** What was written of a study. */
export interface StudyReport {
  readonly runs: readonly Run[];
  readonly frontier: Frontier;
  /** Null where trainings are not stopped early. */
  readonly halving: HalvingSummary | null;
}

/** Traces the frontier, and writes all of the folder but the configuration and the log. */
export async function writeStudyReport({ study, runs, folder, config }: ReportedStudy): Promise<StudyReport> {
  const { name, dimensions, trainingImages } = study.task;
  const { count } = study.request.setting;
  const frontier = traceFrontier(runs, { task: name, dimensions, count, trainingImages });
  const halving = await writeHalving(folder, study, runs);
  const effortNotes = halving === null ? [] : halvingNotes(halving);
  await writeFrontier(folder, { runs, frontier, config, effortNotes });
  return { runs, frontier, halving };
}

/** A frontier that is traced already, and the runs that it is made of. */
export interface TracedRuns {
  readonly runs: readonly Run[];
  readonly frontier: Frontier;
  readonly config: StoredConfig;
  /** Sentences on how the effort was spent, for the page. */
  readonly effortNotes?: readonly string[];
}

/** Writes the tables, plots and page of it. */
export async function writeFrontier(
  folder: string,
  { runs, frontier, config, effortNotes = [] }: TracedRuns,
): Promise<void> {
  const command = reproducingCommand(config);
  await writeReport(folder, { runs, frontier, axis: 'log', command, resolvedConfig: config, effortNotes });
}

/** Where what was written stands. */
export function resultsLine(folder: string): string {
  return `Results: ${folder}/ (frontier.html, frontier.png, frontier.csv, runs.csv)`;
}

/** What to do with it. */
export function nextLine(folder: string): string {
  return `Next: hgmlp frontier show ${folder}`;
}

export interface ShownStudy extends Pick<ReportedStudy, 'study' | 'folder'> {
  /** Where results chose who got more replicates; it joins the document. */
  readonly settling?: Settling | null;
}

/** Prints the best networks under each budget of the study, and where the rest stands. */
export function showFrontier(
  { frontier, halving }: StudyReport,
  { study, folder, settling = null }: ShownStudy,
  { terminal, values }: Pick<CommandContext, 'terminal' | 'values'>,
): void {
  const { count } = study.request.setting;
  const best = study.budget.wanted.map((budgetParams) => bestUnderBudget(frontier.points, { budgetParams, count }));
  if (values.json) {
    const extra = { ...(halving && { halving }), ...(settling && { settling }) };
    terminal.print(JSON.stringify({ ...frontierDocument(frontier), folder, best, ...extra }, null, 2));
    return;
  }
  for (const comparison of best) terminal.print(renderBudgetTable(comparison, terminal));
  if (halving !== null) for (const line of halvingLines(halving, folder)) terminal.print(line);
  terminal.print(resultsLine(folder));
  terminal.print(nextLine(folder));
}
