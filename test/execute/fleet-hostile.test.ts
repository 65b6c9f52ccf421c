import { Queue } from 'bullmq';
import { describe, expect, test } from 'vitest';
import { jobMessage } from '../../src/execute/fleet/messages.js';
import { jobIdOf, queueName, resultKey } from '../../src/execute/fleet/names.js';
import type { Run } from '../../src/run/run.js';
import type { RunSpec } from '../../src/run/spec.js';
import { finishedRun, specOf } from '../run/runs.js';
import { hang, kind, quiet, study, succeed, until, useFleet } from './fleets.js';
import { noRedis } from './redis.js';

describe.skipIf(noRedis !== null)(
  `a fleet with somebody else in its Redis${noRedis === null ? '' : ` (skipped: ${noRedis})`}`,
  () => {
    const { redis, openSearch, startWorker } = useFleet();

    test('trains no job but one of its own, and goes on', async () => {
      const asked: RunSpec[] = [];
      await startWorker((pack, options) => {
        asked.push(...pack);
        return succeed(pack, options);
      });
      const queue = new Queue(queueName(kind), { connection: redis().client, prefix: 'hgmlp' });
      const folder = jobMessage([{ ...specOf(0), task: 'folder:/etc/denoising' }], kind);
      await queue.add('train', folder, { jobId: 'folder' });
      await queue.add('train', jobMessage([specOf(9)], kind), { jobId: `${study}-${'0'.repeat(24)}` });
      await queue.add('train', { eval: 'process.exit()' });
      await until(async () => (await queue.getFailedCount()) === 3);
      const search = await openSearch();
      expect(await search.train([specOf(1)], quiet)).toEqual([finishedRun(1)]);
      expect(asked).toEqual([specOf(1)]);
    });

    test('takes a result that is none for a failure, and events that are none for nothing', async () => {
      await startWorker(async (pack, options) => {
        await redis().client.xadd(`hgmlp:${queueName(kind)}:events`, '*', 'event', 'progress', 'data', '{');
        return succeed(pack, options);
      });
      const search = await openSearch();
      expect(await search.train([specOf(0)], quiet)).toEqual([finishedRun(0)]);

      await startWorker(hang, { slots: 20 });
      const pack = [specOf(3)];
      const id = jobIdOf('e'.repeat(16), pack);
      const queue = new Queue(queueName(kind), { connection: redis().client, prefix: 'hgmlp' });
      await queue.pause();
      const other = await openSearch({ study: 'e'.repeat(16) });
      const run: Promise<readonly Run[]> = other.train(pack, quiet);
      const failed = expect(run).rejects.toThrow(/^a worker's answer cannot be used: result: expected JSON/);
      await until(async () => (await redis().client.exists(`hgmlp:${queueName(kind)}:${id}`)) === 1);
      await redis().client.set(resultKey(queueName(kind), id), '<script>');
      await redis().client.lrem(`hgmlp:${queueName(kind)}:paused`, 0, id);
      await redis().client.lrem(`hgmlp:${queueName(kind)}:wait`, 0, id);
      await redis().client.zadd(`hgmlp:${queueName(kind)}:completed`, 1, id);
      await redis().client.hset(`hgmlp:${queueName(kind)}:${id}`, 'finishedOn', 1);
      await failed;
      await queue.resume();
    });
  },
);
