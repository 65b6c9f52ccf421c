// @ts-check
/**
 * Schedules of kind c: every byte of a run log is hit. A bit is flipped, the file is cut off there, or all behind is zero,
 * as a file system may leave it. Nothing but the records that were touched may be lost, none altered or made up, and what
 * is appended afterwards must be read again.
 */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { randomStream } from '../../dist/base/random.js';
import { encodeLine } from '../../dist/run/log-format.js';
import { openRunLog, readRunLog } from '../../dist/run/log.js';
import { openJudge } from './judge.mjs';
import { makePlace, startSearch } from './search.mjs';

/**
 * @typedef {import('../../dist/run/run.js').Run} Run
 * @typedef {'bit flip' | 'truncation' | 'zeros to the end'} Damage
 * @typedef {{ number: number, name: Damage, byte: number, bit: number }} Schedule
 */

export const damages = /** @type {const} */ (['bit flip', 'truncation', 'zeros to the end']);

/** A log to be damaged: a trained run, a failed one, an imported one, and the header of version 2 amid them. */
export async function makeLog(/** @type {readonly Run[]} */ finished, /** @type {string} */ folder) {
  const [first, second, third] = /** @type {[any, any, any]} */ (finished);
  const { curve, validation, test, ...failed } = second;
  const unknown = { meanSquaredError: null, psnrOfMeanDb: null };
  const imported = {
    ...{ ...third, curve: [], timing: null, imported: { source: 'runs.csv', onlySet: null } },
    ...{ validation: { ...validation, ...unknown }, test: { ...test, ...unknown, ssim: null } },
  };
  const runs = [first, { ...failed, curve, state: 'failed', reason: 'no memory — none' }, imported];
  await rm(folder, { recursive: true, force: true });
  const log = await openRunLog(folder);
  for (const run of runs) await log.append(run);
  await log.close();
  return { bytes: await readFile(path.join(folder, 'log', 'writer-0001.jsonl')), runs, appended: finished[3] };
}

/** @returns {Generator<Schedule, void, void>} */
export function* damageSchedules(/** @type {Buffer} */ bytes) {
  let number = 0;
  const next = (/** @type {Damage} */ name, /** @type {number} */ byte, /** @type {number} */ bit) => {
    number += 1;
    return { number, name, byte, bit };
  };
  for (let byte = 0; byte < bytes.length; byte += 1) {
    for (let bit = 0; bit < 8; bit += 1) yield next('bit flip', byte, bit);
    yield next('truncation', byte, 0);
    yield next('zeros to the end', byte, 0);
  }
}

/** What is left of the bytes. */
export function damaged(
  /** @type {Buffer} */ bytes,
  /** @type {Pick<Schedule, 'name' | 'byte' | 'bit'>} */ { name, byte, bit },
) {
  if (name === 'truncation') return bytes.subarray(0, byte);
  const copy = Buffer.from(bytes);
  if (name === 'bit flip') copy[byte] = (copy[byte] ?? 0) ^ (1 << bit);
  else copy.fill(0, byte);
  return copy;
}

/** Whether a line, which ends before `end` with its line end, is untouched; one that is cut off there needs no line end. */
const survives = (/** @type {Schedule} */ { name, byte }, /** @type {number} */ start, /** @type {number} */ end) => {
  if (name === 'bit flip') return byte < start || byte >= end;
  return (name === 'truncation' ? end - 1 : end) <= byte;
};

/**
 * @param {Awaited<ReturnType<typeof makeLog>>} log
 * @param {Schedule} schedule
 * @param {{ folder: string, read?: typeof readRunLog }} setting
 */
export async function runDamageSchedule(log, schedule, { folder, read = readRunLog }) {
  /** @type {import('./judge.mjs').Finding[]} */
  const findings = [];
  await mkdir(path.join(folder, 'log'), { recursive: true });
  for (const name of await readdir(path.join(folder, 'log'))) await rm(path.join(folder, 'log', name));
  await writeFile(path.join(folder, 'log', 'writer-0001.jsonl'), damaged(log.bytes, schedule));
  const compare = async (/** @type {readonly Run[]} */ expected, /** @type {string} */ when) => {
    const { runs, problems } = await read(folder);
    for (const run of expected) {
      const found = runs.get(run.key);
      if (found === undefined) findings.push({ kind: 'lost', text: `${when}: ${run.key}` });
      else if (JSON.stringify(found) !== JSON.stringify(run))
        findings.push({ kind: 'altered', text: `${when}: ${run.key}` });
    }
    const keys = new Set(expected.map(({ key }) => key));
    for (const key of runs.keys())
      if (!keys.has(key)) findings.push({ kind: 'altered', text: `${when}: ${key} is new` });
    if (problems.length === 0 && isTold(log.bytes, schedule)) findings.push({ kind: 'not told', text: when });
  };
  const expected = untouched(log, schedule);
  await compare(expected, 'read');
  const opened = await openRunLog(folder);
  await opened.append(/** @type {Run} */ (log.appended));
  await opened.close();
  await compare([...expected, /** @type {Run} */ (log.appended)], 'read after an append');
  return findings;
}

/** The runs whose lines the damage leaves as they are. */
function untouched(
  /** @type {Awaited<ReturnType<typeof makeLog>>} */ { bytes, runs },
  /** @type {Schedule} */ schedule,
) {
  return runs.filter((run) => {
    const line = encodeLine({ type: 'run', run });
    const start = bytes.indexOf(line);
    return survives(schedule, start, start + Buffer.byteLength(line));
  });
}

/** A log that ends with a line, with its line end or without, looks like one that was never longer. */
function isTold(/** @type {Buffer} */ bytes, /** @type {Pick<Schedule, 'name' | 'byte'>} */ { name, byte }) {
  return name !== 'truncation' || (byte > 0 && ![bytes[byte - 1], bytes[byte]].includes(0x0a));
}

/**
 * The same through the search: a log is damaged that a whole study left, and the search is run again.
 * @param {import('./search.mjs').Study} study
 * @param {import('./judge.mjs').Reference} reference
 * @param {number} number of the schedule
 * @param {{ folder: string, seed: number }} setting
 */
export async function runDamagedSearch(study, reference, number, { folder, seed }) {
  const place = await makePlace(folder);
  const judge = openJudge(reference, place);
  await startSearch(study, place).ended;
  const file = path.join(place.results, 'log', 'writer-0001.jsonl');
  const bytes = await readFile(file);
  const stream = randomStream('torture', seed, 'damaged search', number);
  const name = /** @type {Damage} */ (damages[number % damages.length]);
  const damage = { name, byte: stream.integerBelow(bytes.length), bit: stream.integerBelow(8) };
  await writeFile(file, damaged(bytes, damage));
  await judge.begin();
  const ended = await startSearch(study, place).ended;
  if (isTold(bytes, damage) && !ended.stderr.includes('run log: ')) judge.told('not told', 'the damage');
  await judge.afterAttempt(ended);
  await judge.atTheEnd(ended);
  return judge.findings;
}
