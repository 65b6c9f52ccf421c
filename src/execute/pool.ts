/**
 * Local worker processes, one pack of networks each at a time. Processes and not threads, so that a crash in native code
 * costs one pack and not the search. A worker has a place, with a device where there are several, and one that has died,
 * at work or idle, is replaced in its place when the next pack needs it.
 */
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { allowedCores } from '../base/control-groups.js';
import { OutOfMemory, Refusal, Stopped } from '../base/errors.js';
import type { PluginFile } from '../plugin/load.js';
import type { Run } from '../run/run.js';
import type { RunSpec } from '../run/spec.js';
import { startWorker, type Listener, type WorkerProcess } from './worker-process.js';

/** Holds variables of a process, beside those of its parent. */
export type Environment = Readonly<Record<string, string>>;

/** Tells how the worker processes of a pool are started, and where they keep what they train. */
export interface PoolOptions {
  /** One for each worker process. */
  readonly environments: readonly Environment[];
  /** A folder with the user's own copy of the data sets. */
  readonly dataFolder?: string;
  /** The folder that checkpoints go to; without one nothing is saved. */
  readonly checkpoints?: string;
  /** The clock of the study that is trained, in milliseconds. */
  readonly studyMs?: () => number;
  /** The file of the claim under which they are saved; once it is gone, nothing is. */
  readonly claim?: string;
  /** The plugins that define the task or the family of what is trained. */
  readonly plugins?: readonly PluginFile[];
  /** Called with what the user should know of a training, a line each. */
  readonly onNote?: (text: string) => void;
  /** How long a worker that is asked to stop may take to save. */
  readonly savingMs?: number;
  /** The script of the workers; another one in tests. */
  readonly workerScript?: string;
}

/** Leaves a second of the five that a program which is asked to stop should take at most. */
export const defaultSavingMs = 4000;

/** Trains packs in worker processes of this machine, one at a time in each. */
export interface Pool {
  /**
   * Trains the runs of a pack side by side in the next free worker. Rejects where the worker throws or dies, in words;
   * with an OutOfMemory where less at a time may still fit, and that worker is then replaced; with a Refusal where its
   * checkpoint cannot be written. An aborted signal has the pack's worker save and give up, and ends it at once where there
   * is nothing to save to, or where it takes too long.
   */
  train(
    pack: readonly RunSpec[],
    options: Listener & { readonly signal: AbortSignal; readonly untilEpoch?: number },
  ): Promise<readonly Run[]>;
  /** Ends all workers at once. */
  close(): Promise<void>;
}

/**
 * Counts one worker for each core that this process may use: of those that it may run on (older releases of Node.js see
 * no more), and of the share of their time that a container or batch job has.
 */
export function defaultWorkers(): number {
  return Math.min(availableParallelism(), Math.max(1, Math.floor(allowedCores())));
}

/** Makes a pool whose workers start when they are first needed. */
export function openPool({ environments, onNote, ...options }: PoolOptions): Pool {
  const { dataFolder, checkpoints, claim, plugins, studyMs, savingMs = defaultSavingMs } = options;
  const { workerScript = ownWorkerScript() } = options;
  const settings = {
    ...(dataFolder !== undefined && { dataFolder }),
    ...(checkpoints !== undefined && { checkpoints }),
    ...(claim !== undefined && { claim }),
    ...(plugins !== undefined && { plugins }),
  };
  const places = lineFor(environments.map((environment): WorkerSlot => ({ environment, worker: null })));
  const processes = new Set<WorkerProcess>();
  let closed = false;

  const workerAt = (place: WorkerSlot) => {
    if (place.worker?.alive()) return place.worker;
    const worker = startWorker(workerScript, place.environment);
    processes.add(worker);
    void worker.gone.then(() => processes.delete(worker));
    place.worker = worker;
    return worker;
  };
  return {
    async train(pack, { signal, untilEpoch, ...listener }) {
      const place = await places.take();
      let worker: WorkerProcess | null = null;
      let grace: NodeJS.Timeout | undefined;
      const abort = () => {
        worker?.stop();
        grace = setTimeout(() => void worker?.end(), checkpoints === undefined ? 0 : savingMs);
      };
      signal.addEventListener('abort', abort);
      try {
        if (signal.aborted || closed) throw new Stopped();
        worker = workerAt(place);
        return await worker.train(
          {
            pack,
            ...(untilEpoch !== undefined && { untilEpoch }),
            ...(studyMs && { studyStartedMs: studyMs() }),
            ...settings,
          },
          { ...listener, ...(onNote && { onNote }) },
        );
      } catch (error) {
        // What native code holds after a failed allocation is not known.
        if (error instanceof OutOfMemory) await worker?.end();
        if (error instanceof Refusal) throw error;
        throw signal.aborted || closed ? new Stopped({ cause: error }) : error;
      } finally {
        clearTimeout(grace);
        signal.removeEventListener('abort', abort);
        places.give(place);
      }
    },
    async close() {
      closed = true;
      await Promise.all([...processes].map((worker) => worker.end()));
    },
  };
}

interface WorkerSlot {
  readonly environment: Environment;
  worker: WorkerProcess | null;
}

function ownWorkerScript(): string {
  return fileURLToPath(new URL('./worker.js', import.meta.url));
}

/** Gives each item to one at a time, first those that were given back last; the others wait in line. */
function lineFor<Item>(items: readonly Item[]) {
  const free = items.toReversed();
  const line: ((item: Item) => void)[] = [];
  return {
    async take(): Promise<Item> {
      return free.pop() ?? new Promise((resolve) => line.push(resolve));
    },
    give(item: Item): void {
      const next = line.shift();
      if (next === undefined) free.push(item);
      else next(item);
    },
  };
}
