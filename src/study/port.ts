/** How a study reaches whoever runs it: a command, a page or a program. Nothing else of a study speaks, asks or is stopped. */
import type { Values } from '../config/fields.js';
import type { FetchProgress } from '../data/fetching.js';
import type { Run } from '../run/run.js';
import type { LimitName } from '../search/limits.js';
import type { SearchEvent } from '../search/search.js';
import type { PlanSize } from './plan/size.js';
import type { RunCounts, TrainingProgress } from './tally.js';

/** Joins a study with whoever runs it: a command line, or another program. */
export interface Port {
  /** Tells one message. */
  say(text: string): void;
  /** Whether somebody is there who can be asked. */
  readonly interactive: boolean;
  /** Asks for a yes or no; no where nobody can be asked. */
  confirm(question: string): Promise<boolean>;
  /** Aborted by whoever wants the work to stop; what is in training is saved then. */
  readonly signal: AbortSignal;
  /** Hears of all that happens on the way. */
  onEvent(event: StudyEvent): void;
}

/** Holds what most of a study is done with. */
export interface StudyContext {
  readonly values: Values;
  readonly port: Port;
}

/** Tells what happens while a study is prepared and trained, in this order, and to each single training. */
export type StudyEvent = PreparationEvent | TrainingEvent | SearchEvent;

/** Tells what happens before anything is trained. */
export type PreparationEvent =
  /** A step of slow work, such as fetching data, begins: how much it is, where that is known. */
  | {
      readonly type: 'step';
      readonly what: string;
      readonly total?: { readonly amount: number; readonly unit: string };
    }
  /** So much more of the step is done. */
  | { readonly type: 'advance'; readonly amount: number }
  | { readonly type: 'stepsEnded' }
  /** The engine that trains, and why it was chosen. */
  | {
      readonly type: 'engine';
      readonly engine: string;
      readonly device: string | null;
      readonly adapter: string | null;
      readonly why: string;
    }
  /** What `auto` is. */
  | {
      readonly type: 'strategy';
      readonly strategy: string;
      readonly learningRates: readonly number[] | null;
      readonly why: string | null;
    }
  /** A file of runs from elsewhere is read, and sound. */
  | { readonly type: 'read'; readonly file: string; readonly sha256: string; readonly tasks: number }
  /** Something in the log of a results folder is damaged; the rest is read. */
  | { readonly type: 'problem'; readonly folder: string; readonly problem: string };

/** Tells what happens to the training of a plan as a whole. */
export type TrainingEvent =
  /** What is missing of a plan is trained from now on. */
  | {
      readonly type: 'began';
      /** The study in words, such as `mnist/denoising, budget 1M`. */
      readonly what: string;
      readonly task: string;
      readonly folder: string;
      /** Who trains, in words such as `4 workers`. */
      readonly crew: string;
      /** Runs that the folder's log holds already. */
      readonly inLog: number;
      readonly planned: PlanSize;
      /** Tells how far it is, whenever it is asked. */
      progress(): TrainingProgress;
    }
  /** Work begins that the signal stops without a trace, such as the writing of a folder; `closed` is its end. */
  | { readonly type: 'stoppable'; readonly consequence: string }
  /** Nothing new is trained any more; what is in training is being saved. */
  | { readonly type: 'closing' }
  /** All is saved. */
  | { readonly type: 'closed' }
  | { readonly type: 'ended'; readonly result: TrainedPlan };

/** Tells what has come of training a plan. */
export interface TrainedPlan {
  readonly folder: string;
  /** In plan order, those of the log included. */
  readonly runs: readonly Run[];
  /** Whether the signal or a limit kept some run from being trained or finished. */
  readonly stopped: boolean;
  /** What has ended it before its end; null where that was its end or the signal. */
  readonly limit: LimitName | null;
  readonly counts: RunCounts;
  readonly planned: PlanSize;
  /** Whether the same command trains again what has failed, as its plan depends on it. */
  readonly triesAgain: boolean;
}

/** Tells whether the signal has stopped it, so that nothing is reported yet and the same call goes on. */
export function isInterrupted({ stopped, limit }: TrainedPlan): boolean {
  return stopped && limit === null;
}

/** Tells what is damaged in the log of a results folder; the rest of it is read. */
export function sayProblems({ say }: Pick<Port, 'say'>, problems: readonly string[]): void {
  for (const problem of problems) say(`run log: ${problem}`);
}

/** Does work that the signal of a port stops, with the consequence in words, such as `nothing is merged`. */
export async function whileStoppable<Result>(
  { signal, onEvent }: Port,
  consequence: string,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  onEvent({ type: 'stoppable', consequence });
  try {
    return await work(signal);
  } finally {
    onEvent({ type: 'closed' });
  }
}

/** Hands the progress of fetching and reading data on to a port. */
export function fetchProgressOf({ say, onEvent }: Port): FetchProgress {
  return {
    step: (what, total) => onEvent({ type: 'step', what, ...(total !== undefined && { total }) }),
    advance: (amount) => onEvent({ type: 'advance', amount }),
    note: say,
  };
}

/** Makes a port of what somebody wants of it; the rest is silent, and nobody can be asked. */
export function portWith(parts: Partial<Port> = {}): Port {
  return {
    say: () => undefined,
    interactive: false,
    confirm: () => Promise.resolve(false),
    signal: new AbortController().signal,
    onEvent: () => undefined,
    ...parts,
  };
}
