// @ts-check
/**
 * Schedules of kind b: `kill -9` and signals that ask to stop at random moments of a search that trains, with two workers,
 * several times in a row; and in between, checkpoints that are damaged.
 */
import { execFileSync } from 'node:child_process';
import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { randomStream } from '../../dist/base/random.js';
import { damaged, damages } from './damage.mjs';
import { openJudge } from './judge.mjs';
import { killGroup, makePlace, startSearch } from './search.mjs';

/** Who is signalled, and with what, and what comes then. */
/** @type {Readonly<Record<string, { who: 'search' | 'worker' | 'all', signal: NodeJS.Signals, damage?: true }>>} */
export const victims = {
  'kill -9 of the search': { who: 'search', signal: 'SIGKILL' },
  'kill -9 of a worker': { who: 'worker', signal: 'SIGKILL' },
  'kill -9 of all': { who: 'all', signal: 'SIGKILL' },
  'kill -9 of all, then checkpoints damaged': { who: 'all', signal: 'SIGKILL', damage: true },
  'SIGUSR1, then checkpoints damaged': { who: 'search', signal: 'SIGUSR1', damage: true },
  SIGTERM: { who: 'search', signal: 'SIGTERM' },
  SIGINT: { who: 'all', signal: 'SIGINT' },
  SIGUSR1: { who: 'all', signal: 'SIGUSR1' },
};

/** What all schedules so far have met: without any, they would prove little. */
export const met = { damagedCheckpoints: 0, trainingsGoneOn: 0 };

/** @typedef {{ victim: string, afterMs: number, inTraining: boolean, seed: number }} Blow */

/**
 * One to three blows at moments that are drawn: of all but the last tenth of an undisturbed search, or in its trainings.
 * @param {number} durationMs of the undisturbed search
 * @param {number} seed
 * @returns {Generator<{ number: number, name: string, blows: readonly Blow[] }, never, void>}
 */
export function* momentSchedules(durationMs, seed) {
  const names = Object.keys(victims);
  for (let number = 1; ; number += 1) {
    const stream = randomStream('torture', seed, 'moments', number);
    let leftMs = 0.9 * durationMs;
    const blows = Array.from({ length: 1 + stream.integerBelow(3) }, (_, index) => {
      const afterMs = Math.round(leftMs * stream.uniform());
      leftMs -= afterMs / 2;
      // The first goes through all in turn, so that a short run has each.
      const victim = names[index === 0 ? (number - 1) % names.length : stream.integerBelow(names.length)];
      return {
        victim: /** @type {string} */ (victim),
        afterMs,
        inTraining: stream.integerBelow(2) === 0,
        seed: stream.uint32(),
      };
    });
    yield { number, name: /** @type {Blow} */ (blows[0]).victim, blows };
  }
}

/**
 * @param {import('./search.mjs').Study} study
 * @param {import('./judge.mjs').Reference} reference
 * @param {{ blows: readonly Blow[] }} schedule
 * @param {{ folder: string }} setting
 */
export async function runMomentSchedule(study, reference, { blows }, { folder }) {
  const place = await makePlace(folder);
  const judge = openJudge(reference, place);
  const checkpoints = path.join(place.results, 'checkpoints');
  for (const { victim, afterMs, inTraining, seed } of blows) {
    const { who, signal, damage = false } = victimOf(victim);
    const search = startSearch(study, place);
    const moment = inTraining ? firstCheckpoint(checkpoints, search).then(() => sleep(afterMs / 10)) : sleep(afterMs);
    await Promise.race([moment, search.ended]);
    const signalled = strike(search.child, who, signal);
    const ended = await search.ended;
    countGoneOn(ended);
    judgeEnd(judge.told, { who: signalled ? who : 'nobody', signal }, ended);
    await judge.afterAttempt(ended);
    if (damage) await damageCheckpoints(checkpoints, seed);
  }
  const ended = await startSearch(study, place).ended;
  countGoneOn(ended);
  await judge.afterAttempt(ended);
  await judge.atTheEnd(ended);
  return judge.findings;
}

function countGoneOn(/** @type {import('./search.mjs').Ended} */ { stderr }) {
  met.trainingsGoneOn += stderr.split('\n').filter((line) => line.includes(' goes on from ')).length;
}

const victimOf = (/** @type {string} */ name) => /** @type {(typeof victims)[string]} */ (victims[name]);

/**
 * Most of a small search is no training: half of the blows wait for a checkpoint. Resolves when there is one, or at the end.
 * @param {string} folder
 * @param {ReturnType<typeof startSearch>} search
 */
async function firstCheckpoint(folder, { child }) {
  const isUnderWay = () => child.exitCode === null && child.signalCode === null;
  while (isUnderWay() && !(await namesIn(folder)).some((name) => name.endsWith('.checkpoint'))) await sleep(20);
}

/** Hits every file with a bit, cuts it off, or zeroes its end; or puts it in the place of the next one. */
async function damageCheckpoints(/** @type {string} */ folder, /** @type {number} */ seed) {
  const stream = randomStream('damaged checkpoints', seed);
  const files = (await namesIn(folder)).map((name) => path.join(folder, name));
  for (const [index, file] of files.entries()) {
    const bytes = await readFile(file);
    met.damagedCheckpoints += 1;
    const name = damages[stream.integerBelow(damages.length + 1)];
    if (name === undefined) await rename(file, /** @type {string} */ (files[(index + 1) % files.length]));
    else
      await writeFile(
        file,
        damaged(bytes, { name, byte: stream.integerBelow(bytes.length), bit: stream.integerBelow(8) }),
      );
  }
}

/** @returns {Promise<string[]>} */
const namesIn = (/** @type {string} */ folder) =>
  readdir(folder).then(
    (names) => names.toSorted(),
    () => [],
  );

/**
 * Gives whether anybody was there.
 * @param {import('node:child_process').ChildProcess} child
 * @param {'search' | 'worker' | 'all'} who
 * @param {NodeJS.Signals} signal
 */
function strike(child, who, signal) {
  if (child.exitCode !== null || child.signalCode !== null) return false;
  if (who === 'search') return child.kill(signal);
  if (who === 'all') {
    killGroup(child, signal);
    return true;
  }
  const [worker] = childrenOf(/** @type {number} */ (child.pid));
  if (worker === undefined) return false;
  try {
    return process.kill(worker, signal);
  } catch {
    return false;
  }
}

/** @returns {number[]} */
function childrenOf(/** @type {number} */ processId) {
  try {
    return execFileSync('pgrep', ['-P', String(processId)], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .map(Number);
  } catch {
    return [];
  }
}

/**
 * A search that lost a worker says which run failed (3), or had trained all by then; a signal that can be heard stops it
 * (75), unless it came before anybody listened or after the last run.
 * @param {import('./judge.mjs').Tell} told
 * @param {{ who: 'search' | 'worker' | 'all' | 'nobody', signal: NodeJS.Signals }} blow
 * @param {import('./search.mjs').Ended} ended
 */
function judgeEnd(told, { who, signal }, ended) {
  if (ended.signal === signal && (who === 'search' || who === 'all')) return;
  const allowed = who === 'worker' ? [0, 3] : who === 'nobody' || signal === 'SIGKILL' ? [0] : [0, 75];
  if (ended.code !== null && allowed.includes(ended.code)) return;
  told('exit', `${signal} to ${who}: expected ${allowed.join(' or ')}, got ${ended.code ?? ended.signal}`);
}
