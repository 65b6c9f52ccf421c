/** `hgmlp worker`: trains for the searches of a fleet until it is told to end. */
import { exitCodes, Refusal, UserError, type ExitCode } from '../base/errors.js';
import { ensureWritableFolder } from '../base/files.js';
import { counted } from '../base/numbers.js';
import { parseDuration } from '../base/duration.js';
import { dataRoot, fetchCommand } from '../data/root.js';
import { findTask } from '../data/tasks.js';
import { engineRow } from '../engine/engines.js';
import type { Farewell } from '../execute/fleet/fleet-worker.js';
import type { WorkerEvent } from '../execute/fleet/train-job.js';
import { openPool } from '../execute/pool.js';
import { workforceFor, workforceText } from '../execute/workforce.js';
import { removeCheckpoint } from '../run/checkpoint.js';
import type { Train } from '../search/search.js';
import type { CommandContext } from './context.js';
import { logWorkerEvent } from './diagnostics.js';
import { withEngine } from '../study/engine.js';
import { watchInterrupts } from './interrupt.js';
import { renderRun } from './progress.js';
import { requireQueue } from './queue.js';
import { packageVersion } from '../base/version.js';

export async function workerCommand(given: CommandContext): Promise<ExitCode> {
  const address = requireQueue(given);
  const { startFleetWorker } = await import('../execute/fleet/fleet-worker.js');
  const { values, terminal, logger } = await withEngine(given, null);
  const engine = values.engine!;
  // How many networks train side by side is the search's to say.
  const { workers } = await workforceFor(engineRow(engine), { ...values, pack: null, runsOfArch: 1 });
  const { dataFolder, checkpoints } = values;
  if (checkpoints !== null) await ensureWritableFolder(checkpoints);
  const pool = openPool({
    environments: workers.map(({ environment }) => environment),
    ...(dataFolder !== null && { dataFolder }),
    ...(checkpoints !== null && { checkpoints }),
    onNote: terminal.say,
  });
  const refusals: Refusal[] = [];
  const lines = lineWriter();
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
      say: terminal.say,
      onEvent(event) {
        logWorkerEvent(logger, event);
        for (const line of lines(event)) terminal.say(line);
        if (event.type === 'done' && checkpoints !== null) {
          void removeCheckpoint(
            checkpoints,
            event.runs.map(({ key }) => key),
          );
        }
      },
    });
    const interrupt = watchInterrupts(() => {
      terminal.say('Stopping; what trains goes to other workers. Once more to quit at once.');
      worker.drain();
    });
    terminal.say(`listening at ${address.shown} with ${workforceText({ workers, packSize: 1 })}`);
    logger.info({ queue: address.shown, workers: workers.length, engine }, 'listening');
    const farewell = await worker.ended;
    interrupt.release();
    terminal.say(renderFarewell(farewell));
    if (refusals[0] !== undefined) throw refusals[0];
    return farewell.givenBack > 0 ? exitCodes.stoppedResumable : exitCodes.done;
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

/** What is said of an event; the rest is for diagnostics. */
function lineWriter(): (event: WorkerEvent) => readonly string[] {
  const told = new Set<string>();
  return (event) => {
    if (event.type === 'done') return event.runs.map(renderRun);
    if (event.type === 'failed' || event.type === 'lost') return [`${event.type}: ${event.job}: ${event.reason}`];
    // It comes again and again until another worker takes the runs.
    if (event.type !== 'unable' || told.has(event.reason)) return [];
    told.add(event.reason);
    return [`given back: ${event.reason}`];
  };
}

const whyTexts = { drained: 'stopped', idle: 'nothing to do', 'enough runs': '--max-runs reached' } as const;

function renderFarewell({ why, runs, givenBack }: Farewell): string {
  const back = givenBack === 0 ? '' : `, ${givenBack} given back`;
  return `${whyTexts[why]}: ${counted(runs, 'run')} done${back}`;
}
