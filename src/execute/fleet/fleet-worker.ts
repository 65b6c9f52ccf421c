/**
 * The worker's side of a fleet: takes packs from the queue and has them trained elsewhere, so that this process is free to
 * say that it lives. A pack is a worker's for as long as it says so; one that falls silent for a lease loses its packs to
 * others, and what it answers afterwards does not count.
 */
import { randomBytes } from 'node:crypto';
import { DelayedError, Worker } from 'bullmq';
import type { Train } from '../../search/search.js';
import type { RedisAddress } from './address.js';
import { connect, reasonOf } from './connection.js';
import { handsOf, tapOf } from './hands.js';
import { prefix, queueName, type FleetKind } from './names.js';
import { announce } from './presence.js';
import { callTheRoll } from './roll-call.js';
import { everySoOften, within } from './rounds.js';
import { giveBack, packOf, trainJob, type JobInHand, type WorkerEvent } from './train-job.js';

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
}

export interface FleetWorker {
  /** Resolves once it has nothing in hand and is gone from the queue. */
  readonly ended: Promise<Farewell>;
  /** Takes no more, stops what trains and gives it back. */
  drain(): void;
}

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

/** Throws a UserError where Redis is away or refuses us. */
export async function startFleetWorker(options: FleetWorkerOptions): Promise<FleetWorker> {
  const { address, kind, slots, leaseMs, idleExitMs, say, onEvent } = options;
  const redis = await connect(address, say);
  const letGo = new AbortController();
  const hands = handsOf(options.maxRuns);
  const work = async (jobInHand: JobInHand) => {
    const pack = packOf(jobInHand.job, kind);
    // Of those that came before the queue was told to send no more.
    if (hands.full()) return giveBack(jobInHand, 'this worker takes no more runs', onEvent);
    hands.take(pack.length);
    if (hands.full()) await tap.close();
    let done = 0;
    try {
      await trainJob(jobInHand, pack, { ...options, redis, letGo: letGo.signal });
      done = pack.length;
    } catch (error) {
      // What is beyond this worker is for others to take first.
      if (error instanceof DelayedError) await tap.rest();
      throw error;
    } finally {
      hands.leave(pack.length, done);
      if (hands.enough()) void end('enough runs');
      else await tap.open();
    }
  };
  // BullMQ gives a signal only to a function of three parameters.
  const worker = new Worker(queueName(kind), (job, token, signal) => work({ job, token: token!, signal: signal! }), {
    connection: redis,
    prefix,
    autorun: false,
    concurrency: slots,
    lockDuration: leaseMs,
    stalledInterval: leaseMs / 2,
    maxStalledCount: mostLosses,
  });
  const tap = tapOf(worker, hands);
  worker.on('error', (error) => onEvent({ type: 'problem', reason: reasonOf(error) }));
  worker.on('lockRenewalFailed', (ids) => ids.forEach((id) => worker.cancelJob(id)));
  const presence = await announce(redis, { role: 'worker', id: randomBytes(8).toString('hex'), slots, ...kind });
  const roll = callTheRoll({ presence, kind, shown: address.shown, role: 'search', say });
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
    await within(closingMs, Promise.all([presence.close(), worker.close()]));
    redis.disconnect();
    bidFarewell({ why, ...hands.count() });
  };
  worker.run().catch((error: unknown) => onEvent({ type: 'problem', reason: reasonOf(error) }));
  return { ended, drain: () => void end('drained') };
}
