// @ts-check
/** The kinds of schedules, by their letters. */
import path from 'node:path';
import { randomStream } from '../../dist/base/random.js';
import { damageSchedules, makeLog, runDamagedSearch, runDamageSchedule } from './damage.mjs';
import { momentSchedules, runMomentSchedule } from './moments.mjs';
import { runWriteSchedule, singleBlows, undisturbed, writeSchedules } from './writes.mjs';

/** `short`: how many schedules a short run has; `alone`: one at a time; `tell`: after how many it says so. */
export const kinds = {
  a: { what: 'a blow at every call that changes the disk', short: 4, alone: false, tell: 50 },
  b: {
    what: 'kill -9 and signals at random moments of a search that trains with two workers',
    short: 1,
    alone: true,
    tell: 10,
  },
  c: { what: 'every byte of a run log damaged', short: 400, alone: false, tell: 5000 },
  d: { what: 'a blow at every call that saves a checkpoint or takes one away', short: 1, alone: false, tell: 50 },
};

/** Schedules beyond the complete list of a, each several blows in a row; of b; and damaged logs that a search is resumed from. */
const more = { a: 100, b: 60, c: 50 };

/**
 * @typedef {{ number: number, name: string } & Record<string, any>} Schedule
 *
 * @typedef {object} Kind
 * @property {() => Iterable<Schedule>} schedules numbered from 1; the same at any time for the same seed
 * @property {number} long how many of them a long run has
 * @property {(schedules: readonly Schedule[], count: number) => Schedule[]} spread a few of all
 * @property {(schedule: Schedule, folder: string) => Promise<readonly import('./judge.mjs').Finding[]>} run
 *
 * @param {keyof typeof kinds} letter
 * @param {{ studies: Awaited<ReturnType<typeof import('./search.mjs').makeStudies>>, seed: number, folder: string }} setting
 * @returns {Promise<Kind>}
 */
export async function openKind(letter, { studies, seed, folder }) {
  const study = { a: studies.faked, b: studies.trained, c: studies.faked, d: studies.saved }[letter];
  const { calls, workerCalls, reference, durationMs } = await undisturbed(study, path.join(folder, 'undisturbed'));
  const drawn = (/** @type {readonly Schedule[]} */ all, /** @type {number} */ count) => {
    const stream = randomStream('torture', seed, 'short', letter);
    const step = all.length / count;
    return Array.from({ length: count }, (_, part) => at(all, Math.floor(step * (part + stream.uniform()))));
  };
  const runBlows = (/** @type {any} */ schedule, /** @type {string} */ place) =>
    runWriteSchedule(study, reference, schedule, { folder: place });
  if (letter === 'a') {
    const schedules = () => writeSchedules(calls, seed);
    const long = [...singleBlows(calls, 'search', seed)].length + more.a;
    return { schedules, long, spread: drawn, run: runBlows };
  }
  if (letter === 'd') {
    // The search itself only takes checkpoints away.
    const removals = [...singleBlows(calls, 'search', seed)].filter(({ faults: [fault] }) =>
      /^rm /.test(/** @type {string} */ (calls[(fault?.call ?? 0) - 1])),
    );
    const schedules = [...singleBlows(workerCalls, 'worker', seed), ...removals].map((schedule, index) => ({
      ...schedule,
      number: index + 1,
    }));
    return { schedules: () => schedules, long: schedules.length, spread: drawn, run: runBlows };
  }
  if (letter === 'b') {
    const run = (/** @type {any} */ schedule, /** @type {string} */ place) =>
      runMomentSchedule(study, reference, schedule, { folder: place });
    const first = (/** @type {readonly Schedule[]} */ all, /** @type {number} */ count) => all.slice(0, count);
    return { schedules: () => momentSchedules(durationMs, seed), long: more.b, spread: first, run };
  }
  const log = await makeLog([...reference.runs.values()], path.join(folder, 'log'));
  const bytes = [...damageSchedules(log.bytes)];
  const searches = Array.from({ length: more.c }, (_, index) => ({
    ...{ number: bytes.length + 1 + index, name: 'damaged log of a search', search: true },
  }));
  return {
    schedules: () => [...bytes, ...searches],
    long: bytes.length + searches.length,
    spread: (all, count) => [...drawn(all.slice(0, bytes.length), count - 2), ...all.slice(-2)],
    run: (schedule, place) =>
      schedule['search'] === true
        ? runDamagedSearch(study, reference, schedule.number, { folder: place, seed })
        : runDamageSchedule(log, /** @type {any} */ (schedule), { folder: `${place}-log` }),
  };
}

function at(/** @type {readonly Schedule[]} */ all, /** @type {number} */ index) {
  return /** @type {Schedule} */ (all[index]);
}
