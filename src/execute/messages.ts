/** What a worker process and its parent say to each other; a worker has one job at a time, so no message needs a number. */
import type { ExitCode } from '../base/errors.js';
import type { PluginFile } from '../plugin/load.js';
import type { EpochRecord, Run } from '../run/run.js';
import type { RunSpec } from '../run/spec.js';

/** Tells the worker to train a job, or to save what there is of the job in hand and give it up. */
export type Order = { readonly type: 'job'; readonly job: Job } | { readonly type: 'stop' };

/** Describes runs to train side by side. */
export interface Job {
  /** They differ in learning rate and replicate only. */
  readonly pack: readonly RunSpec[];
  /** The last epoch to train; all of them without it. */
  readonly untilEpoch?: number;
  /** A folder with the user's own copy of the data sets. */
  readonly dataFolder?: string;
  /** The folder that checkpoints go to; without one nothing is saved. */
  readonly checkpoints?: string;
  /** When the training begins on the clock of its study. */
  readonly studyStartedMs?: number;
  /** The file of the claim under which they are saved. */
  readonly claim?: string;
  /** To be loaded before: the task or the family is of one of them. */
  readonly plugins?: readonly PluginFile[];
}

/**
 * Tells the parent of epochs and notes as they pass, then of the sample sheets of finished runs and the runs, or why
 * there are none. `place`: of the run in the pack.
 */
export type Answer =
  | { readonly type: 'epoch'; readonly place: number; readonly epoch: EpochRecord; readonly again: boolean }
  | { readonly type: 'sheet'; readonly place: number; readonly png: Uint8Array }
  /** What the user should know, a line. */
  | { readonly type: 'note'; readonly text: string }
  | { readonly type: 'runs'; readonly runs: readonly Run[] }
  | { readonly type: 'failure'; readonly reason: string; readonly outOfMemory: boolean }
  /** A Refusal: no other job would fare better. */
  | { readonly type: 'refusal'; readonly message: string; readonly exitCode: ExitCode };
