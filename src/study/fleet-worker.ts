/** A worker of a fleet: trains for the searches that name the same queue, until it is told to end. */
import { parseDuration } from '../base/duration.js';
import { Refusal, UserError } from '../base/errors.js';
import { ensureWritableFolder } from '../base/files.js';
import { packageVersion } from '../base/version.js';
import { dataRoot, fetchCommand } from '../data/root.js';
import { findTask } from '../data/tasks.js';
import { engineRow } from '../engine/engines.js';
import type { RedisAddress } from '../execute/fleet/address.js';
import type { Farewell } from '../execute/fleet/fleet-worker.js';
import type { WorkerEvent } from '../execute/fleet/train-job.js';
import { openPool } from '../execute/pool.js';
import { workforceFor, workforceText } from '../execute/workforce.js';
import { removeCheckpoint } from '../run/checkpoint.js';
import type { Train } from '../search/search.js';
import { withEngine } from './engine.js';
import { whileStoppable, type StudyContext } from './port.js';

/** Tells where a worker listens, and with what it trains. */
export interface Listening {
  /** The address, as it may be shown. */
  readonly queue: string;
  readonly workers: number;
  readonly engine: string;
}

/** Names who is told what becomes of a worker: once it listens, and then of each event. */
export interface FleetListeners {
  readonly onListening: (listening: Listening) => void;
  readonly onEvent: (event: WorkerEvent) => void;
}

/**
 * Trains until the port's signal, a limit or an idle time ends it. Throws a UserError where the Redis is away or refuses
 * us, and the Refusal of a disk that takes no checkpoints.
 */
export async function serveFleet(
  address: RedisAddress,
  given: StudyContext,
  { onListening, onEvent }: FleetListeners,
): Promise<Farewell> {
  const { startFleetWorker } = await import('../execute/fleet/fleet-worker.js');
  const { values, port } = await withEngine(given, null);
  const engine = values.engine!;
  // How many networks train side by side is the search's to say.
  const { workers } = await workforceFor(engineRow(engine), { ...values, pack: null, runsOfArch: 1 });
  const { dataFolder, checkpoints } = values;
  if (checkpoints !== null) await ensureWritableFolder(checkpoints);
  const pool = openPool({
    environments: workers.map(({ environment }) => environment),
    ...(dataFolder !== null && { dataFolder }),
    ...(checkpoints !== null && { checkpoints }),
    onNote: port.say,
  });
  const refusals: Refusal[] = [];
  try {
    const worker = await startFleetWorker({
      address,
      kind: { version: packageVersion(), engine },
      train: untilRefused(pool.train, (refusal) => {
        refusals.push(refusal);
        worker.drain();
      }),
      slots: workers.length,
      leaseMs: parseDuration(values.lease!)!,
      maxRuns: values.maxRuns,
      idleExitMs: values.idleExit === null ? null : parseDuration(values.idleExit),
      unable: (task) => missingData(task, dataFolder),
      say: port.say,
      onEvent(event) {
        onEvent(event);
        if (event.type !== 'done' || checkpoints === null) return;
        const keys = event.runs.map(({ key }) => key);
        void removeCheckpoint(checkpoints, keys);
      },
    });
    const farewell = await whileStoppable(port, 'what trains goes to other workers', (signal) => {
      if (signal.aborted) worker.drain();
      signal.addEventListener('abort', () => worker.drain(), { once: true });
      port.say(`listening at ${address.shown} with ${workforceText({ workers, packSize: 1 })}`);
      onListening({ queue: address.shown, workers: workers.length, engine });
      return worker.ended;
    });
    if (refusals[0] !== undefined) throw refusals[0];
    return farewell;
  } finally {
    await pool.close();
  }
}

/** A disk that takes no checkpoint would fail one pack after the other: they are for other workers. */
function untilRefused(train: Train, onRefusal: (refusal: Refusal) => void): Train {
  return async (pack, options) => {
    try {
      return await train(pack, options);
    } catch (error) {
      if (error instanceof Refusal) onRefusal(error);
      throw error;
    }
  };
}

/** Null where the images of the task are here; the task is a known one. */
async function missingData(name: string, dataFolder: string | null): Promise<string | null> {
  const { dataset, source } = findTask(name);
  const root = dataRoot(dataFolder);
  const state = await source!.state(root).catch((error: unknown) => {
    if (error instanceof UserError) return error;
    throw error;
  });
  if (state instanceof UserError) return state.message;
  if (state !== 'not fetched' && state !== 'files missing') return null;
  return `expected the images of ${dataset} on this worker, got: ${state}; run ${fetchCommand(root, dataset)} there`;
}
