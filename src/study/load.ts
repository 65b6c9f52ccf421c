/** Reads a results folder for the commands that trace, compare and follow frontiers. */
import type { SizeName } from '../arch/sizes.js';
import { UserError } from '../base/errors.js';
import { counted } from '../base/numbers.js';
import { readStoredConfig, type StoredConfig } from '../config/stored.js';
import { findTask, type Task } from '../data/tasks.js';
import { readRunLog, readRunResults } from '../run/log.js';
import type { LogContent } from '../run/read-log.js';
import type { Run, RunResult } from '../run/run.js';
import { findResultsFolder } from './folder.js';
import { sayProblems, type StudyContext } from './port.js';
import { inPlanOrder } from './plan/runs.js';
import { storedValues } from './stored-values.js';
import { studyOf, type Study } from './definition.js';

/** Holds a study as it was read from its folder: its configuration and its runs. */
export interface LoadedStudy<Kept extends RunResult = RunResult> {
  readonly folder: string;
  readonly config: StoredConfig;
  readonly runs: readonly Kept[];
  readonly task: Task;
  /** The axis that was asked for, else the size that the study's budget bounds. */
  readonly axis: SizeName;
}

/**
 * Loads the study in a folder, or without one the latest in results/. Throws a UserError where there is none with runs.
 */
export function loadStudy(named: string | undefined, context: StudyContext): Promise<LoadedStudy> {
  return loadWith(readRunResults, named, context);
}

/** Does the same with the learning curves, which take much more memory. */
export function loadStudyWithCurves(named: string | undefined, context: StudyContext): Promise<LoadedStudy<Run>> {
  return loadWith(readRunLog, named, context);
}

type ReadRuns<Kept> = (folder: string) => Promise<LogContent<Kept>>;

async function loadWith<Kept extends RunResult>(
  read: ReadRuns<Kept>,
  named: string | undefined,
  context: StudyContext,
) {
  const { folder, config } = await findFolder(named, context);
  const runs = await readRuns(read, folder, context);
  if (runs.length === 0) throw noneYet(folder);
  return { folder, config, runs, task: findTask(runs[0]!.spec.task), axis: axisOf(config, context) };
}

/** Holds a study with its plan, of which it may hold no run yet. */
export interface PlannedStudy extends LoadedStudy {
  /** Null where no plan is known: of imported runs, and of a reproduction, which trains what its time allows. */
  readonly study: Study | null;
}

/**
 * Does the same for those that say how far a study is. What the log holds beside the plan is left out, as its search
 * does.
 */
export async function loadPlannedStudy(named: string | undefined, context: StudyContext): Promise<PlannedStudy> {
  const { folder, config } = await findFolder(named, context);
  const study = await plannedIn(folder, config);
  const read = study !== null && study.plan.chooser !== null ? readRunLog : readRunResults;
  const runs = await readRuns<RunResult>(read, folder, context);
  const taskName = runs[0]?.spec.task ?? config.task;
  if (typeof taskName !== 'string') throw noneYet(folder);
  const common = { folder, config, task: findTask(taskName), axis: axisOf(config, context) };
  if (study === null || runs.length === 0) return { ...common, study, runs };
  const planned = ofPlan(study, runs);
  // The plan is that of another version of hgmlp.
  if (planned.length === 0) return { ...common, study: null, runs };
  const others = runs.length - planned.length;
  if (others > 0) context.port.say(`${counted(others, 'run')} of the log, not in the plan of ${folder}: left out`);
  return { ...common, study, runs: planned };
}

async function findFolder(named: string | undefined, { port }: StudyContext) {
  const folder = await findResultsFolder(named, port);
  return { folder, config: (await readStoredConfig(folder))! };
}

async function readRuns<Kept>(read: ReadRuns<Kept>, folder: string, { port }: StudyContext): Promise<readonly Kept[]> {
  const { runs, problems } = await read(folder);
  sayProblems(port, problems);
  return [...runs.values()];
}

function noneYet(folder: string): UserError {
  return new UserError(`${folder}: expected finished runs, got none yet; run 'hgmlp search' with --out ${folder}`);
}

function axisOf(config: StoredConfig, { values }: StudyContext): SizeName {
  return (values.axis ?? config.size ?? 'trainable') as SizeName;
}

/** It takes a while to look through more. */
const mostLookedThrough = 200_000;

async function plannedIn(folder: string, config: StoredConfig): Promise<Study | null> {
  // Only a reproduction has a time to keep to.
  if (config.importedFrom !== undefined || config.maxTime !== undefined) return null;
  try {
    return studyOf(await storedValues(folder), mostLookedThrough);
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  }
}

/** In its order. What results choose is not chosen anew: it is taken to be all there is. */
function ofPlan(study: Study, runs: readonly RunResult[]): readonly RunResult[] {
  if (!study.plan.listsAll) return runs;
  return inPlanOrder(study.plan, new Map(runs.map((run) => [run.key, run])));
}
