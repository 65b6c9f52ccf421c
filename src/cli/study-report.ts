/** What a results folder says of a study: its tables, plots and page. The same runs give the same files. */
import type { PictureSize } from '../base/png-size.js';
import { asWord, shellLine } from '../base/shell-line.js';
import type { StoredConfig } from '../config/stored.js';
import { bestUnderBudget } from '../frontier/budget.js';
import { traceFrontier, type Frontier } from '../frontier/trace.js';
import { decisionsFile } from '../report/decisions.js';
import { frontierDocument } from '../report/document.js';
import { noNotes, progressNotes, type StudyNotes, type StudyProgress } from '../report/study-notes.js';
import { renderBudgetTable, terminalText } from '../report/text.js';
import { writeAll, writeReport } from '../report/write-report.js';
import type { RunResult } from '../run/run.js';
import { settlingLine, settlingOf, type Settling } from './auto-replicates.js';
import type { CommandContext } from './context.js';
import { halvingNextLines, halvingNotes, halvingOf, type HalvingSummary } from './halving-report.js';
import { reproducingCommand } from './results-folder.js';
import { progressOf } from './study-progress.js';
import { runsForPlan } from './study-runs.js';
import type { Study } from './study.js';

/** Of the whole study or of a shard. */
export interface ReportedStudy {
  readonly study: Study;
  /** In plan order. */
  readonly runs: readonly RunResult[];
  readonly folder: string;
  readonly config: StoredConfig;
}

/** What is told of a study. */
export interface StudyReport {
  readonly runs: readonly RunResult[];
  readonly frontier: Frontier;
  /** Null where trainings are not stopped early. */
  readonly halving: HalvingSummary | null;
  /** Where results chose who got more replicates; else null. */
  readonly settling: Settling | null;
  /** Null once the study is whole. */
  readonly progress: StudyProgress | null;
}

/** What a study is told by: the same from whichever command it is told. */
export interface TracedStudy {
  /** Null where no plan is known. */
  readonly study: Study | null;
  readonly runs: readonly RunResult[];
  readonly frontier: Frontier;
  readonly folder: string;
}

/** All that is told, and what a search by halving has come to. */
export async function reportOf({ study, runs, frontier, folder }: TracedStudy) {
  const halved = study && halvingOf(study, runsForPlan(study, runs));
  const settling = study?.auto ? settlingOf(runs, frontier, study.auto) : null;
  const halving = halved?.summary ?? null;
  const progress = await progressOf({ study, runs, folder, isDecided: halving?.isOver ?? null });
  const report: StudyReport = { runs, frontier, halving, settling, progress };
  return { report, halved };
}

/** Traces the frontier, and writes all of the folder but the configuration and the log. */
export async function writeStudyReport({ study, runs, folder, config }: ReportedStudy): Promise<StudyReport> {
  const { name, dimensions, trainingImages, target: images } = study.task;
  const { count } = study.request.setting;
  const frontier = traceFrontier(runs, { task: name, dimensions, count, trainingImages });
  const { report, halved } = await reportOf({ study, runs, frontier, folder });
  if (halved !== null) await writeAll(folder, { [decisionsFile]: halved.decisionsCsv() });
  await writeFrontier(folder, { runs, frontier, images, config, notes: notesOf(report) });
  return report;
}

/** What is told in sentences. */
export function notesOf({ halving, progress }: Pick<StudyReport, 'halving' | 'progress'>): StudyNotes {
  return {
    progress: progress === null ? [] : progressNotes(progress),
    effort: halving === null ? [] : halvingNotes(halving),
    unfinished: progress?.unfinished ?? [],
  };
}

/** Plain data, ready for `JSON.stringify`: the frontier, and what is told beside it. */
export function studyDocument({ frontier, halving, settling, progress }: StudyReport) {
  const told = { ...(halving && { halving }), ...(settling && { settling }), ...(progress && { progress }) };
  return { ...frontierDocument(frontier), ...told };
}

/** A frontier that is traced already, and the runs that it is made of. */
export interface TracedRuns<Kept extends RunResult = RunResult> {
  readonly runs: readonly Kept[];
  readonly frontier: Frontier;
  /** The size of the images of the task. */
  readonly images: PictureSize;
  readonly config: StoredConfig;
  readonly notes?: StudyNotes;
}

/** Writes the tables, plots and page of it. */
export async function writeFrontier(folder: string, { notes = noNotes, ...traced }: TracedRuns): Promise<void> {
  const command = reproducingCommand(traced.config);
  await writeReport(folder, { ...traced, axis: 'log', command, resolvedConfig: traced.config, notes });
}

/** Where what was written stands. */
export function resultsLine(folder: string): string {
  return `Results: ${folder}/ (frontier.html, frontier.png, frontier.csv, runs.csv)`;
}

/** What to do with it. */
export function nextLine(folder: string): string {
  return `Next: ${shellLine(['hgmlp', 'frontier', 'show', asWord(folder)])}`;
}

/** Prints the best networks under each budget of the study, and where the rest stands. */
export function showFrontier(
  report: StudyReport,
  place: Pick<ReportedStudy, 'study' | 'folder'>,
  context: Pick<CommandContext, 'terminal' | 'values'>,
): void {
  printFrontier(report, place, context);
  if (report.settling !== null) context.terminal.say(settlingLine(report.settling));
}

function printFrontier(
  report: StudyReport,
  { study, folder }: Pick<ReportedStudy, 'study' | 'folder'>,
  { terminal, values }: Pick<CommandContext, 'terminal' | 'values'>,
): void {
  const { frontier, halving } = report;
  const { count } = study.request.setting;
  const best = study.budget.wanted.map((budgetParams) => bestUnderBudget(frontier.points, { budgetParams, count }));
  if (values.json) {
    terminal.print(JSON.stringify({ ...studyDocument(report), folder, best }, null, 2));
    return;
  }
  for (const comparison of best) {
    if (Object.keys(comparison.best).length > 0) terminal.print(renderBudgetTable(comparison, terminal));
  }
  const notes = notesOf(report);
  const sentences = [...notes.progress, ...notes.effort];
  if (sentences.length > 0) terminal.print(terminalText(sentences, terminal));
  if (halving !== null) for (const line of halvingNextLines(halving, folder)) terminal.print(line);
  terminal.print(terminalText([resultsLine(folder)], terminal));
  terminal.print(nextLine(folder));
}
