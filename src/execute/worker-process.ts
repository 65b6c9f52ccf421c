/** One worker process as its parent sees it. */
import { fork, type ChildProcess } from 'node:child_process';
import { messageOf, OutOfMemory } from '../base/errors.js';
import type { EpochRecord, Run } from '../run/run.js';
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

export function startWorker(script: string): WorkerProcess {
  const child = forkWorker(script);
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
  const gone = endOf(child).then((error) => {
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

function forkWorker(script: string): ChildProcess {
  return fork(script, [], {
    env: { ...process.env, OMP_NUM_THREADS: '1' },
    // A second process cannot listen on the debugger's port.
    execArgv: process.execArgv.filter((flag) => !flag.startsWith('--inspect')),
    // Standard output belongs to the results; what a library prints in a worker goes to standard error.
    stdio: ['ignore', 2, 2, 'ipc'],
    serialization: 'advanced',
  });
}

/** Resolves with how the process ended, in words. */
function endOf(child: ChildProcess): Promise<Error> {
  return new Promise((resolve) => {
    child.once('exit', (exitCode, signal) => resolve(endInWords(exitCode, signal)));
    child.on('error', (error) => {
      // Only a process that never started has no number; other errors come before an exit.
      if (child.pid !== undefined) return;
      resolve(new Error(`the worker process did not start: ${messageOf(error)}`));
    });
  });
}

function endInWords(exitCode: number | null, signal: NodeJS.Signals | null): Error {
  if (signal === 'SIGKILL') {
    return new OutOfMemory('the worker process was killed (SIGKILL); often the machine ran out of memory');
  }
  // Native code that cannot allocate aborts.
  if (signal === 'SIGABRT') return new OutOfMemory('the worker process ended by SIGABRT');
  return new Error(
    signal ? `the worker process ended by ${signal}` : `the worker process ended with exit code ${exitCode}`,
  );
}
