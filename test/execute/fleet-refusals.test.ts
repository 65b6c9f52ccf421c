import { mkdir } from 'node:fs/promises';
import type { Socket } from 'node:net';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { exitCodes, UserError } from '../../src/base/errors.js';
import { parseAddress } from '../../src/execute/fleet/address.js';
import { openDispatcher } from '../../src/execute/fleet/dispatcher.js';
import { startFleetWorker } from '../../src/execute/fleet/fleet-worker.js';
import { queueName } from '../../src/execute/fleet/names.js';
import { kind, study, succeed, until } from './fleets.js';
import { noRedis, startRedis, type TestRedis } from './redis.js';
import { answering, info, listening, states, type Stranger } from './strangers.js';

type Side = 'search' | 'worker';

async function open(url: string, side: Side, say: (text: string) => void = () => undefined): Promise<void> {
  const address = parseAddress(url);
  if (side === 'search') return (await openDispatcher({ address, kind, study, say })).close();
  const limits = { slots: 1, leaseMs: 2_000, maxRuns: null, idleExitMs: null };
  const unable = () => Promise.resolve(null);
  const worker = await startFleetWorker({
    address,
    kind,
    train: succeed,
    ...limits,
    unable,
    say,
    onEvent: () => undefined,
  });
  worker.drain();
  await worker.ended;
}

async function refusalOf(url: string, side: Side): Promise<UserError> {
  const error = await open(url, side).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(UserError);
  return error as UserError;
}

const { usage, stoppedResumable } = exitCodes;

