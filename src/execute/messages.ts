/** What a worker process and its parent say to each other; a worker has one job at a time, so no message needs a number. */
import type { EpochRecord, Run, RunSpec } from '../run/run.js';

/** To the worker: train these side by side. */
export interface Job {
  /** They differ in learning rate and replicate only. */
  readonly pack: readonly RunSpec[];
  /** A folder with the user's own copy of the data sets. */
  readonly dataFolder?: string;
}

/**
 * To the parent: epochs as they pass, then the sample sheets of finished runs and the runs, or why there are none.
 * `place`: of the run in the pack.
 */
export type Answer =
  | { readonly type: 'epoch'; readonly place: number; readonly epoch: EpochRecord }
  | { readonly type: 'sheet'; readonly place: number; readonly png: Uint8Array }
  | { readonly type: 'runs'; readonly runs: readonly Run[] }
  | { readonly type: 'failure'; readonly reason: string; readonly outOfMemory: boolean };
