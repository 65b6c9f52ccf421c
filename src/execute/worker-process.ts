/** One worker process as its parent sees it. */
import { fork, type ChildProcess } from 'node:child_process';
import { messageOf } from '../base/errors.js';
import type { EpochRecord, Run } from '../run/run.js';
import type { Answer, Job } from './messages.js';

/** Who hears what a worker says before its run is done. */
export interface Listener {
  readonly onEpoch: (epoch: EpochRecord) => void;
  /** With the sample sheet of a finished run, a PNG file. */
  readonly onSheet: (png: Uint8Array) => void;
}

export interface WorkerProcess {
  /** One job at a time. Rejects, in words, where the training throws or the process ends. */
  train(job: Job, listener: Listener): Promise<Run>;
  /** False once the process has ended or is being ended. */
  alive(): boolean;
  /** Ends the process at once; a worker holds nothing that must be saved. Resolves when it is gone. */
  end(): Promise<void>;
  /** Resolves when the process is gone, for whatever reason. */
  readonly gone: Promise<void>;
}

interface JobInHand {
  readonly resolve: (run: Run) => void;
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
    if (answer.type === 'epoch') inHand?.listener.onEpoch(answer.epoch);
    else if (answer.type === 'sheet') inHand?.listener.onSheet(answer.png);
    else if (answer.type === 'run') settle(({ resolve }) => resolve(answer.run));
    else settle(({ reject }) => reject(new Error(answer.reason)));
  });
  const gone = endOf(child).then((reason) => {
    alive = false;
    settle(({ reject }) => reject(new Error(reason)));
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
function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('exit', (exitCode, signal) => resolve(endInWords(exitCode, signal)));
    child.on('error', (error) => {
      // Only a process that never started has no number; other errors come before an exit.
      if (child.pid === undefined) resolve(`the worker process did not start: ${messageOf(error)}`);
    });
  });
}

function endInWords(exitCode: number | null, signal: NodeJS.Signals | null): string {
  if (signal === 'SIGKILL') return 'the worker process was killed (SIGKILL); often the machine ran out of memory';
  return signal ? `the worker process ended by ${signal}` : `the worker process ended with exit code ${exitCode}`;
}
