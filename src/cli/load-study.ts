/** Reads a results folder for the commands that trace, compare and follow frontiers. */
import type { CountedParams } from '../arch/arch.js';
import { UserError } from '../base/errors.js';
import { readStoredConfig, type StoredConfig } from '../config/stored.js';
import { findTask, type Task } from '../data/tasks.js';
import { readRunLog } from '../run/log.js';
import type { Run } from '../run/run.js';
import type { CommandContext } from './context.js';
import { findResultsFolder } from './results-folder.js';

export interface LoadedStudy {
  readonly folder: string;
  readonly config: StoredConfig;
  readonly runs: readonly Run[];
  readonly task: Task;
  /** What was asked for, else what the study counted. */
  readonly count: CountedParams;
}

/** The study in a folder, or without one the latest in results/. Throws a UserError where there is none with runs. */
export async function loadStudy(
  named: string | undefined,
  { values, terminal }: Pick<CommandContext, 'values' | 'terminal'>,
): Promise<LoadedStudy> {
  const folder = await findResultsFolder(named);
  if (named === undefined) terminal.say(`the latest results: ${folder}`);
  const config = (await readStoredConfig(folder))!;
  const { runs: byKey, problems } = await readRunLog(folder);
  for (const problem of problems) terminal.say(`run log: ${problem}`);
  const runs = [...byKey.values()];
  if (runs.length === 0)
    throw new UserError(`${folder}: expected finished runs, got none yet; run 'hgmlp search' with --out ${folder}`);
  const task = findTask(runs[0]!.spec.task);
  return { folder, config, runs, task, count: (values.count ?? config.count ?? 'trainable') as CountedParams };
}
