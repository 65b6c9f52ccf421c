/** Whether a Redis can carry a fleet, found out before it has to: its version and kind, and every command that it will be asked for. */
import { randomBytes } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { RedisAddress } from './address.js';
import { inWords } from './answers.js';
import { prefix } from './names.js';

/** What BullMQ and this room ask of a key, by its type; each key is taken away at the end. */
const commands = [
  'SET key 1 PX 60000;GET key;PTTL key;EXISTS key;INCR key;GETRANGE key 0 1;TYPE key;DEL key',
  'HSET key a 1;HMSET key a 1;HGET key a;HMGET key a;HGETALL key;HEXISTS key a;HINCRBY key a 1;HLEN key;HDEL key b;DEL key',
  'LPUSH key a;RPUSH key b;LRANGE key 0 1;LLEN key;LINDEX key 0;LPOS key a;LSET key 0 a;LTRIM key 0 9',
  'RPOPLPUSH key key;LREM key 0 c;LPOP key;RPOP key;DEL key',
  'SADD key a;SMEMBERS key;SISMEMBER key a;SCARD key;SREM key b;PEXPIRE key 60000;PERSIST key;DEL key',
  'ZADD key 1 a;ZSCORE key a;ZMSCORE key a;ZCARD key;ZCOUNT key 0 1;ZRANGE key 0 1;ZRANGEBYSCORE key 0 1',
  'ZREVRANGE key 0 1;ZREVRANGEBYSCORE key 1 0;ZREM key b;ZREMRANGEBYSCORE key 5 6;ZREMRANGEBYRANK key 5 6',
  'ZPOPMIN key;ZADD key 1 a;BZPOPMIN key 0.1;DEL key',
  'XADD key MAXLEN ~ 9 * a b;XTRIM key MAXLEN ~ 9;XLEN key;XRANGE key - +;XREVRANGE key + - COUNT 1',
  'XREAD COUNT 1 STREAMS key 0;UNLINK key;TIME;EVAL return~0 0;CLIENT SETNAME hgmlp',
];

/**
 * Tries on a Redis all commands that a fleet needs, and gives a warning, as it follows the address, or null. Throws
 * where the Redis cannot carry a fleet: what it answered, or an error with what it says of itself.
 */
export async function rehearse(redis: Redis): Promise<string | null> {
  const about = fieldsOf(await redis.info());
  const fault = faultOf(about);
  if (fault !== null) throw new Error(fault);
  const key = `${prefix}:rehearsal:${randomBytes(8).toString('hex')}`;
  const words = commands.flatMap((line) => line.split(';')).map((command) => command.split(' '));
  const calls = words.map((command) => command.map((word) => (word === 'key' ? key : word.replace('~0', ' 0'))));
  const answers = await redis.pipeline(calls.map((call) => ['call', ...call])).exec();
  for (const [error] of answers ?? []) if (error !== null) throw error;
  return warningOf(about);
}

/** The types of keys of a queue of BullMQ; some come and go with what is in it. */
const typesOfKeys: Readonly<Record<string, string>> = {
  ...{ meta: 'hash', id: 'string', events: 'stream', marker: 'zset', stalled: 'set', 'stalled-check': 'string' },
  ...{ wait: 'list', active: 'list', paused: 'list' },
  ...{ completed: 'zset', failed: 'zset', delayed: 'zset', prioritized: 'zset', pc: 'string' },
};

/** Throws a UserError where a key of the queue is of another type than BullMQ's: it would be found out one use at a time. */
export async function refuseForeignKeys(redis: Redis, queue: string, address: RedisAddress): Promise<void> {
  const keys = await Promise.all(
    Object.entries(typesOfKeys).map(async ([name, wanted]) => {
      const key = `${prefix}:${queue}:${name}`;
      return { key, wanted, found: await redis.type(key) };
    }),
  );
  const foreign = keys.find(({ wanted, found }) => found !== wanted && found !== 'none');
  if (foreign === undefined) return;
  const { key, wanted, found } = foreign;
  throw inWords(new Error(`WRONGTYPE ${key}: expected a ${wanted}, got a ${found}`), address);
}

type RedisInfo = ReadonlyMap<string, string>;

function fieldsOf(info: string): RedisInfo {
  return new Map(
    info.split(/\r?\n/).map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]),
  );
}

/** In the words of Redis, where it has some. */
function faultOf(about: RedisInfo): string | null {
  if (about.get('loading') === '1') return 'LOADING Redis is loading the dataset in memory';
  const mode = about.get('redis_mode') ?? about.get('server_mode') ?? 'standalone';
  if (mode !== 'standalone') return `redis_mode:${mode}`;
  const version = about.get('redis_version') ?? '';
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < 6 || (major === 6 && minor < 2) ? `redis_version:${version}` : null;
}

function warningOf(about: RedisInfo): string | null {
  const policy = about.get('maxmemory_policy') ?? 'noeviction';
  if (policy === 'noeviction' || about.get('maxmemory') === '0') return null;
  return (
    `drops keys once its memory is full (maxmemory-policy ${policy}): runs would be trained again and again; ` +
    'set maxmemory-policy noeviction'
  );
}
