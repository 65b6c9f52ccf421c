/**
 * Who is there: searches and workers write their names into Redis again and again, and a name that was not written for a
 * while is gone. Time is the clock of Redis, so that those of the machines may differ.
 */
import type { Redis } from 'ioredis';
import { clock } from '../../base/clock.js';
import { numbersVersion } from '../../run/key.js';
import { prefix, type FleetKind } from './names.js';
import type { Patience } from './patience.js';

/** Names what a process does in a fleet: a search gives out jobs, a worker trains them. */
export const roles = ['search', 'worker'] as const;
/** Names a role of a process in a fleet. */
export type Role = (typeof roles)[number];

/** Describes a process that says it is there. */
export interface Present extends FleetKind {
  readonly role: Role;
  /** Of this process, whatever its machine. */
  readonly id: string;
  /** Trainings at a time; of a search 0. */
  readonly slots: number;
}

const beatMs = 5_000;
/** A name lasts this long. */
const lastsMs = 20_000;
const most = 10_000;
/** Clocks that differ by less are taken for one. */
const sameClockMs = 2_000;

const form = /^(search|worker) (\w{1,64}) (\d{1,5}) ([\w.+-]{1,64}) (\d{1,9}) ([\w-]{1,64})$/;

const keyOfPresence = `${prefix}:present`;

/** Says that this process is there, and sees who else is. */
export interface Presence {
  /** All that are there and compute the same numbers, and how many others. */
  look(): Promise<readonly Present[]>;
  /** How many milliseconds the clock of Redis is ahead of ours; 0 where they agree but for what the way there takes. */
  aheadMs(): number;
  /** Takes the name away. */
  close(): Promise<void>;
}

/** Says that a process is there, now and from then on. Rejects where Redis does not take that the first time. */
export async function announce(redis: Redis, present: Present, patience: Pick<Patience, 'told'>): Promise<Presence> {
  const { role, id, slots, version, engine } = present;
  const name = [role, id, slots, version, numbersVersion, engine].join(' ');
  let aheadMs = 0;
  const beat = async () => {
    const now = await redisTimeMs(redis);
    aheadMs = now - clock.timeOfDay().getTime();
    await redis.zadd(keyOfPresence, now, name);
  };
  await beat();
  const timer = setInterval(() => void beat().catch(patience.told), beatMs);
  return {
    look: () => lookAround(redis),
    aheadMs: () => (Math.abs(aheadMs) < sameClockMs ? 0 : aheadMs),
    async close() {
      clearInterval(timer);
      await redis.zrem(keyOfPresence, name);
    },
  };
}

async function lookAround(redis: Redis): Promise<Present[]> {
  const now = await redisTimeMs(redis);
  await redis.zremrangebyscore(keyOfPresence, '-inf', now - lastsMs);
  const names = await redis.zrange(keyOfPresence, '-inf', '+inf', 'BYSCORE', 'LIMIT', 0, most);
  return names.flatMap((name) => parsePresent(name) ?? []);
}

/** Reads the name of a process in Redis; null for one that nobody of us has written. */
export function parsePresent(name: string): Present | null {
  const [, role, id = '', slots, version = '', numbers = '', engine = ''] = form.exec(name) ?? [];
  if (role === undefined) return null;
  // Other numbers are as good as another version.
  const shownVersion = Number(numbers) === numbersVersion ? version : `${version} (numbers ${numbers})`;
  return { role: role as Role, id, slots: Number(slots), version: shownVersion, engine };
}

async function redisTimeMs(redis: Redis): Promise<number> {
  const [seconds, microseconds] = await redis.time();
  return Number(seconds) * 1000 + Math.floor(Number(microseconds) / 1000);
}
