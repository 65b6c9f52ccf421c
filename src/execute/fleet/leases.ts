/**
 * The leases of a worker on what it has in hand, renewed by a clock that nobody sets. (BullMQ renews its locks by the time
 * of day: once that is set back, it renews none until the old time has come again.)
 */
import type { Redis } from 'ioredis';
import type { Patience } from './patience.js';
import { everySoOften } from './rounds.js';

/** Gives the right to train a job, which is lost where it is not renewed in time. */
export interface Lease {
  /** Aborted once it is somebody else's. */
  readonly signal: AbortSignal;
  /** Renews it now. False where it is somebody else's. */
  renew(): Promise<boolean>;
  release(): void;
}

/** Renews all leases of a worker together. */
export interface Leases {
  /** From now on, for a job that was just taken with that token. */
  hold(jobId: string, token: string): Lease;
  close(): void;
}

/**
 * BullMQ's lock and what belongs to it. One that has run out while Redis took no writes is taken again where nobody else has
 * the job. Source: bullmq/commands/extendLock-2.lua.
 */
const renewal = `
local holder = redis.call('GET', KEYS[1])
if holder == ARGV[1] or (not holder and redis.call('LPOS', KEYS[3], ARGV[3])) then
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
  redis.call('SREM', KEYS[2], ARGV[3])
  return 1
end
return 0`;

/** Tells where leases are kept, and how long each lasts. */
export interface LeasesOptions {
  readonly redis: Redis;
  readonly leaseMs: number;
  /** The key of that name in the queue. */
  readonly toKey: (name: string) => string;
  readonly patience: Patience;
}

/** Renews all leases that are held four times in the time that each lasts. */
export function leasesOf({ redis, leaseMs, toKey, patience }: LeasesOptions): Leases {
  const held = new Set<Lease>();
  const rounds = everySoOften(leaseMs / 4, () =>
    patience.during(async () => void (await Promise.all([...held].map((lease) => lease.renew())))),
  );
  return {
    hold(jobId, token) {
      const lost = new AbortController();
      const keys = [toKey(`${jobId}:lock`), toKey('stalled'), toKey('active')];
      const lease: Lease = {
        signal: lost.signal,
        async renew() {
          const isOurs = (await redis.eval(renewal, keys.length, ...keys, token, leaseMs, jobId)) === 1;
          // What was released meanwhile is nobody's.
          if (!isOurs && held.delete(lease)) lost.abort();
          return isOurs;
        },
        release: () => void held.delete(lease),
      };
      held.add(lease);
      return lease;
    },
    close() {
      rounds.stop();
      held.clear();
    },
  };
}
