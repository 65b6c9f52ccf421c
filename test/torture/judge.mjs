// @ts-check
/** What a results folder must hold after every blow, and at the end: each fault that it shows is a finding, in words. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { specText } from '../../dist/run/spec-text.js';
import { parseLog } from '../../dist/run/log-format.js';

/**
 * @typedef {import('../../dist/run/run.js').Run} Run
 * @typedef {import('./search.mjs').Place} Place
 * @typedef {import('./search.mjs').Ended} Ended
 *
 * @typedef {'lost' | 'twice' | 'altered' | 'different file' | 'left over' | 'missing' | 'stray' | 'exit' | 'unclear'
 *   | 'hung' | 'not told'} FindingKind
 * @typedef {{ kind: FindingKind, text: string }} Finding
 * @typedef {(kind: FindingKind, text: string) => void} Tell
 *
 * @typedef {object} Reference what the search leaves that nobody touched
 * @property {ReadonlyMap<string, Run>} runs by key
 * @property {ReadonlyMap<string, string>} hashes SHA-256 of all files but the log, by name
 */

/** Every sound record of a folder's log, in the order of the files. */
export async function recordsOf(/** @type {string} */ results) {
  const folder = path.join(results, 'log');
  const names = (await readdir(folder).catch(() => /** @type {string[]} */ ([]))).toSorted();
  const contents = await Promise.all(names.map((name) => readFile(path.join(folder, name))));
  return contents.flatMap((content) => parseLog(content).runs);
}

/** @returns {Promise<Reference>} */
export async function referenceOf(/** @type {string} */ results) {
  const records = await recordsOf(results);
  return { runs: new Map(records.map((run) => [run.key, run])), hashes: await hashesOf(results) };
}

/** SHA-256 of all files below a folder but those of the log, by their names in it. */
async function hashesOf(/** @type {string} */ results) {
  const names = await readdir(results, { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile());
  /** @type {Map<string, string>} */
  const hashes = new Map();
  for (const { parentPath, name } of files) {
    const file = path.join(parentPath, name);
    if (path.basename(parentPath) === 'log' && name.endsWith('.jsonl')) continue;
    hashes.set(
      path.relative(results, file),
      createHash('sha256')
        .update(await readFile(file))
        .digest('hex'),
    );
  }
  return hashes;
}

/**
 * Judges one schedule, attempt after attempt.
 * @param {Reference} reference
 * @param {Place} place
 */
export function openJudge(reference, place) {
  /** @type {Finding[]} */
  const findings = [];
  /** @type {Tell} */
  const told = (kind, text) => void findings.push({ kind, text });
  const nameOf = (/** @type {string} */ key) => {
    const run = reference.runs.get(key);
    return run === undefined ? key : `${key} (${specText(run.spec)})`;
  };
  /** @type {Set<string>} keys that hgmlp said were done */
  const counted = new Set();
  /** @type {Map<string, Run>} what the log held before the attempt, but for failed runs */
  let safe = new Map();
  let journalled = 0;

  const newInJournal = async () => {
    const keys = (await readFile(place.journal, 'utf8')).split('\n').slice(0, -1);
    const fresh = keys.slice(journalled);
    journalled = keys.length;
    return fresh;
  };
  /** What the log holds is from now on not to be trained again. */
  const look = async () => {
    const records = (await recordsOf(place.results)).filter(({ state }) => state !== 'failed');
    safe = new Map(records.map((run) => [run.key, run]));
    return records;
  };
  return {
    findings,
    /** For a folder that holds something before the first attempt. */
    async begin() {
      await look();
      await newInJournal();
    },
    /** After an attempt, however it ended. */
    async afterAttempt(/** @type {Ended} */ ended) {
      if (ended.hung) told('hung', 'the search did not end');
      if (/fault of hgmlp|^\s+at .*:\d+/m.test(ended.stderr)) told('unclear', `a stack trace:\n${ended.stderr}`);
      const done = finishedLines(ended.stderr, reference);
      for (const key of new Set([...(await newInJournal()), ...done])) {
        if (safe.has(key)) told('twice', `${nameOf(key)} was trained again although the log had it`);
      }
      for (const key of done) counted.add(key);
      const before = safe;
      const records = await look();
      // With its times: a run that was trained again is another record.
      for (const [key, run] of before) {
        if (!records.some((record) => isDeepStrictEqual(record, run))) told('lost', `${nameOf(key)} left the log`);
      }
      for (const key of counted) if (!safe.has(key)) told('lost', `${nameOf(key)} had been done and is not in the log`);
      if (safe.size < records.length) told('twice', `the log holds ${repeated(records).map(nameOf).join(', ')} twice`);
      for (const record of records) {
        if (isSame(record, reference.runs.get(record.key))) continue;
        told('altered', `the log holds ${nameOf(record.key)} with other values`);
      }
    },
    /** After the attempt that nothing disturbed. */
    async atTheEnd(/** @type {Ended} */ { code, stderr }) {
      if (code !== 0) told('exit', `the undisturbed search ended with ${code}: ${stderr.trim().split('\n').at(-1)}`);
      for (const key of reference.runs.keys()) if (!safe.has(key)) told('lost', `${nameOf(key)} is not in the log`);
      const hashes = await hashesOf(place.results);
      for (const [name, hash] of reference.hashes) {
        if (!hashes.has(name)) told('missing', `there is no ${name}`);
        else if (hashes.get(name) !== hash) told('different file', `${name} differs from the undisturbed one`);
      }
      for (const name of hashes.keys()) if (!reference.hashes.has(name)) told('left over', `there is a ${name}`);
      for (const name of await readdir(place.disk)) if (name !== 'study') told('left over', `there is a ${name}`);
    },
    told,
  };
}

/** The keys of the runs that a search showed as done: `3/4 runs  hourglass 16-10-5, lr 0.001, replicate 0: …`. */
function finishedLines(/** @type {string} */ stderr, /** @type {Reference} */ { runs }) {
  const lines = stderr.split('\n').filter((line) => /^\d+\/\d+ runs {2}/.test(line) && !line.includes(': failed: '));
  return [...runs.values()]
    .filter(({ spec }) => lines.some((line) => line.includes(` ${specText(spec)}: `)))
    .map(({ key }) => key);
}

function repeated(/** @type {readonly Run[]} */ records) {
  const keys = records.map(({ key }) => key);
  return keys.filter((key, index) => keys.indexOf(key) !== index);
}

/** But for the times. */
function isSame(/** @type {Run} */ left, /** @type {Run | undefined} */ right) {
  return right !== undefined && isDeepStrictEqual({ ...left, timing: null }, { ...right, timing: null });
}
