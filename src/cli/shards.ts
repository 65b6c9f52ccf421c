/** A search that trains one shard: in a folder of its own, or in one that it shares with the other shards. */
import { UserError } from '../base/errors.js';
import { asWord, shellLine } from '../base/shell-line.js';
import { readStoredConfig, type StoredConfig } from '../config/stored.js';
import { keyOf } from '../run/key.js';
import { readRunLog } from '../run/log.js';
import type { Run, RunResult } from '../run/run.js';
import { requestedShard, shardText, type Shard } from '../search/shard.js';
import type { CommandContext } from './context.js';
import { defaultFolder } from './results-folder.js';
import { runsForPlan } from './study-runs.js';
import { countRuns, folderName, type Study } from './study.js';
import { writeStudyReport, type StudyReport } from './study-report.js';

type Values = CommandContext['values'];

/** The context with `2/8` in place of `slurm`. Throws a UserError for options that contradict each other. */
export function withNumberedShard(context: CommandContext): CommandContext {
  const { values } = context;
  if (values.shared && values.shard === null) {
    throw new UserError('--shared: expected a --shard that shares the folder, got none; add one, or leave it out');
  }
  if (values.shared && values.fresh) {
    throw new UserError(
      '--fresh: expected a folder of one writer, got --shared, where others may be writing; remove the folder yourself',
    );
  }
  if (values.shard === null) return context;
  return { ...context, values: { ...values, shard: shardText(requestedShard(values.shard, process.env)) } };
}

/** Whether a shard goes into the folder of the whole study: a shared or a merged one, or one that began without shards. */
export async function joinsWholeFolder(folder: string, { shard, shared, fresh }: Values): Promise<boolean> {
  if (shard === null) return false;
  if (shared) return true;
  const stored = fresh ? null : await readStoredConfig(folder);
  return stored !== null && stored.shard === undefined;
}

export interface ReportedFolder {
  readonly study: Study;
  readonly folder: string;
  readonly config: StoredConfig;
  readonly terminal: CommandContext['terminal'];
}

/**
 * Reports what the folder holds of the study, whoever trained it. Other processes may write into it meanwhile, and an
 * older report of ours must not take the place of theirs: so it is written until it is as new as the log.
 */
export async function reportFolder({ study, folder, config, terminal }: ReportedFolder): Promise<StudyReport> {
  const whole = study.shard === null ? 'the whole study' : `shard ${shardText(study.shard)}`;
  for (let runs = await runsOf(study, folder); ;) {
    const report = await writeStudyReport({ study, runs, folder, config });
    const newer = await runsOf(study, folder);
    if (newer.length === runs.length && newer.every((run, index) => run.state === runs[index]!.state)) {
      const planned = countRuns(study);
      const mostPlanned = study.auto === null ? planned : `at most ${planned}`;
      if (runs.length < planned) terminal.say(`${runs.length} of ${mostPlanned} runs of ${whole} are in ${folder}.`);
      return report;
    }
    runs = newer;
  }
}

/** In plan order. */
async function runsOf(study: Study, folder: string): Promise<Run[]> {
  const log = await readRunLog(folder);
  return inPlanOrder(study, log.runs);
}

/** The runs that there are of a plan, in its order. */
export function inPlanOrder<Kept extends RunResult>(study: Study, runs: ReadonlyMap<string, Kept>): Kept[] {
  const planned: Kept[] = [];
  for (const spec of study.specs(runsForPlan(study, [...runs.values()]))) {
    const run = runs.get(keyOf(spec));
    if (run !== undefined) planned.push(run);
  }
  return planned;
}

/** What to do once all shards are done. */
export function nextOfShard(shard: Shard, studyName: string): string {
  const [, before, after] = /^(.*-)\d+(-of-\d+)$/s.exec(asWord(defaultFolder(folderName(studyName, shard))))!;
  const every = `${shellLine([before!])}*${after!}`;
  return `This is shard ${shardText(shard)}. With all of them: hgmlp merge ${every}`;
}
