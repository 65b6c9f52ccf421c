/** One worker process as its parent sees it. */
import { OutOfMemory, Refusal } from '../base/errors.js';
import type { EpochRecord, Run } from '../run/run.js';
import { endOf, forkScript } from './child.js';
import type { Answer, Job, Order } from './messages.js';

/** Hears what a worker says before its runs are done, each by its place in the pack. */
export interface Listener {
  /** `again`: the epoch was trained earlier, before the training was stopped. */
  readonly onEpoch: (place: number, epoch: EpochRecord, again: boolean) => void;
  /** With the sample sheet of a finished run, a PNG file. */
  readonly onSheet: (place: number, png: Uint8Array) => void;
  /** What the user should know, a line. */
  readonly onNote?: (text: string) => void;
}

/** Trains one job at a time in a process of its own. */
export interface WorkerProcess {
  /**
   * One job at a time. Rejects, in words, where the training throws or the process ends: with an OutOfMemory where it says
   * that, or has ended as it would for that, and with a Refusal where the disk refuses what it saves.
   */
  train(job: Job, listener: Listener): Promise<readonly Run[]>;
  /** False once the process has ended or is being ended. */
  alive(): boolean;
  /** Asks it to save what there is of the job in hand and to give it up, which then rejects. */
  stop(): void;
  /** Ends the process at once. Resolves when it is gone. */
  end(): Promise<void>;
  /** Resolves when the process is gone, for whatever reason. */
  readonly gone: Promise<void>;
}

interface PendingJob {
  readonly resolve: (runs: readonly Run[]) => void;
  readonly reject: (error: Error) => void;
  readonly listener: Listener;
}

/**
 * Starts a worker process; it ends by itself once its parent is gone.
 * @param environment beside the variables of this process
 */
export function startWorker(script: string, environment: Readonly<Record<string, string>>): WorkerProcess {
  const child = forkScript(script, { environment, errors: 'ours' });
  let alive = true;
  let inHand: PendingJob | null = null;
  const settle = (how: (job: PendingJob) => void) => {
    const job = inHand;
    inHand = null;
    if (job !== null) how(job);
  };
  child.on('message', (answer: Answer) => {
    if (answer.type === 'epoch') inHand?.listener.onEpoch(answer.place, answer.epoch, answer.again);
    else if (answer.type === 'sheet') inHand?.listener.onSheet(answer.place, answer.png);
    else if (answer.type === 'note') inHand?.listener.onNote?.(answer.text);
    else if (answer.type === 'runs') settle(({ resolve }) => resolve(answer.runs));
    else if (answer.type === 'refusal') settle(({ reject }) => reject(new Refusal(answer.message, answer.exitCode)));
    else settle(({ reject }) => reject(answer.outOfMemory ? new OutOfMemory(answer.reason) : new Error(answer.reason)));
  });
  const gone = endOf(child, 'the worker process').then((error) => {
    alive = false;
    settle(({ reject }) => reject(error));
  });
  // What cannot be sent has no reader: the process is ending, and its end says why.
  const send = (order: Order) => void child.send(order, () => undefined);
  return {
    train: (job, listener) =>
      new Promise((resolve, reject) => {
        inHand = { resolve, reject, listener };
        send({ type: 'job', job });
      }),
    alive: () => alive,
    stop: () => send({ type: 'stop' }),
    end() {
      alive = false;
      child.kill('SIGKILL');
      return gone;
    },
    gone,
  };
}
