/** How long runs will take on this machine, measured where they will train: in a process beside this one. */
import type { Task } from '../data/tasks.js';
import type { PluginFile } from '../plugin/load.js';
import type { RunSpec } from '../run/spec.js';
import { estimateFrom, type Extremes } from '../train/estimate.js';
import type { Environment } from './pool.js';
import { askProbe } from './probe.js';

/** Tells how the workers will train whose pace is measured. */
export interface MeasureOptions {
  /** Networks that a worker trains side by side. */
  readonly members: number;
  readonly dataFolder: string | null;
  /** Those that define the task or the family. */
  readonly plugins?: readonly PluginFile[] | null;
  /** A worker's. */
  readonly environment: Environment;
}

/**
 * Gives the estimated milliseconds of a run on one worker, from what the extremes take here (see `estimateFrom`). Throws a
 * UserError where the data cannot be read.
 */
export async function measureDurations(
  extremes: Extremes,
  task: Task,
  { members, dataFolder, plugins, environment }: MeasureOptions,
): Promise<(spec: RunSpec) => number> {
  const given = { dataFolder: dataFolder ?? undefined, plugins: plugins ?? [] };
  const question = { type: 'measure', extremes, members, ...given } as const;
  const { answer } = await askProbe(question, { environment });
  return estimateFrom(extremes, answer, { task, trainingImages: task.trainingImages });
}
