/** The jobs of one search in Redis: put there once, asked after, fetched, and taken away. */
import { Queue, type JobState } from 'bullmq';
import type { Redis } from 'ioredis';
import type { RunSpec } from '../../run/spec.js';
import { jobMessage, largestResultBytes } from './messages.js';
import { keptForSeconds, prefix, queueName, resultKey, type FleetKind } from './names.js';
import type { Patience } from './patience.js';

/** Reaches the jobs of one study in Redis. */
export interface Jobs {
  /**
   * Adds the job, unless it is there in whatever state; one that has failed is tried anew. True where an earlier search
   * has left it. Waits, until the signal is aborted, for a Redis that refuses it.
   */
  add(id: string, pack: readonly RunSpec[], signal?: AbortSignal): Promise<boolean>;
  state(id: string): Promise<JobState | 'unknown'>;
  /** Of those, the ones that are over or gone, or have a result. */
  noLongerWaiting(ids: readonly string[]): Promise<readonly string[]>;
  /**
   * Has those of them that wait for a time go on at once. It is a time of the worker that put them back, whose clock may
   * be hours ahead of the others'.
   */
  wake(ids: readonly string[]): Promise<void>;
  /** The text of the result of a job; null where there is none. */
  result(id: string): Promise<string | null>;
  /** Why a job has failed. */
  failure(id: string): Promise<string>;
  /**
   * Takes the job and its result away, in whatever state it is but in the hands of a worker. Waits for a Redis that
   * refuses it.
   */
  remove(id: string): Promise<void>;
  /** Takes it away where no worker has begun it. */
  withdraw(id: string): Promise<void>;
  /** Those that an earlier search has left and nobody has asked for. */
  leftovers(): readonly string[];
  close(): Promise<void>;
}

/** How often a job is begun anew after it has failed on a worker. */
const attempts = 3;

/** Tells which queue the jobs stand in, and whose they are. */
export interface JobsSetting {
  readonly redis: Redis;
  readonly kind: FleetKind;
  /** Whose jobs they are; those that an earlier search of it has left are found. */
  readonly study: string;
  readonly patience: Patience;
}

/** Opens the queue of a fleet for a study. Rejects where Redis cannot be had. */
export async function openJobs({ redis, kind, study, patience }: JobsSetting): Promise<Jobs> {
  const name = queueName(kind);
  const queue = new Queue(name, { connection: redis, prefix });
  // Redis being away is told by the connection.
  queue.on('error', () => undefined);
  const keep = { age: keptForSeconds };
  const put = (id: string, pack: readonly RunSpec[]) =>
    queue.add('train', jobMessage(pack, kind), {
      jobId: id,
      attempts,
      backoff: { type: 'exponential', delay: 500 },
      removeOnComplete: keep,
      removeOnFail: keep,
      stackTraceLimit: 1,
    });
  const remove = (id: string) =>
    patience.during(async () => void (await Promise.all([queue.remove(id), redis.del(resultKey(name, id))])));
  const left = new Set(
    (await queue.getRanges(['completed', 'failed', 'wait', 'delayed', 'active'])).filter((id) =>
      id.startsWith(`${study}-`),
    ),
  );
  return {
    async add(id, pack, signal) {
      const wasThere = left.delete(id);
      await patience.during(async () => {
        if (wasThere && (await queue.getJobState(id)) === 'failed') await remove(id);
        await put(id, pack);
      }, signal);
      return wasThere;
    },
    state: (id) => queue.getJobState(id),
    noLongerWaiting: (ids) => noLongerWaiting(ids, redis, queue),
    wake: (ids) => wake(ids, redis, queue),
    async result(id) {
      // One byte more than is allowed shows that there is more.
      const text = await redis.getrange(resultKey(name, id), 0, largestResultBytes);
      return text === '' ? null : text;
    },
    async failure(id) {
      const reason = (await redis.hget(queue.toKey(id), 'failedReason')) ?? 'its reason is lost';
      // BullMQ's words for a job that lost its worker too often.
      return reason.startsWith('job stalled') ? 'every worker that trained this was lost' : reason;
    },
    remove,
    async withdraw(id) {
      const state = await queue.getJobState(id);
      if (state === 'waiting' || state === 'delayed') await queue.remove(id);
    },
    close: () => queue.close(),
    leftovers: () => [...left],
  };
}

async function noLongerWaiting(ids: readonly string[], redis: Redis, queue: Queue): Promise<readonly string[]> {
  const asked = redis.pipeline();
  for (const id of ids) {
    asked.hmget(queue.toKey(id), 'timestamp', 'finishedOn').exists(resultKey(queue.name, id));
  }
  const answers = (await asked.exec()) ?? [];
  return ids.filter((_, index) => {
    const [added, finished] = (answers[2 * index]?.[1] ?? ['', null]) as (string | null)[];
    return added === null || finished !== null || answers[2 * index + 1]?.[1] === 1;
  });
}

async function wake(ids: readonly string[], redis: Redis, queue: Queue): Promise<void> {
  const times = await redis.zmscore(queue.toKey('delayed'), ...ids);
  const delayed = ids.filter((_, index) => times[index] !== null);
  // A worker may have been faster.
  await Promise.allSettled(delayed.map(async (id) => (await queue.getJob(id))?.promote()));
}
