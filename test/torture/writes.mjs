// @ts-check
/**
 * Schedules of kinds a and d: the search, or the worker that saves a checkpoint, is killed, refused or cut short at every
 * call that changes the disk, in turn.
 */
import { randomStream } from '../../dist/base/random.js';
import { openJudge, referenceOf } from './judge.mjs';
import { callsOf, makePlace, startSearch } from './search.mjs';

/**
 * @typedef {import('./file-layer.mjs').Fault} Fault
 * @typedef {{ name: string, on: RegExp, fault: Omit<Fault, 'role' | 'call' | 'seed'> }} Blow
 * @typedef {{ number: number, name: string, faults: readonly Fault[] }} Schedule
 */

const every = /^/;
const writing = /^write /;
/** What needs room on the disk. */
const allocating = /^(open|write|mkdir|rename|sync|datasync) /;

/** @type {readonly Blow[]} each meets every call that its pattern fits */
export const blows = [
  { name: 'kill before', on: every, fault: { does: 'kill', when: 'before' } },
  { name: 'kill after', on: every, fault: { does: 'kill', when: 'after' } },
  { name: 'kill in mid-write', on: writing, fault: { does: 'kill', when: 'within' } },
  { name: 'power cut before', on: every, fault: { does: 'power cut', when: 'before' } },
  { name: 'power cut after', on: every, fault: { does: 'power cut', when: 'after' } },
  { name: 'power cut in mid-write', on: writing, fault: { does: 'power cut', when: 'within' } },
  { name: 'write cut short', on: writing, fault: { does: 'cut short', when: 'within' } },
  { name: 'ENOSPC once', on: allocating, fault: { does: 'refuse', when: 'before', code: 'ENOSPC' } },
  {
    name: 'ENOSPC from then on',
    on: allocating,
    fault: { does: 'refuse', when: 'before', code: 'ENOSPC', lasting: true },
  },
  {
    name: 'ENOSPC in mid-write',
    on: writing,
    fault: { does: 'cut short', when: 'within', code: 'ENOSPC', lasting: true },
  },
  { name: 'EIO once', on: every, fault: { does: 'refuse', when: 'before', code: 'EIO' } },
  { name: 'EIO from then on', on: every, fault: { does: 'refuse', when: 'before', code: 'EIO', lasting: true } },
];

/** How a search in a row of several ends before the one that nothing disturbs. */
const chained = { name: 'several in a row', most: 4 };

/**
 * Every blow at every call, then for ever rows of two to four blows at calls that are drawn.
 * @param {readonly string[]} calls of an undisturbed search
 * @param {number} seed
 * @returns {Generator<Schedule, never, void>}
 */
export function* writeSchedules(calls, seed) {
  let number = 0;
  for (const schedule of singleBlows(calls, 'search', seed)) {
    number += 1;
    yield schedule;
  }
  for (;;) {
    number += 1;
    const stream = randomStream('torture', seed, 'writes', number);
    const count = 2 + stream.integerBelow(chained.most - 1);
    const faults = Array.from({ length: count }, () => drawnFault(calls, stream));
    yield { number, name: chained.name, faults };
  }
}

/**
 * Every blow at every call that it fits.
 * @param {readonly string[]} calls of an undisturbed search
 * @param {'search' | 'worker'} role whose calls they are
 * @param {number} seed
 * @returns {Generator<Schedule, void, void>}
 */
export function* singleBlows(calls, role, seed) {
  let number = 0;
  for (const { name, on, fault } of blows) {
    for (const [index, call] of calls.entries()) {
      if (!on.test(call)) continue;
      number += 1;
      yield { number, name, faults: [{ ...fault, role, call: index + 1, seed: seed + number }] };
    }
  }
}

/** @returns {Fault} */
function drawnFault(
  /** @type {readonly string[]} */ calls,
  /** @type {import('../../dist/base/random.js').RandomStream} */ stream,
) {
  const index = stream.integerBelow(calls.length);
  const fitting = blows.filter(({ on }) => on.test(/** @type {string} */ (calls[index])));
  const { fault } = /** @type {Blow} */ (fitting[stream.integerBelow(fitting.length)]);
  return { ...fault, role: 'search', call: index + 1, seed: stream.uint32() };
}

/**
 * The undisturbed search that schedules are compared with.
 * @param {import('./search.mjs').Study} study
 * @param {string} folder
 */
export async function undisturbed(study, folder) {
  const place = await makePlace(folder);
  const started = Date.now();
  const { code, stderr } = await startSearch(study, place).ended;
  if (code !== 0) throw new Error(`the undisturbed search ended with ${code}: ${stderr}`);
  const durationMs = Date.now() - started;
  const reference = await referenceOf(place.results);
  if (reference.runs.size !== study.runs) throw new Error(`expected ${study.runs} runs, got ${reference.runs.size}`);
  return { reference, durationMs, place, ...(await callsOf(place)) };
}

/**
 * Runs one schedule to its end and gives its findings.
 * @param {import('./search.mjs').Study} study
 * @param {import('./judge.mjs').Reference} reference
 * @param {Pick<Schedule, 'faults'>} schedule
 * @param {object} setting
 * @param {string} setting.folder for it alone
 * @param {(place: import('./search.mjs').Place) => Promise<void>} [setting.between] what happens to the folder before it goes on
 */
export async function runWriteSchedule(study, reference, { faults }, { folder, between }) {
  const place = await makePlace(folder);
  const judge = openJudge(reference, place);
  for (const fault of faults) {
    const ended = await startSearch(study, place, fault).ended;
    judgeEnd(judge.told, fault, ended);
    await judge.afterAttempt(ended);
    for (const stray of (await callsOf(place)).strays) judge.told('stray', stray);
    await between?.(place);
  }
  const ended = await startSearch(study, place).ended;
  await judge.afterAttempt(ended);
  await judge.atTheEnd(ended);
  return judge.findings;
}

/**
 * A kill kills: the search, or a worker, whose run has then failed. A disk that refuses ends the search in words and with
 * 75, unless it could do without the call.
 * @param {import('./judge.mjs').Tell} told
 * @param {Fault} fault
 * @param {import('./search.mjs').Ended} ended
 */
function judgeEnd(told, { does, call, role }, { code, signal, stderr }) {
  const kills = does === 'kill' || does === 'power cut';
  if (signal !== null) {
    if (!kills || role === 'worker') told('exit', `it was ended by ${signal} at call ${call}`);
    return;
  }
  const last = stderr.trim().split('\n').at(-1) ?? '';
  if (code === 75 && !/^hgmlp: cannot .*: the disk /.test(last)) told('unclear', `75, but no clear line: '${last}'`);
  const allowed = kills && role === 'worker' ? [0, 3] : [0, 75];
  if (code === null || !allowed.includes(code)) told('exit', `expected ${allowed.join(' or ')}, got ${code}: ${last}`);
}
