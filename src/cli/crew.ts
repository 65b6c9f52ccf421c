/** Who trains the runs of a plan: worker processes of this machine, or a fleet of workers on any. */
import path from 'node:path';
import { clock } from '../base/clock.js';
import { UserError } from '../base/errors.js';
import type { RedisAddress } from '../execute/fleet/address.js';
import { openPool } from '../execute/pool.js';
import { packText, workforceText, type Workforce } from '../execute/workforce.js';
import { checkpointsFolder } from '../run/checkpoint.js';
import type { Claim } from '../run/claim.js';
import type { Run } from '../run/run.js';
import type { SearchOptions, Train } from '../search/search.js';
import type { Study } from '../study/definition.js';
import type { CommandContext } from './context.js';
import { takeQueue } from './queue.js';
import { packageVersion } from './version.js';

export interface Crew {
  /** For the first line that is said: `4 workers`. */
  readonly text: string;
  readonly train: Train;
  /** How many trainings are in flight at a time, and how many runs one has. */
  readonly capacity: Pick<SearchOptions, 'concurrency' | 'packSize' | 'turn' | 'studyMs'>;
  /** Milliseconds of the clock by which `--max-time` goes: that of a fleet stands while nobody trains. */
  readonly nowMs: () => number;
  /** To be told once a run is on the disk: whoever kept it until then may forget it. */
  recorded(run: Run): void;
  /** Gives up what is in flight, and resolves once nothing is left of it. */
  close(): Promise<void>;
}

export interface CrewSetting {
  /** The clock of the study, in milliseconds; workers elsewhere do not have it. */
  readonly studyMs: () => number;
  /** Of results. */
  readonly folder: string;
  readonly claim: Pick<Claim, 'file'>;
  readonly workforce: Workforce;
  readonly context: CommandContext;
}

/** Throws a UserError where the Redis of a fleet is away or refuses us. */
export async function openCrew(setting: CrewSetting): Promise<Crew> {
  const address = takeQueue(setting.context);
  return address === null ? localCrew(setting) : fleetCrew(setting, address);
}

function localCrew({ folder, claim, workforce, context, studyMs }: CrewSetting): Crew {
  const { workers, packSize } = workforce;
  const { dataFolder } = context.values;
  const pool = openPool({
    environments: workers.map(({ environment }) => environment),
    ...(dataFolder !== null && { dataFolder }),
    checkpoints: path.join(folder, checkpointsFolder),
    studyMs,
    claim: claim.file,
    onNote: context.terminal.say,
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

async function fleetCrew({ folder, workforce, context }: CrewSetting, address: RedisAddress): Promise<Crew> {
  const [{ mostInFlight, openDispatcher }, { studyIdOf }] = await Promise.all([
    import('../execute/fleet/dispatcher.js'),
    import('../execute/fleet/study-id.js'),
  ]);
  const { packSize } = workforce;
  const dispatcher = await openDispatcher({
    address,
    kind: { version: packageVersion(), engine: context.values.engine! },
    study: await studyIdOf(folder),
    say: context.terminal.say,
  });
  return {
    ...dispatcher,
    text: `the workers at ${address.shown}${packText(packSize)}`,
    capacity: { concurrency: mostInFlight, packSize, turn: dispatcher.turn },
    nowMs: dispatcher.trainedMs,
  };
}

/**
 * Throws a UserError for what a fleet does not do: options that its workers have, trainings in parts, and a task that is no
 * worker's to open.
 */
export async function refuseForFleet({ plan, task }: Study, { values }: CommandContext): Promise<void> {
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
  const { refuseFleetTask } = await import('../execute/fleet/messages.js');
  refuseFleetTask(task.name);
}
