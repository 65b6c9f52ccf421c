/** A search that trains one shard: in a folder of its own, or in one that it shares with the other shards. */
import { UserError } from '../base/errors.js';
import { asWord, shellLine } from '../base/shell-line.js';
import type { Values } from '../config/fields.js';
import { readStoredConfig, type StoredConfig } from '../config/stored.js';
import { readRunLog } from '../run/log.js';
import type { Run } from '../run/run.js';
import { requestedShard, shardText, type Shard } from '../search/shard.js';
import { defaultFolder } from './folder.js';
import type { Port } from './port.js';
import { inPlanOrder } from './plan/runs.js';
import { folderName, type Study } from './definition.js';
import { writeStudyReport, type StudyReport } from './report.js';

/** Gives the context with `2/8` in place of `slurm`. Throws a UserError for options that contradict each other. */
export function withNumberedShard<Context extends { readonly values: Values }>(context: Context): Context {
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

/**
 * Tells whether a shard goes into the folder of the whole study: a shared or a merged one, or one that began without
 * shards.
 */
export async function joinsWholeFolder(folder: string, { shard, shared, fresh }: Values): Promise<boolean> {
  if (shard === null) return false;
  if (shared) return true;
  const stored = fresh ? null : await readStoredConfig(folder);
  return stored !== null && stored.shard === undefined;
}

/** Says which study a folder is reported as, and who hears how much of it is there. */
export interface ReportedFolder {
  readonly study: Study;
  readonly folder: string;
  readonly config: StoredConfig;
  readonly port: Port;
}

/**
 * Reports what the folder holds of the study, whoever trained it. Other processes may write into it meanwhile, and an
 * older report of ours must not take the place of theirs: so it is written until it is as new as the log.
 */
export async function reportFolder({ study, folder, config, port }: ReportedFolder): Promise<StudyReport> {
  const whole = study.shard === null ? 'the whole study' : `shard ${shardText(study.shard)}`;
  for (let runs = await runsOf(study, folder); ;) {
    const report = await writeStudyReport({ study, runs, folder, config });
    const newer = await runsOf(study, folder);
    if (newer.length === runs.length && newer.every((run, index) => run.state === runs[index]!.state)) {
      const { fewest, most } = study.plan.bound();
      const mostPlanned = fewest === most ? most : `at most ${most}`;
      if (runs.length < most) port.say(`${runs.length} of ${mostPlanned} runs of ${whole} are in ${folder}.`);
      return report;
    }
    runs = newer;
  }
}

/** In plan order. */
async function runsOf(study: Study, folder: string): Promise<Run[]> {
  const log = await readRunLog(folder);
  return inPlanOrder(study.plan, log.runs);
}

/** Says which command makes one study of all shards once they are done. */
export function nextOfShard(shard: Shard, studyName: string): string {
  const [, before, after] = /^(.*-)\d+(-of-\d+)$/s.exec(asWord(defaultFolder(folderName(studyName, shard))))!;
  const every = `${shellLine([before!])}*${after!}`;
  return `This is shard ${shardText(shard)}. Merge all shards with: hgmlp merge ${every}`;
}
