/** Connections to the Redis of a fleet: proved once, in words, and then kept for as long as it takes. */
import { setTimeout } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { UserError } from '../../base/errors.js';
import { inWords, isMute, reasonOf } from './answers.js';
import type { RedisAddress } from './address.js';
import { rehearse } from './rehearsal.js';
import { askStranger } from './stranger.js';

const connectTimeoutMs = 10_000;
/** From the first packet to the answer, since whatever listens at a port may never say a word. */
const openingMs = 15_000;
const longestWaitMs = 2_000;

/** Names who is told what becomes of a connection. */
export interface RedisWatch {
  readonly say: (text: string) => void;
  /** Called with what Redis has refused to do when it came back. */
  readonly onRefused: (error: Error) => void;
  /** Called when Redis goes away and when it is back. */
  readonly onAway?: (isAway: boolean) => void;
}

/**
 * Opens a connection and tries on it all that a fleet needs. It comes back by itself, commands wait until then, and it
 * says when Redis is away and when it is back. Throws a UserError where Redis cannot be reached, refuses us or cannot
 * carry a fleet, without user and password in it: with exit code 75 where that may pass.
 */
export async function connect(address: RedisAddress, watch: RedisWatch): Promise<Redis> {
  let isOpen = false;
  const redis = new Redis({
    ...clientOptionsOf(address),
    lazyConnect: true,
    // So that a server that loads its data says so.
    enableReadyCheck: false,
    retryStrategy: (attempt: number) => (isOpen ? Math.min(50 * 2 ** attempt, longestWaitMs) : null),
  });
  let first = null as Error | null;
  let reason = 'the connection was closed';
  redis.on('error', (error: Error) => {
    first ??= error;
    reason = reasonOf(error);
    // Else the client would go on with database 0.
    if (isOfSelect(error)) redis.disconnect(isOpen);
  });
  let warning: string | null = null;
  try {
    warning = await Promise.race([redis.connect().then(() => rehearse(redis)), silence()]);
    if (first !== null) throw first;
    if (warning !== null) watch.say(`${address.shown} ${warning}`);
  } catch (error) {
    redis.disconnect();
    throw await explained(first ?? error, address);
  }
  isOpen = true;
  // For this connection when it comes back, and for those that BullMQ makes after it: it would print the warning for each.
  Object.assign(redis.options, { lazyConnect: false, enableReadyCheck: true, skipVersionCheck: warning !== null });
  // Theirs end with it.
  redis.once('end', () => (isOpen = false));
  watchOver(redis, address, () => reason, watch);
  return redis;
}

/**
 * Explains what has kept us from using a Redis; where the client heard no words, by those that are said to somebody
 * else.
 */
export async function explained(error: unknown, address: RedisAddress): Promise<UserError> {
  const stranger = isMute(error) ? await askStranger(address) : null;
  return inWords(stranger === null ? error : new Error(stranger), address);
}

function watchOver(redis: Redis, { shown }: RedisAddress, reason: () => string, watch: RedisWatch): void {
  const { say, onAway, onRefused } = watch;
  let away = false;
  redis.on('error', (error: Error) => {
    // Nothing that was asked of it is answered by this, so nobody else hears it.
    if (isOfSelect(error)) onRefused(error);
  });
  redis.on('reconnecting', () => {
    if (away) return;
    away = true;
    say(`${shown} cannot be reached (${reason()}); trainings go on, and wait for it`);
    onAway?.(true);
  });
  redis.on('ready', () => {
    if (away) say(`${shown} is back`);
    if (away) onAway?.(false);
    away = false;
  });
}

async function silence(): Promise<never> {
  await setTimeout(openingMs, undefined, { ref: false });
  throw new Error(`no answer within ${openingMs / 1000} s`);
}

function clientOptionsOf({ host, port, database, encrypted, username, password }: RedisAddress) {
  return {
    host,
    port,
    db: database,
    ...(username !== null && { username }),
    ...(password !== null && { password }),
    // The authorities that Node trusts, those of NODE_EXTRA_CA_CERTS among them; a name is asked for by its name.
    ...(encrypted && { tls: {} }),
    connectTimeout: connectTimeoutMs,
    maxRetriesPerRequest: null,
  };
}

function isOfSelect(error: unknown): boolean {
  return (error as { command?: { name?: string } }).command?.name === 'select';
}
