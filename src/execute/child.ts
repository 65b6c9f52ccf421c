/** Child processes that run a script of ours: how they start, and how they ended, in words. */
import { fork, type ChildProcess } from 'node:child_process';
import { exitCodes, messageOf, OutOfMemory, Refusal } from '../base/errors.js';
import { limitFault, fewerProcesses } from '../base/machine-limits.js';
import { lackOfProcesses } from './process-room.js';

/** States the variables of a child process, and where its errors go. */
export interface ForkOptions {
  /** Beside the variables of this process. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Where its standard error goes: to ours, or to whoever reads it. Its standard output goes to ours or nowhere. */
  readonly errors: 'ours' | 'pipe';
}

/**
 * Starts a script of ours as a child process with one OpenMP thread and a channel for messages. Its standard output
 * never reaches ours.
 */
export function forkScript(script: string, { environment = {}, errors }: ForkOptions): ChildProcess {
  return fork(script, [], {
    env: { ...process.env, OMP_NUM_THREADS: '1', ...environment },
    // A second process cannot listen on the debugger's port.
    execArgv: process.execArgv.filter((flag) => !flag.startsWith('--inspect')),
    // Standard output belongs to the results; what a library prints in a child goes to standard error.
    stdio: errors === 'ours' ? ['ignore', 2, 2, 'ipc'] : ['ignore', 'ignore', 'pipe', 'ipc'],
    serialization: 'advanced',
  });
}

/**
 * Resolves with how the process ended, in words: with an OutOfMemory where it has ended as it would for that, and with a
 * Refusal where a limit of this machine lets no other process fare better.
 * @param name of the process in these words: `the worker process`
 */
export function endOf(child: ChildProcess, name: string): Promise<Error> {
  return new Promise((resolve) => {
    child.once('exit', (exitCode, signal) => resolve(endInWords(name, exitCode, signal)));
    child.on('error', (error) => {
      // Only a process that never started has no number; other errors come before an exit.
      if (child.pid !== undefined) return;
      resolve(limitFault(error) ?? new Error(`${name} did not start: ${messageOf(error)}`));
    });
  });
}

function endInWords(name: string, exitCode: number | null, signal: NodeJS.Signals | null): Error {
  if (signal === 'SIGKILL') {
    return new OutOfMemory(`${name} was killed (SIGKILL); often the machine ran out of memory`);
  }
  if (signal === 'SIGXCPU') {
    return new Refusal(`${name} has used up the time of the processor that it may use; raise the limit (ulimit -t)`);
  }
  // Node.js and native code that can start no thread abort, or end with a code of their own.
  const left = signal === 'SIGABRT' || exitCode !== 0 ? lackOfProcesses() : null;
  if (left !== null) {
    const how = signal === null ? `ended with exit code ${exitCode}` : `ended by ${signal}`;
    const room = `${left} more processes and threads may be started, too few for a worker`;
    return new Refusal(`${name} ${how}: ${room}; ${fewerProcesses}`, exitCodes.stoppedResumable);
  }
  // Native code that cannot allocate aborts.
  if (signal === 'SIGABRT') return new OutOfMemory(`${name} ended by SIGABRT; often native code ran out of memory`);
  return new Error(signal ? `${name} ended by ${signal}` : `${name} ended with exit code ${exitCode}`);
}
