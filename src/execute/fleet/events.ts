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

/** Resolves once it listens. What happens while Redis is away is not told. */
export async function listenToJobs(address: RedisAddress, queue: string, { onOver, onProgress }: JobListener) {
  const redis = openRedis(address);
  const events = new QueueEvents(queue, { connection: redis, prefix, autorun: false });
  events.on('error', () => undefined);
  events.on('completed', ({ jobId }) => onOver(jobId));
  events.on('failed', ({ jobId }) => onOver(jobId));
  events.on('progress', ({ jobId, data }) => onProgress(jobId, data));
  await events.waitUntilReady();
  let closed = false;
  const run = async () => {
    // An event that none of us wrote may end it.
    for (; !closed; await setTimeout(pauseMs, undefined, { ref: false })) await events.run().catch(() => undefined);
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
