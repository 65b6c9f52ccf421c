/** Who trains the runs of a plan: worker processes of this machine, or a fleet of workers on any. */
import path from 'node:path';
import { clock } from '../base/clock.js';
import { UserError } from '../base/errors.js';
import { packageVersion } from '../base/version.js';
import type { Values } from '../config/fields.js';
import { parseAddress } from '../execute/fleet/address.js';
import { openPool } from '../execute/pool.js';
import { packText, workforceText, type Workforce } from '../execute/workforce.js';
import { checkpointsFolder } from '../run/checkpoint.js';
import type { Claim } from '../run/claim.js';
import type { Run } from '../run/run.js';
import type { SearchLoopOptions, Train } from '../search/search.js';
import type { Study } from './definition.js';
import type { StudyContext } from './port.js';

/** Trains the runs of a plan, wherever its workers are. */
export interface Crew {
  /** In words, such as `4 workers`. */
  readonly text: string;
  readonly train: Train;
  /** How many trainings are in flight at a time, and how many runs one has. */
  readonly capacity: Pick<SearchLoopOptions, 'concurrency' | 'packSize' | 'turn' | 'studyMs'>;
  /** Gives milliseconds of the clock by which `--max-time` goes: that of a fleet stands while nobody trains. */
  readonly nowMs: () => number;
  /** Is told once a run is on the disk: whoever kept it until then may forget it. */
  recorded(run: Run): void;
  /** Gives up what is in flight, and resolves once nothing is left of it. */
  close(): Promise<void>;
}

/** Says for which folder, on what and by which clock a crew trains. */
export interface CrewSetting extends StudyContext {
  /** The clock of the study, in milliseconds; workers elsewhere do not have it. */
  readonly studyMs: () => number;
  /** Of results. */
  readonly folder: string;
  readonly claim: Pick<Claim, 'file'>;
  readonly workforce: Workforce;
}

/** Tells by the address of a queue whether workers elsewhere train. */
export function isInFleet({ queue }: Pick<Values, 'queue'>): boolean {
  return (queue ?? null) !== null;
}

/**
 * Opens the workers that the values ask for, here or in a fleet. Throws a UserError where the Redis of a fleet is away
 * or refuses us.
 */
export async function openCrew(setting: CrewSetting): Promise<Crew> {
  return isInFleet(setting.values) ? fleetCrew(setting, setting.values.queue!) : localCrew(setting);
}

function localCrew({ folder, claim, workforce, values: { dataFolder, plugin }, port, studyMs }: CrewSetting): Crew {
  const { workers, packSize } = workforce;
  const pool = openPool({
    environments: workers.map(({ environment }) => environment),
    ...(dataFolder !== null && { dataFolder }),
    checkpoints: path.join(folder, checkpointsFolder),
    studyMs,
    claim: claim.file,
    ...((plugin ?? null) !== null && { plugins: plugin! }),
    onNote: port.say,
  });
  return {
    text: workforceText(workforce),
    train: pool.train,
    capacity: { concurrency: workers.length, packSize, studyMs },
    nowMs: clock.monotonicMs,
    recorded: () => undefined,
    close: pool.close,
  };
}

async function fleetCrew({ folder, workforce, values, port }: CrewSetting, queue: string): Promise<Crew> {
  const [{ mostInFlight, openDispatcher }, { studyIdOf }] = await Promise.all([
    import('../execute/fleet/dispatcher.js'),
    import('../execute/fleet/study-id.js'),
  ]);
  const { packSize } = workforce;
  const address = parseAddress(queue);
  const dispatcher = await openDispatcher({
    address,
    kind: { version: packageVersion(), engine: values.engine! },
    study: await studyIdOf(folder),
    say: port.say,
  });
  return {
    ...dispatcher,
    text: `the workers at ${address.shown}${packText(packSize)}`,
    capacity: { concurrency: mostInFlight, packSize, turn: dispatcher.turn },
    nowMs: dispatcher.trainedMs,
  };
}

/**
 * Refuses what a fleet does not do: options that its workers have, trainings in parts, and a task that is no worker's to
 * open. Throws a UserError.
 */
export async function refuseForFleet({ plan, task }: Study, { values }: Pick<StudyContext, 'values'>): Promise<void> {
  for (const [flag, value] of [
    ['--workers', values.workers],
    ['--devices', values.devices],
  ] as const) {
    if (value === null) continue;
    throw new UserError(`${flag}: expected no such option beside --queue, got one; give it to hgmlp worker`);
  }
  if (plan.trainsInParts) {
    throw new UserError(
      `--queue: expected a strategy that trains networks to their end, got ${plan.name}; use random or model`,
    );
  }
  if ((values.plugin ?? null) !== null) {
    throw new UserError(
      `--queue: expected a task and a family that every worker has, got the plugin ${values.plugin![0]!.file}; search ` +
        'without --queue, on several machines with --shard',
    );
  }
  const { refuseFleetTask } = await import('../execute/fleet/messages.js');
  refuseFleetTask(task.name);
}
