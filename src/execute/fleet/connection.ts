/** Connections to the Redis of a fleet: proved once, in words, and then kept for as long as it takes. */
import { Redis } from 'ioredis';
import { exitCodes, messageOf, UserError } from '../../base/errors.js';
import { withoutCredentials, type RedisAddress } from './address.js';

const connectTimeoutMs = 10_000;
const longestWaitMs = 2_000;

/** A proved connection that says when Redis is away and when it is back. Throws as `proveRedis` does. */
export async function connect(address: RedisAddress, say: (text: string) => void): Promise<Redis> {
  await proveRedis(address);
  return openRedis(address, {
    onAway: (reason) => say(`${address.shown} is away (${reason}); what trains goes on, waiting until it is back`),
    onBack: () => say(`${address.shown} is back`),
  });
}

/**
 * Throws a UserError where Redis cannot be reached or refuses us, without user and password in it: with exit code 75 where
 * it may only be away.
 */
export async function proveRedis(address: RedisAddress): Promise<void> {
  const redis = new Redis({ ...optionsOf(address), lazyConnect: true, retryStrategy: () => null });
  let first: unknown = null;
  redis.on('error', (error) => (first ??= error));
  try {
    await redis.connect();
    await redis.ping();
  } catch (error) {
    throw inWords(first ?? error, address);
  } finally {
    redis.disconnect();
  }
}

export interface RedisWatch {
  /** Said once until it is back. */
  readonly onAway: (reason: string) => void;
  readonly onBack: () => void;
}

/** A connection that comes back by itself; commands wait until then. */
export function openRedis(address: RedisAddress, watch?: RedisWatch): Redis {
  const redis = new Redis(optionsOf(address));
  let away = false;
  let reason = 'the connection was closed';
  redis.on('error', (error) => (reason = reasonOf(error)));
  redis.on('reconnecting', () => {
    if (!away) watch?.onAway(reason);
    away = true;
  });
  redis.on('ready', () => {
    if (away) watch?.onBack();
    away = false;
  });
  return redis;
}

/** What went wrong with a Redis, in one line without user and password. */
export function reasonOf(error: unknown): string {
  // Where a host has several addresses, each has an error of its own, and their sum no words.
  const [cause] = error instanceof AggregateError ? (error.errors as unknown[]) : [error];
  return withoutCredentials(messageOf(cause).split('\n')[0]!);
}

function optionsOf({ host, port, database, encrypted, username, password }: RedisAddress) {
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
    retryStrategy: (attempt: number): number | null => Math.min(50 * 2 ** attempt, longestWaitMs),
  };
}

const certificate = /certificate|self.signed|altname|CERT_/i;
const credentials = /WRONGPASS|NOAUTH|NOPERM|invalid password|invalid username|without any password/i;
const passing = /ECONNREFUSED|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ECONNRESET|EAI_AGAIN|LOADING|BUSY|timed? ?out|closed/i;

function inWords(error: unknown, { shown }: RedisAddress): UserError {
  const reason = reasonOf(error);
  if (credentials.test(reason)) {
    return new UserError(`${shown} refuses us (${reason}); check user and password in --queue or HGMLP_QUEUE`);
  }
  if (certificate.test(reason)) {
    return new UserError(
      `${shown}: expected a certificate that can be trusted, got: ${reason}; name the file of its authority in ` +
        'NODE_EXTRA_CA_CERTS',
    );
  }
  const advice = 'check that Redis runs there, host, port and TLS (rediss://)';
  const exitCode = passing.test(reason) ? exitCodes.stoppedResumable : exitCodes.usage;
  return new UserError(`${shown}: expected a Redis, got: ${reason}; ${advice}`, exitCode);
}
