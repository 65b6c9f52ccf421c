import { setTimeout } from 'node:timers/promises';
import type { Job } from 'bullmq';
import { describe, expect, test } from 'vitest';
import { parseAddress } from '../../src/execute/fleet/address.js';
import type { Dispatcher } from '../../src/execute/fleet/dispatcher.js';
import type { Lease } from '../../src/execute/fleet/leases.js';
import { queueName } from '../../src/execute/fleet/names.js';
import { patienceOf } from '../../src/execute/fleet/patience.js';
import { endPatiently, type WorkerEvent } from '../../src/execute/fleet/train-job.js';
import type { Train } from '../../src/search/search.js';
import { finishedRun } from '../run/runs.js';
import { kind, succeed, until, useFleet } from './fleets.js';
import { noRedis } from './redis.js';

/** What is done to a Redis that has work, how that is told, and what puts it right again. */
const troubles: readonly [name: string, change: string, words: RegExp, back: string][] = [
  ['has no memory left', 'CONFIG SET maxmemory 1', /has no memory left \(OOM/, 'CONFIG SET maxmemory 0'],
  ['becomes a replica', 'REPLICAOF 127.0.0.1 1', /is a replica, which takes no writes \(READONLY/, 'REPLICAOF NO ONE'],
  [
    'misses its replicas',
    'CONFIG SET min-replicas-to-write 1',
    /misses its replicas \(NOREPLICAS/,
    'CONFIG SET min-replicas-to-write 0',
  ],
  [
    'denies us our keys',
    'ACL SETUSER default resetkeys ~other:*',
    /denies its user a command/,
    'ACL SETUSER default ~*',
  ],
];

describe.skipIf(noRedis !== null)(
  `a fleet whose Redis refuses what it is asked for${noRedis === null ? '' : ` (skipped: ${noRedis})`}`,
  () => {
    const { redis, said, openSearch, startWorker, trainAll, leftInRedis } = useFleet();
    const calmAfterMs = 3_000;
    const call = (command: string) => {
      const [name, ...words] = command.split(' ');
      return redis().client.call(name!, ...words);
    };

    test.each(troubles)('that %s waits, says so once on each side, and loses and fails nothing', async (...trouble) => {
      const [, change, words, back] = trouble;
      const saidBy = { search: [] as string[], worker: [] as string[] };
      const events: WorkerEvent[] = [];
      let trained = 0;
      const slowly: Train = async (pack, options) => {
        trained += 1;
        await setTimeout(300);
        return succeed(pack, options);
      };
      // The trouble outlasts a lease.
      const worker = { leaseMs: 1_500, calmAfterMs, onEvent: (event: WorkerEvent) => events.push(event) };
      await startWorker(slowly, { ...worker, say: (text) => saidBy.worker.push(text) });
      const search = await openSearch({ calmAfterMs, say: (text) => saidBy.search.push(text) });
      const runs = trainAll(search, 6);
      await until(() => trained > 0);
      await call(change);
      const late = search.train([finishedRun(6).spec], quietly());
      await setTimeout(4_000);
      const trainedMeanwhile = trained;
      await call(back);
      expect([...(await runs), await late].flat()).toEqual([0, 1, 2, 3, 4, 5, 6].map(finishedRun));
      await until(() =>
        [saidBy.search, saidBy.worker].every((lines) => lines.some((line) => /answers again/.test(line))),
      );
      for (const lines of [saidBy.search, saidBy.worker]) {
        expect(lines.filter((line) => words.test(line)).length).toBe(1);
        expect(lines.filter((line) => /answers again/.test(line)).length).toBe(1);
        expect(lines.filter((line) => /^no worker/.test(line)).length).toBeLessThanOrEqual(1);
      }
      expect(events.filter(({ type }) => type === 'failed')).toEqual([]);
      // No more than it has hands, however long it lasts: what is done is kept, and nothing more is taken.
      expect(trainedMeanwhile).toBeLessThanOrEqual(4);
      expect(trained).toBeLessThanOrEqual(9);
      for (const { key } of [0, 1, 2, 3, 4, 5, 6].map(finishedRun)) search.recorded({ key } as never);
      await search.close();
      expect(await leftInRedis()).toEqual([]);
    });

    test('trains nothing again that a worker has finished meanwhile, though its lease has run out', async () => {
      let trained = 0;
      const events: WorkerEvent[] = [];
      await startWorker(
        async (pack, options) => {
          trained += 1;
          await call('CONFIG SET maxmemory 1');
          return succeed(pack, options);
        },
        { leaseMs: 500, slots: 1, onEvent: (event) => events.push(event) },
      );
      const search = await openSearch();
      const run = trainAll(search, 1);
      await until(() => trained === 1);
      await setTimeout(2_000);
      await call('CONFIG SET maxmemory 0');
      expect(await run).toEqual([[finishedRun(0)]]);
      expect(trained).toBe(1);
      expect(events.map(({ type }) => type).filter((type) => type !== 'problem')).toEqual(['taken', 'done']);
    });

    test('takes the result of a job that Redis was kept from calling completed', async () => {
      const key = `hgmlp:${queueName(kind)}:completed`;
      await startWorker(succeed, { leaseMs: 60_000 });
      const search = await openSearch();
      await redis().client.set(key, 'theirs');
      expect(await trainAll(search, 1)).toEqual([[finishedRun(0)]]);
      await redis().client.del(key);
    });

    test('says to BullMQ that a job is over or has failed until Redis takes it', async () => {
      const refusal = Object.assign(new Error('OOM no memory'), { name: 'ReplyError' });
      const refuseTwice = () => {
        let calls = 0;
        return () => ((calls += 1) > 2 ? Promise.resolve(calls) : Promise.reject(refusal));
      };
      const job = { moveToCompleted: refuseTwice(), moveToFailed: refuseTwice() } as unknown as Job;
      let released = 0;
      const lease = { release: () => (released += 1) } as unknown as Lease;
      const patience = patienceOf({ shown: 'redis://host', say: () => undefined });
      endPatiently({ id: '1', job, token: 'token', lease }, patience);
      expect(await job.moveToCompleted('', 'token')).toBe(3);
      expect(await job.moveToFailed(new Error('no luck'), 'token')).toBe(3);
      expect(released).toBe(2);
      patience.end();
    });

    test('that has fewer databases when it comes back is away, and nothing goes to database 0', async () => {
      const address = parseAddress(`${redis().url}/15`);
      await startWorker(succeed, { address });
      const search = await openSearch({ address });
      expect(await trainAll(search, 1)).toEqual([[finishedRun(0)]]);
      await redis().restart(0, ['--appendonly', 'no', '--databases', '4']);
      const run = search.train([finishedRun(1).spec], quietly());
      await until(() => said.filter((line) => /has no database of that number \(ERR DB index/.test(line)).length === 2);
      expect(await redis().client.keys('*')).toEqual([]);
      await redis().restart(0, ['--appendonly', 'no']);
      expect(await run).toEqual([finishedRun(1)]);
      expect(said.filter((line) => /has no database/.test(line)).length).toBe(2);
    });

    test('does not ask it as fast as it can', async () => {
      await startWorker(succeed, { slots: 4 });
      await call('CONFIG SET maxmemory 1');
      const calls = async () => Number(/total_commands_processed:(\d+)/.exec(await redis().client.info('stats'))![1]);
      try {
        const before = await calls();
        await setTimeout(3_000);
        expect((await calls()) - before).toBeLessThan(300);
      } finally {
        await call('CONFIG SET maxmemory 0');
      }
      const search = await openSearch();
      expect(await trainAll(search, 1)).toEqual([[finishedRun(0)]]);
      expect(said.filter((line) => /refuses|no memory/.test(line)).length).toBe(1);
    });

    test.each([
      [
        'has another password',
        'ACL SETUSER fleet resetpass >other',
        /refuses the user or the password \(WRONGPASS .*check user and password/,
      ],
      [
        'has no such user',
        'ACL DELUSER fleet',
        /refuses the user or the password \(WRONGPASS .*check user and password/,
      ],
    ])('that %s when we come back is away until it lets us in again', async (_, change, words) => {
      const letIn = ['on', '>secret', '~hgmlp:*', '+@all', '-@admin', '+info'];
      await redis().client.call('ACL', 'SETUSER', 'fleet', 'reset', ...letIn);
      const address = parseAddress(redis().url.replace('//', '//fleet:secret@'));
      await startWorker(succeed, { address });
      const search = await openSearch({ address });
      expect(await trainAll(search, 2)).toEqual([[finishedRun(0)], [finishedRun(1)]]);
      await call(change);
      if (!change.includes('DELUSER')) await call('CLIENT KILL USER fleet');
      await until(() => said.filter((line) => words.test(line)).length === 2);
      const run = search.train([finishedRun(2).spec], quietly());
      await setTimeout(1_000);
      await redis().client.call('ACL', 'SETUSER', 'fleet', 'reset', ...letIn);
      expect(await run).toEqual([finishedRun(2)]);
      await until(() => said.filter((line) => /^\S+ is back$/.test(line)).length === 2);
      expect(said.filter((line) => words.test(line)).length).toBe(2);
    });

    const quietly = (): Parameters<Dispatcher['train']>[1] => ({
      ...{ onEpoch: () => undefined, onSheet: () => undefined },
      signal: new AbortController().signal,
    });
  },
);
