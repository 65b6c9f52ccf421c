/** What a worker process and its parent say to each other; a worker has one job at a time, so no message needs a number. */
import type { EpochRecord, Run, RunSpec } from '../run/run.js';

/** To the worker: train this. */
export interface Job {
  readonly spec: RunSpec;
  /** A folder with the user's own copy of the data sets. */
  readonly dataFolder?: string;
}

/** To the parent: epochs as they pass, then the sample sheet of a finished run and the run, or why there is none. */
export type Answer =
  | { readonly type: 'epoch'; readonly epoch: EpochRecord }
  | { readonly type: 'sheet'; readonly png: Uint8Array }
  | { readonly type: 'run'; readonly run: Run }
  | { readonly type: 'failure'; readonly reason: string };
