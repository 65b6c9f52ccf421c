/** What Redis tells of the jobs of a queue, those of other searches too, as it happens. */
import { setTimeout } from 'node:timers/promises';
import { QueueEvents } from 'bullmq';
import type { RedisAddress } from './address.js';
import { openRedis } from './connection.js';
import { prefix } from './names.js';

export interface JobListener {
  /** Completed, or failed for good. */
  readonly onOver: (jobId: string) => void;
  /** Not checked. */
  readonly onProgress: (jobId: string, data: unknown) => void;
}

const pauseMs = 500;

/** Tells what happens from now on, except in so far as Redis loses it. */
export async function listenToJobs(address: RedisAddress, queue: string, { onOver, onProgress }: JobListener) {
  const redis = openRedis(address);
  const [latest] = await redis.xrevrange(`${prefix}:${queue}:events`, '+', '-', 'COUNT', 1);
  const setting = { connection: redis, prefix, autorun: false, lastEventId: latest?.[0] ?? '0' };
  const events = new QueueEvents(queue, setting);
  events.on('error', () => undefined);
  events.on('completed', ({ jobId }) => onOver(jobId));
  events.on('failed', ({ jobId }) => onOver(jobId));
  events.on('progress', ({ jobId, data }) => onProgress(jobId, data));
  await events.waitUntilReady();
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
      redis.disconnect();
    },
  };
}
