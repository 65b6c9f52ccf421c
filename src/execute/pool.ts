/**
 * Local worker processes, one pack of networks each at a time. Processes and not threads, so that a crash in native code
 * costs one pack and not the search. Each pack has a worker to itself; one that has died, at work or idle, is replaced
 * when the next pack needs it.
 */
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { OutOfMemory } from '../base/errors.js';
import type { Run, RunSpec } from '../run/run.js';
import { startWorker, type Listener, type WorkerProcess } from './worker-process.js';

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
   * Trains the runs of a pack side by side in the next free worker. Rejects where the worker throws or dies, in words;
   * with an OutOfMemory where less at a time may still fit, and that worker is then replaced. An aborted signal ends the
   * pack's worker at once.
   */
  train(pack: readonly RunSpec[], options: Listener & { readonly signal: AbortSignal }): Promise<readonly Run[]>;
  /** Ends all workers at once. */
  close(): Promise<void>;
}

/** One worker for each core that this process may use. */
export function defaultWorkers(): number {
  return availableParallelism();
}

/** A pool whose workers start when they are first needed. */
export function openPool({ workers, dataFolder, workerScript = ownWorkerScript() }: PoolOptions): Pool {
  const settings = dataFolder === undefined ? {} : { dataFolder };
  const slots = slotsOf(workers);
  const processes = new Set<WorkerProcess>();
  const busy = new Set<WorkerProcess>();
  let closed = false;

  const takeWorker = () => {
    const idle = [...processes].find((worker) => worker.alive() && !busy.has(worker));
    const worker = idle ?? startWorker(workerScript);
    if (idle === undefined) {
      processes.add(worker);
      void worker.gone.then(() => processes.delete(worker));
    }
    busy.add(worker);
    return worker;
  };
  return {
    async train(pack, { signal, ...listener }) {
      await slots.take();
      let worker: WorkerProcess | null = null;
      const abort = () => void worker?.end();
      signal.addEventListener('abort', abort);
      try {
        if (signal.aborted || closed) throw new Error('stopped');
        worker = takeWorker();
        return await worker.train({ pack, ...settings }, listener);
      } catch (error) {
        // What native code holds after a failed allocation is not known.
        if (error instanceof OutOfMemory) await worker?.end();
        throw signal.aborted || closed ? new Error('stopped', { cause: error }) : error;
      } finally {
        signal.removeEventListener('abort', abort);
        if (worker !== null) busy.delete(worker);
        slots.give();
      }
    },
    async close() {
      closed = true;
      await Promise.all([...processes].map((worker) => worker.end()));
    },
  };
}

function ownWorkerScript(): string {
  return fileURLToPath(new URL('./worker.js', import.meta.url));
}

/** So many may go on at a time; the others wait in line. */
function slotsOf(count: number) {
  const line: (() => void)[] = [];
  let free = count;
  return {
    async take(): Promise<void> {
      if (free === 0) return new Promise((resolve) => line.push(resolve));
      free -= 1;
    },
    give(): void {
      const next = line.shift();
      if (next === undefined) free += 1;
      else next();
    },
  };
}
