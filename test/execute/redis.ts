/** A Redis of a test's own, with a folder of its own, on a port that is free. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Redis } from 'ioredis';

/** Why there is no Redis to test with; null where there is one. `HGMLP_REQUIRE_REDIS=1` makes that a failure. */
export const noRedis: string | null = (() => {
  if (spawnSync('redis-server', ['--version']).status === 0) return null;
  if (process.env['HGMLP_REQUIRE_REDIS']) throw new Error('redis-server must be there, as HGMLP_REQUIRE_REDIS says');
  return 'redis-server is not installed';
})();

export interface TestRedis {
  readonly url: string;
  readonly port: number;
  readonly folder: string;
  /** To look into it. */
  readonly client: Redis;
  /** Ends it with SIGKILL and starts it anew with what it had written down, and with more words for its command line. */
  restart(awayMs?: number, more?: readonly string[]): Promise<void>;
  stop(): Promise<void>;
}

export interface TestRedisOptions {
  readonly password?: string;
  /** Files in PEM for TLS, which is then the only way in. */
  readonly tls?: { readonly certificate: string; readonly key: string };
  /** More words for its command line, such as `--cluster-enabled yes`. */
  readonly more?: readonly string[];
}

export async function startRedis({ password, tls, more = [] }: TestRedisOptions = {}): Promise<TestRedis> {
  const folder = await mkdtemp(path.join(tmpdir(), 'hgmlp-redis-'));
  const port = await freePort();
  const words = [
    ...['--bind', '127.0.0.1', '--dir', folder, '--appendonly', 'yes', '--appendfsync', 'always', '--save', ''],
    ...(password === undefined ? [] : ['--requirepass', password]),
    ...(tls === undefined
      ? ['--port', String(port)]
      : ['--port', '0', '--tls-port', String(port), '--tls-auth-clients', 'no']),
    ...(tls === undefined ? [] : ['--tls-cert-file', tls.certificate, '--tls-key-file', tls.key]),
    ...more,
  ];
  const start = (more: readonly string[] = []): ChildProcess =>
    spawn('redis-server', [...words, ...more], { stdio: 'ignore' });
  let server = start();
  const client = new Redis({
    ...{ host: '127.0.0.1', port, maxRetriesPerRequest: null, retryStrategy: () => 50 },
    ...(password !== undefined && { password }),
    ...(tls !== undefined && { tls: { rejectUnauthorized: false } }),
  });
  client.on('error', () => undefined);
  await client.ping();
  const end = async () => {
    server.kill('SIGKILL');
    await once(server, 'exit');
  };
  return {
    url: `redis${tls === undefined ? '' : 's'}://${password === undefined ? '' : `:${password}@`}127.0.0.1:${port}`,
    port,
    folder,
    client,
    async restart(awayMs = 0, moreWords = []) {
      await end();
      await setTimeout(awayMs);
      server = start(moreWords);
      await client.ping();
    },
    async stop() {
      client.disconnect();
      await end();
      await rm(folder, { recursive: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
