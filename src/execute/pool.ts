/**
 * Local worker processes, one network each at a time, on one thread each. Processes and not threads, so that a crash in
 * native code costs one run and not the search. Source of the pool: workerpool.
 */
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import workerpool from 'workerpool';
import type { EpochRecord, Run, RunSpec } from '../run/run.js';

export interface PoolOptions {
  /** The number of worker processes. */
  readonly workers: number;
  /** A folder with the user's own copy of the data sets. */
  readonly dataFolder?: string;
  /** The script of the workers; another one in tests. */
  readonly workerScript?: string;
}

export interface Pool {
  /**
   * Trains one run in the next free worker. Rejects where the worker throws or dies, in words, and where the signal is
   * aborted.
   */
  train(spec: RunSpec, options: { signal: AbortSignal; onEpoch: (record: EpochRecord) => void }): Promise<Run>;
  /** Ends all workers at once. */
  close(): Promise<void>;
}

/** One worker for each core that this process may use. */
export function defaultWorkers(): number {
  return availableParallelism();
}

/** A pool whose workers start when they are first needed. */
export function openPool({ workers, dataFolder, workerScript = ownWorkerScript() }: PoolOptions): Pool {
  const pool = workerpool.pool(workerScript, {
    workerType: 'process',
    maxWorkers: workers,
    forkOpts: { env: { ...process.env, OMP_NUM_THREADS: '1' } },
  });
  return {
    train: (spec, { signal, onEpoch }) =>
      new Promise<Run>((resolve, reject) => {
        const task = pool.exec('train', [spec, { dataFolder }], { on: onEpoch });
        const abort = () => reject(new Error('stopped'));
        if (signal.aborted) abort();
        signal.addEventListener('abort', abort, { once: true });
        task
          .then((run: Run) => resolve(run))
          .catch((error: unknown) => reject(new Error(reasonOf(error))))
          .finally(() => signal.removeEventListener('abort', abort));
      }),
    close: async () => {
      await pool.terminate(true);
    },
  };
}

function ownWorkerScript(): string {
  return fileURLToPath(new URL('./worker.js', import.meta.url));
}

/** One line. What the pool says of a dead worker is a list of its settings, of which only the end is of use. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (!message.startsWith('Workerpool Worker terminated')) return message;
  const signal = /signalCode: `(SIG\w+)`/.exec(message)?.[1];
  const exitCode = /exitCode: `(\d+)`/.exec(message)?.[1];
  if (signal === 'SIGKILL') return 'the worker process was killed (SIGKILL); often the machine ran out of memory';
  return signal ? `the worker process ended by ${signal}` : `the worker process ended with exit code ${exitCode}`;
}