describe.skipIf(noRedis !== null)(
  `a Redis that a fleet cannot use${noRedis === null ? '' : ` (skipped: ${noRedis})`}`,
  () => {
    let redis: TestRedis;
    const servers: { stop(): unknown }[] = [];
    beforeAll(async () => {
      redis = await startRedis();
    });
    afterEach(async () => {
      for (const server of servers.splice(0)) await server.stop();
    });
    afterAll(() => redis.stop());

    const strange = async (stranger: Promise<Stranger>) => {
      servers.push(await stranger);
      return (await stranger).url;
    };
    const call = (command: string) => {
      const [name, ...words] = command.split(' ');
      return redis.client.call(name!, ...words, ...(command.endsWith('requirepass') ? [''] : []));
    };
    const connections = async () =>
      String(await redis.client.client('LIST'))
        .trim()
        .split('\n').length;

    test.each(states)('that %s is refused in words by both sides, and no connection stays open', async (...state) => {
      const [, change, words, exitCode, back] = state;
      await call(change);
      try {
        for (const side of ['search', 'worker'] as const) {
          const { message, exitCode: got } = await refusalOf(redis.url, side);
          expect([message, got]).toEqual([expect.stringMatching(words), exitCode]);
          expect(message).toMatch(/^redis:\/\/127\.0\.0\.1:\d+ /);
          await until(async () => (await connections()) === 1);
        }
      } finally {
        await call(back);
      }
      await open(redis.url, 'search');
      await open(redis.url, 'worker');
    });

    test.each(['meta', 'id', 'wait', 'active', 'delayed', 'completed', 'events', 'stalled'])(
      'that holds something else where a queue has its key %s is refused by both sides',
      async (name) => {
        const key = `hgmlp:${queueName(kind)}:${name}`;
        await redis.client.flushall();
        await redis.client.geoadd(key, 1, 1, 'theirs');
        if (['delayed', 'completed'].includes(name)) await redis.client.set(key, 'theirs');
        for (const side of ['search', 'worker'] as const) {
          const { message, exitCode } = await refusalOf(redis.url, side);
          expect([message, exitCode]).toEqual([
            expect.stringMatching(`\\(WRONGTYPE ${key}: expected a \\w+, got`),
            usage,
          ]);
        }
        await redis.client.del(key);
      },
    );

    test('that has no database of that number is not used with database 0', async () => {
      await redis.client.flushall();
      for (const side of ['search', 'worker'] as const) {
        const { message, exitCode } = await refusalOf(`${redis.url}/99`, side);
        expect([message, exitCode]).toEqual([
          expect.stringMatching(/\/99 has no database of that number \(ERR DB index/),
          usage,
        ]);
      }
      await open(`${redis.url}/15`, 'worker');
      expect(await redis.client.keys('hgmlp:*')).toEqual([]);
    });

    test('that has as many clients as it takes is refused at whichever connection that is', async () => {
      const limit = async (clients: number) => void (await redis.client.config('SET', 'maxclients', clients));
      try {
        // The test's own is the first; each side needs two.
        for (const most of [1, 2]) {
          await until(async () => (await connections()) === 1);
          await limit(most);
          for (const side of ['search', 'worker'] as const) {
            const { message, exitCode } = await refusalOf(redis.url, side);
            expect([message, exitCode]).toEqual([
              expect.stringMatching(/has as many clients as it takes/),
              stoppedResumable,
            ]);
          }
        }
      } finally {
        await limit(1000);
      }
      await open(redis.url, 'worker');
    });

    test('that cannot write to its disk is refused', async () => {
      const server = await startRedis({ more: ['--save', '1 1'] });
      servers.push(server);
      // No file can take the place of a folder.
      await mkdir(path.join(server.folder, 'dump.rdb', 'full'), { recursive: true });
      await server.client.set('other', 1);
      await until(async () => /rdb_last_bgsave_status:err/.test(await server.client.info('persistence')));
      const { message, exitCode } = await refusalOf(server.url, 'worker');
      expect([message, exitCode]).toEqual([
        expect.stringMatching(/cannot write to its disk \(MISCONF .*free space there/),
        stoppedResumable,
      ]);
    });

    test('that is a node of a cluster, or a Sentinel, is refused', async () => {
      const cluster = await startRedis({ more: ['--cluster-enabled', 'yes'] });
      servers.push(cluster);
      const { message, exitCode } = await refusalOf(cluster.url, 'search');
      expect([message, exitCode]).toEqual([expect.stringMatching(/is a node of a cluster/), usage]);
      const sentinel = await strange(answering(info('redis_version:7.0.15', 'redis_mode:sentinel')));
      expect((await refusalOf(sentinel, 'worker')).message).toMatch(/is a Sentinel, which keeps no data/);
    });

    test('that is too old, or still loads its data, is refused', async () => {
      const old = await refusalOf(await strange(answering(info('redis_version:6.0.16'))), 'worker');
      expect([old.message, old.exitCode]).toEqual([
        expect.stringMatching(/is too old.*6\.0\.16.*Redis 6\.2 or later/),
        usage,
      ]);
      const loading = await refusalOf(await strange(answering(info('redis_version:7.0.15', 'loading:1'))), 'search');
      expect([loading.message, loading.exitCode]).toEqual([
        expect.stringMatching(/is still loading its data/),
        stoppedResumable,
      ]);
    });

    test('that drops keys is used, and told once', async () => {
      const said: string[] = [];
      await redis.client.config('SET', 'maxmemory', 10 ** 9);
      await redis.client.config('SET', 'maxmemory-policy', 'allkeys-lru');
      try {
        await open(redis.url, 'worker', (text) => said.push(text));
        expect(said).toEqual([
          expect.stringMatching(/drops keys once its memory is full \(maxmemory-policy allkeys-lru\).*noeviction/),
        ]);
      } finally {
        await redis.client.config('SET', 'maxmemory', 0);
        await redis.client.config('SET', 'maxmemory-policy', 'noeviction');
      }
    });

    test.each<[string, (socket: Socket) => unknown, RegExp, number]>([
      [
        'speaks HTTP',
        (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'),
        /is no Redis, but something else/,
        usage,
      ],
      [
        'greets with something else',
        (socket) => socket.write('SSH-2.0-OpenSSH\r\n'),
        /is no Redis, but something else/,
        usage,
      ],
      [
        'turns clients away in protected mode',
        (socket) => socket.end('-DENIED Redis is running in protected mode\r\n'),
        /is in protected mode/,
        usage,
      ],
      ['ends every connection', (socket) => socket.destroy(), /expected a Redis, got: /, stoppedResumable],
    ])('that %s is refused in words', async (_, greet, words, code) => {
      const { message, exitCode } = await refusalOf(await strange(listening(greet)), 'worker');
      expect([message, exitCode]).toEqual([expect.stringMatching(words), code]);
    });

    test('that speaks no TLS is told from one that does', async () => {
      const { message, exitCode } = await refusalOf(redis.url.replace('redis:', 'rediss:'), 'worker');
      expect([message, exitCode]).toEqual([expect.stringMatching(/speaks no TLS; name it with redis:\/\//), usage]);
    });
  },
);
