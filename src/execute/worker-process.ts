/** One worker process as its parent sees it. */
import { OutOfMemory } from '../base/errors.js';
import type { EpochRecord, Run } from '../run/run.js';
import { endOf, forkScript } from './child.js';
import type { Answer, Job } from './messages.js';

/** Who hears what a worker says before its runs are done, each by its place in the pack. */
export interface Listener {
  readonly onEpoch: (place: number, epoch: EpochRecord) => void;
  /** With the sample sheet of a finished run, a PNG file. */
  readonly onSheet: (place: number, png: Uint8Array) => void;
}

export interface WorkerProcess {
  /**
   * One job at a time. Rejects, in words, where the training throws or the process ends: with an OutOfMemory where it says
   * that, or has ended as it would for that.
   */
  train(job: Job, listener: Listener): Promise<readonly Run[]>;
  /** False once the process has ended or is being ended. */
  alive(): boolean;
  /** Ends the process at once; a worker holds nothing that must be saved. Resolves when it is gone. */
  end(): Promise<void>;
  /** Resolves when the process is gone, for whatever reason. */
  readonly gone: Promise<void>;
}

interface JobInHand {
  readonly resolve: (runs: readonly Run[]) => void;
  readonly reject: (error: Error) => void;
  readonly listener: Listener;
}

/** @param environment beside the variables of this process */
export function startWorker(script: string, environment: Readonly<Record<string, string>>): WorkerProcess {
  const child = forkScript(script, { environment, errors: 'ours' });
  let alive = true;
  let inHand: JobInHand | null = null;
  const settle = (how: (job: JobInHand) => void) => {
    const job = inHand;
    inHand = null;
    if (job !== null) how(job);
  };
  child.on('message', (answer: Answer) => {
    if (answer.type === 'epoch') inHand?.listener.onEpoch(answer.place, answer.epoch);
    else if (answer.type === 'sheet') inHand?.listener.onSheet(answer.place, answer.png);
    else if (answer.type === 'runs') settle(({ resolve }) => resolve(answer.runs));
    else settle(({ reject }) => reject(answer.outOfMemory ? new OutOfMemory(answer.reason) : new Error(answer.reason)));
  });
  const gone = endOf(child, 'the worker process').then((error) => {
    alive = false;
    settle(({ reject }) => reject(error));
  });
  return {
    train: (job, listener) =>
      new Promise((resolve, reject) => {
        inHand = { resolve, reject, listener };
        // What cannot be sent has no reader: the process is ending, and its end says why.
        child.send(job, () => undefined);
      }),
    alive: () => alive,
    end() {
      alive = false;
      child.kill('SIGKILL');
      return gone;
    },
    gone,
  };
}
