/** What a results folder says of a study: its tables, plots and page. The same runs give the same files. */
import type { PictureSize } from '../base/png-size.js';
import type { Values } from '../config/fields.js';
import type { StoredConfig } from '../config/stored.js';
import { traceFrontier, type Frontier } from '../frontier/trace.js';
import { frontierDocument } from '../report/document.js';
import { noNotes, progressNotes, type StudyNotes, type StudyProgress } from '../report/study-notes.js';
import type { AxisScale } from '../report/plot-rows.js';
import { writeAll, writeReport, type ReportRequest } from '../report/write-report.js';
import { fromShown } from '../run/metrics.js';
import type { RunResult } from '../run/run.js';
import type { PlanNews, PlanReport } from './plan/plan.js';
import { reproducingCommand } from './folder.js';
import type { PlannedStudy } from './load.js';
import { progressOf } from './progress.js';
import { runsForPlan } from './plan/runs.js';
import type { Study } from './definition.js';

/** Holds a study, or a shard of one, with the runs that a report is made of. */
export interface ReportedStudy {
  readonly study: Study;
  /** In plan order. */
  readonly runs: readonly RunResult[];
  readonly folder: string;
  readonly config: StoredConfig;
}

/** Holds what is told of a study. */
export interface StudyReport {
  readonly runs: readonly RunResult[];
  readonly frontier: Frontier;
  /** What its plan has come to; null where no plan is known. */
  readonly plan: (PlanReport & PlanNews) | null;
  /** Null once the study is whole. */
  readonly progress: StudyProgress | null;
}

/** Holds what a study is told by: the same from whichever command it is told. */
export interface TracedStudy {
  /** Null where no plan is known. */
  readonly study: Study | null;
  readonly runs: readonly RunResult[];
  readonly frontier: Frontier;
  readonly folder: string;
}

/** Gathers all that is told of a study whose frontier is traced. */
export async function reportOf({ study, runs, frontier, folder }: TracedStudy): Promise<StudyReport> {
  const report = study && study.plan.report(runsForPlan(study.plan, runs));
  const progress = await progressOf({ study, runs, folder, report });
  return { runs, frontier, plan: report && { ...report, ...report.tell({ runs, frontier }) }, progress };
}

/** Traces the frontier of a study that is loaded, and gathers what is told of it. */
export function tracedReport(planned: PlannedStudy, { noiseStd }: Pick<Values, 'noiseStd'>): Promise<StudyReport> {
  const { runs, task, axis } = planned;
  const { name, dimensions, trainingImages, metrics } = task;
  const uncertainty = noiseStd === null ? {} : { noiseStd: fromShown(metrics[0], noiseStd) };
  const frontier = traceFrontier(runs, { task: name, dimensions, axis, metrics, trainingImages, uncertainty });
  return reportOf({ ...planned, frontier });
}

/** Says how the frontier of a study that is loaded is to be drawn. */
export function drawingOf({ config, runs, task }: PlannedStudy, report: StudyReport, axis: AxisScale): ReportRequest {
  return {
    frontier: report.frontier,
    ...{ runs, images: task.pictures, axis, notes: notesOf(report) },
    ...{ command: reproducingCommand(config), resolvedConfig: config },
  };
}

/** Traces the frontier, and writes all of the folder but the configuration and the log. */
export async function writeStudyReport({ study, runs, folder, config }: ReportedStudy): Promise<StudyReport> {
  const { name, dimensions, trainingImages, metrics, pictures: images } = study.task;
  const { size: axis } = study.request.setting;
  const frontier = traceFrontier(runs, { task: name, dimensions, axis, metrics, trainingImages });
  const report = await reportOf({ study, runs, frontier, folder });
  for (const [file, text] of Object.entries(report.plan?.files ?? {})) await writeAll(folder, { [file]: text() });
  await writeFrontier(folder, { runs, frontier, images, config, notes: notesOf(report) });
  return report;
}

/** Gives what is told in sentences. */
export function notesOf({ plan, progress }: StudyReport): StudyNotes {
  return {
    progress: progress === null ? [] : progressNotes(progress),
    effort: plan?.notes ?? [],
    unfinished: progress?.unfinished ?? [],
  };
}

/** Makes plain data, ready for `JSON.stringify`: the frontier, and what is told beside it. */
export function studyDocument({ frontier, plan, progress }: StudyReport) {
  return { ...frontierDocument(frontier), ...plan?.document, ...(progress && { progress }) };
}

/** Holds a frontier that is traced already, and the runs that it is made of. */
export interface TracedRuns<Kept extends RunResult = RunResult> {
  readonly runs: readonly Kept[];
  readonly frontier: Frontier;
  /** The size of the pictures that the task's targets show; null where they show none. */
  readonly images: PictureSize | null;
  readonly config: StoredConfig;
  readonly notes?: StudyNotes;
}

/** Writes the tables, plots and page of a frontier into a folder. */
export async function writeFrontier(folder: string, { notes = noNotes, ...traced }: TracedRuns): Promise<void> {
  const command = reproducingCommand(traced.config);
  await writeReport(folder, { ...traced, axis: 'log', command, resolvedConfig: traced.config, notes });
}
