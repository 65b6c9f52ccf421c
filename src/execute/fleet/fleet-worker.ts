/**
 * The worker's side of a fleet: takes packs from the queue and has them trained elsewhere, so that this process is free to
 * say that it lives. A pack is a worker's for as long as it says so; one that falls silent for a lease loses its packs to
 * others, and what it answers afterwards does not count.
 */
import { randomBytes } from 'node:crypto';
import { DelayedError, Worker } from 'bullmq';
import type { Train } from '../../search/search.js';
import type { RedisAddress } from './address.js';
import { isRefused, reasonOf } from './answers.js';
import { connect } from './connection.js';
import { handsOf, tapOf, type Hands } from './hands.js';
import { leasesOf, type Leases } from './leases.js';
import { prefix, queueName, type FleetKind } from './names.js';
import { openAll, readyOrRefused, type Cleanup } from './opening.js';
import { patienceOf } from './patience.js';
import { announce } from './presence.js';
import { refuseForeignKeys } from './rehearsal.js';
import { callTheRoll } from './roll-call.js';
import { everySoOften, within } from './rounds.js';
import {
  endPatiently,
  giveBack,
  packOf,
  trainJob,
  type JobInHand,
  type JobSetting,
  type WorkerEvent,
} from './train-job.js';

/** Tells what a worker of a fleet trains with, and when it ends. */
export interface FleetWorkerOptions {
  readonly address: RedisAddress;
  readonly kind: FleetKind;
  readonly train: Train;
  /** Trainings at a time. */
  readonly slots: number;
  /** How long this process may be silent until its packs go to others. */
  readonly leaseMs: number;
  /** Ends once this many runs are done; a pack is not cut. */
  readonly maxRuns: number | null;
  /** Ends once there was nothing to do for so long. */
  readonly idleExitMs: number | null;
  /** Why runs of a task cannot be trained here; null where they can. */
  readonly unable: (task: string) => Promise<string | null>;
  readonly say: (text: string) => void;
  readonly onEvent: (event: WorkerEvent) => void;
  /** See `PatienceOptions`. */
  readonly calmAfterMs?: number | undefined;
}

/** Takes packs from a queue until it is drained or has done enough. */
export interface FleetWorker {
  /** Resolves once it has nothing in hand and is gone from the queue. */
  readonly ended: Promise<Farewell>;
  /** Takes no more, stops what trains and gives it back. */
  drain(): void;
}

/** Tells why a worker has ended, and what it has done. */
export interface Farewell {
  readonly why: 'drained' | 'idle' | 'enough runs';
  readonly runs: number;
  /** Packs that go to other workers. */
  readonly givenBack: number;
}

/** How often a pack may lose its worker until it counts as failed. */
const mostLosses = 5;
const closingMs = 5_000;
const drainingMs = 15_000;

/**
 * Connects a worker with the searches of a fleet, and begins to take packs. Throws a UserError where Redis is away,
 * refuses us or cannot carry a fleet; then nothing is left open.
 */
export function startFleetWorker(options: FleetWorkerOptions): Promise<FleetWorker> {
  return openAll((opening) => start(options, opening), options.address);
}

async function start(options: FleetWorkerOptions, { closeWith }: Cleanup): Promise<FleetWorker> {
  const { address, kind, slots, leaseMs, idleExitMs, say, onEvent, calmAfterMs } = options;
  const { shown } = address;
  const patience = patienceOf({ shown, say, calmAfterMs });
  closeWith(patience.end);
  const redis = await connect(address, { say, onRefused: patience.told });
  closeWith(() => redis.disconnect());
  await refuseForeignKeys(redis, queueName(kind), address);
  const me = { role: 'worker' as const, id: randomBytes(8).toString('hex'), slots, ...kind };
  const presence = await announce(redis, me, patience);
  closeWith(presence.close);
  const letGo = new AbortController();
  const hands = handsOf(options.maxRuns);
  const work = workOf({ ...options, redis, patience, letGo: letGo.signal, aheadMs: presence.aheadMs }, hands);
  const worker = new Worker(queueName(kind), (job, token) => work({ job, token: token! }, belongings), {
    connection: redis,
    prefix,
    autorun: false,
    concurrency: slots,
    lockDuration: leaseMs,
    skipLockRenewal: true,
    stalledInterval: leaseMs / 2,
    maxStalledCount: mostLosses,
  });
  closeWith(() => worker.close(true));
  const leases = leasesOf({ redis, leaseMs, toKey: worker.toKey, patience });
  closeWith(leases.close);
  const tap = tapOf(worker, hands);
  const belongings = { tap, leases, onEnough: () => void end('enough runs') };
  worker.on('error', (error) => {
    onEvent({ type: 'problem', reason: reasonOf(error) });
    patience.told(error);
    // It would ask again at once.
    if (isRefused(error)) void tap.rest();
  });
  await readyOrRefused(worker);
  const roll = callTheRoll({ presence, kind, shown, role: 'search', say, isCalm: patience.isCalm });
  const idleWatch = everySoOften(Math.min(idleExitMs ?? 1_000, 1_000) / 4, async () => {
    if (idleExitMs !== null && hands.idleMs() >= idleExitMs) await end('idle');
  });

  let bidFarewell: (farewell: Farewell) => void;
  const ended = new Promise<Farewell>((resolve) => (bidFarewell = resolve));
  let ending = false;
  const end = async (why: Farewell['why']) => {
    if (why === 'drained') letGo.abort();
    if (ending) return;
    ending = true;
    hands.close();
    idleWatch.stop();
    roll.stop();
    await tap.close();
    // What was stopped is soon let go, unless Redis is away; its leases then run out.
    await (why === 'drained' ? within(drainingMs, hands.empty()) : hands.empty());
    leases.close();
    await within(closingMs, Promise.all([presence.close(), worker.close()]));
    patience.end();
    redis.disconnect();
    bidFarewell({ why, ...hands.count() });
  };
  worker.run().catch((error: unknown) => onEvent({ type: 'problem', reason: reasonOf(error) }));
  return { ended, drain: () => void end('drained') };
}

interface Belongings {
  readonly tap: ReturnType<typeof tapOf>;
  readonly leases: Leases;
  readonly onEnough: () => void;
}

/** What is done with each job that BullMQ hands over. */
function workOf(setting: JobSetting, hands: Hands) {
  const { kind, patience, onEvent } = setting;
  return async ({ job, token }: Pick<JobInHand, 'job' | 'token'>, { tap, leases, onEnough }: Belongings) => {
    // Each job of a queue has a number; `packOf` refuses one without.
    const { id = '' } = job;
    const inHand = { id, job, token, lease: leases.hold(id, token) };
    endPatiently(inHand, patience);
    const pack = packOf(job, kind);
    // Of those that came before the queue was told to send no more.
    if (hands.full()) return giveBack(inHand, 'this worker takes no more runs', onEvent);
    hands.take(pack.length);
    if (hands.full()) await tap.close();
    let done = 0;
    try {
      done = await trainJob(inHand, pack, setting);
    } catch (error) {
      // What is beyond this worker is for others to take first.
      if (error instanceof DelayedError) await tap.rest();
      throw error;
    } finally {
      hands.leave(pack.length, done);
      if (hands.enough()) onEnough();
      else await tap.open();
    }
  };
}
