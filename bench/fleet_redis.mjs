// A Redis of one's own on a free port, without a disk.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { Redis } from 'ioredis';

export async function startRedis() {
  const port = await freePort();
  const words = ['--port', port, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--loglevel', 'warning'];
  const child = spawn('redis-server', words.map(String), { stdio: ['ignore', 'ignore', 'inherit'] });
  const redis = new Redis({ port, host: '127.0.0.1', retryStrategy: () => 50, maxRetriesPerRequest: null });
  redis.on('error', () => undefined);
  while ((await Promise.race([redis.ping(), setTimeout(5000)])) !== 'PONG')
    throw new Error('redis-server did not start');
  return {
    port,
    redis,
    async stop() {
      redis.disconnect();
      child.kill();
      await once(child, 'exit');
    },
  };
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
