/** What Redis tells of the jobs of a queue, those of other searches too, as it happens. */
import { setTimeout } from 'node:timers/promises';
import { QueueEvents } from 'bullmq';
import type { Redis } from 'ioredis';
import { prefix } from './names.js';
import { readyOrRefused } from './opening.js';
import type { Patience } from './patience.js';

/** Is told what becomes of the jobs of a queue. */
export interface JobListener {
  /** A worker has begun it, or it waits for one. */
  readonly onHands: (jobId: string, inHand: boolean) => void;
  /** `failed`: for good. */
  readonly onOver: (jobId: string, state: 'completed' | 'failed') => void;
  /** Not checked. */
  readonly onProgress: (jobId: string, data: unknown) => void;
}

const pauseMs = 500;

/** Tells what happens from now on, except in so far as Redis loses it. */
export async function listenToJobs(redis: Redis, queue: string, listener: JobListener, patience: Patience) {
  const { onHands, onOver, onProgress } = listener;
  const [latest] = await redis.xrevrange(`${prefix}:${queue}:events`, '+', '-', 'COUNT', 1);
  const setting = { connection: redis, prefix, autorun: false, lastEventId: latest?.[0] ?? '0' };
  const events = new QueueEvents(queue, setting);
  events.on('error', patience.told);
  events.on('active', ({ jobId }) => onHands(jobId, true));
  events.on('waiting', ({ jobId }) => onHands(jobId, false));
  events.on('delayed', ({ jobId }) => onHands(jobId, false));
  events.on('completed', ({ jobId }) => onOver(jobId, 'completed'));
  events.on('failed', ({ jobId }) => onOver(jobId, 'failed'));
  events.on('progress', ({ jobId, data }) => onProgress(jobId, data));
  await readyOrRefused(events);
  let closed = false;
  const run = async () => {
    while (!closed) {
      await events.run().catch(() => undefined);
      // An event that none of us wrote has ended it, and would again.
      Object.assign(events.opts, { lastEventId: '$' });
      await setTimeout(pauseMs, undefined, { ref: false });
    }
  };
  void run();
  return {
    async close(): Promise<void> {
      closed = true;
      await events.close();
    },
  };
}
