/** The harness against faults that are planted: what it does not tell here, it would not tell of hgmlp. */
import {
  appendFileSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeLine } from '../../src/run/log-format.js';
import { readRunLog } from '../../src/run/log.js';
import type { Run } from '../../src/run/run.js';
import { finishedRun } from '../run/runs.js';
import { damageSchedules, makeLog, runDamageSchedule } from './damage.mjs';
import { openJudge, recordsOf, type Finding } from './judge.mjs';
import { makePlace, makeStudies, type Ended, type Place } from './search.mjs';
import { blows, runWriteSchedule, undisturbed, writeSchedules } from './writes.mjs';

let folder: string;
let study: Awaited<ReturnType<typeof makeStudies>>['faked'];
let whole: Awaited<ReturnType<typeof undisturbed>>;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'hgmlp-torture-test-'));
  study = (await makeStudies(path.join(folder, 'studies'))).faked;
  whole = await undisturbed(study, path.join(folder, 'whole'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const logFile = (place: Place) => path.join(place.results, 'log', 'writer-0001.jsonl');
const lastLine = (file: string) => readFileSync(file, 'utf8').trimEnd().split('\n').at(-1)!;
const kindsOf = (findings: readonly Finding[]) => [...new Set(findings.map(({ kind }) => kind))].toSorted();

/** A search that is killed after its third run is in the log. */
const thirdRun = () => whole.calls.map((call) => call.startsWith('datasync')).lastIndexOf(true, -20);
const killed = (fault: object = {}) => ({
  faults: [{ role: 'search', call: thirdRun() + 1, does: 'kill', when: 'after', seed: 1, ...fault } as const],
});

describe('a search that is killed and resumed', () => {
  test('gives no finding where nothing is wrong', async () => {
    expect(await runWriteSchedule(study, whole.reference, killed(), { folder: path.join(folder, 'a') })).toEqual([]);
  });

  test('is told to have lost the record that is taken out of its log in between, and to have trained it twice', async () => {
    const between = (place: Place) => {
      const file = logFile(place);
      truncateSync(file, readFileSync(file).length - Buffer.byteLength(`${lastLine(file)}\n`));
      return Promise.resolve();
    };
    const setting = { folder: path.join(folder, 'a'), between };
    expect(kindsOf(await runWriteSchedule(study, whole.reference, killed(), setting))).toEqual(['lost', 'twice']);
  });

  test('has lost nothing when the power goes, the folder itself included', async () => {
    const schedule = killed({ does: 'power cut', seed: 2 });
    expect(await runWriteSchedule(study, whole.reference, schedule, { folder: path.join(folder, 'a') })).toEqual([]);
  });

  test('is told to have lost what a disk that ignores its syncs had not written when the power went', async () => {
    const schedule = killed({ does: 'power cut', deaf: true });
    const findings = await runWriteSchedule(study, whole.reference, schedule, { folder: path.join(folder, 'a') });
    expect(kindsOf(findings)).toContain('lost');
  });
});

describe('the schedules of writes', () => {
  test('hold every blow at every call that it fits, once, and are the same every time', () => {
    const calls = ['mkdir a', 'open a/b', 'write a/b', 'sync a/b'];
    const count = blows.reduce((sum, { on }) => sum + calls.filter((call) => on.test(call)).length, 0);
    const taken = (seed: number) => {
      const schedules = writeSchedules(calls, seed);
      return Array.from({ length: count + 5 }, () => schedules.next().value);
    };
    const single = taken(1).slice(0, count);
    expect(new Set(single.map(({ name, faults }) => `${name} ${faults[0]!.call}`)).size).toBe(count);
    expect(single.every(({ faults }) => faults.length === 1)).toBe(true);
    expect(taken(1)[count]!.faults.length).toBeGreaterThan(1);
    expect(taken(1)).toEqual(taken(1));
    expect(taken(2)).not.toEqual(taken(1));
  });
});

describe('the judge of a folder', () => {
  const ended = { code: 0, signal: null, stderr: '', hung: false };

  /** What it says of a folder with all runs of the reference that was tampered with. */
  async function verdictOn(tamper: (place: Place, records: readonly Run[]) => void, how: Partial<Ended> = {}) {
    const place = await makePlace(path.join(folder, 'judged'));
    cpSync(whole.place.results, place.results, { recursive: true });
    const judge = openJudge(whole.reference, place);
    await judge.begin();
    tamper(place, await recordsOf(place.results));
    await judge.afterAttempt({ ...ended, ...how });
    await judge.atTheEnd({ ...ended, ...how });
    return kindsOf(judge.findings);
  }
  const append = (place: Place, run: Run) => appendFileSync(logFile(place), encodeLine({ type: 'run', run }));

  test('finds nothing where nothing was done', async () => {
    expect(await verdictOn(() => undefined)).toEqual([]);
  });

  const tampers: readonly [string, (place: Place, records: readonly Run[]) => void, readonly string[]][] = [
    ['a record that stands twice', (place, [run]) => append(place, run!), ['twice']],
    ['a run that is trained once more', (place, [run]) => appendFileSync(place.journal, `${run!.key}\n`), ['twice']],
    ['a run of another study', (place) => append(place, finishedRun(0)), ['altered']],
    ['a log that is gone', (place) => rmSync(logFile(place)), ['lost']],
    ['a table that is gone', (place) => rmSync(path.join(place.results, 'runs.csv')), ['missing']],
    ['a changed table', (place) => appendFileSync(path.join(place.results, 'runs.csv'), '\n'), ['different file']],
    ['an unfinished copy', (place) => writeFileSync(path.join(place.results, 'runs.csv.x.tmp'), ''), ['left over']],
    ['a file beside the folder', (place) => writeFileSync(path.join(place.disk, 'x'), ''), ['left over']],
  ];
  test.each(tampers)('finds %s', async (_, tamper, kinds) => {
    expect(await verdictOn(tamper)).toEqual(kinds);
  });

  test.each([
    ['a stack trace', { stderr: 'Error: no\n    at write (file.js:1:2)\n' }, 'unclear'],
    ['a fault of hgmlp', { code: 1 }, 'exit'],
    ['a search that does not end', { hung: true }, 'hung'],
  ])('finds %s', async (_, how, kind) => {
    expect(await verdictOn(() => undefined, how)).toEqual([kind]);
  });
});

describe('a damaged log', () => {
  const damagedLog = async () => makeLog([0, 1, 2, 3].map(finishedRun), path.join(folder, 'log'));

  test('gives no finding as it is read', async () => {
    const log = await damagedLog();
    const schedules = [...damageSchedules(log.bytes)];
    for (let index = 0; index < schedules.length; index += 997) {
      expect(await runDamageSchedule(log, schedules[index]!, { folder: path.join(folder, 'damaged') })).toEqual([]);
    }
  });

  const faults: readonly [string, (runs: Map<string, Run>) => void, string][] = [
    ['loses a run', (runs) => runs.delete([...runs.keys()][0]!), 'lost'],
    ['makes one up', (runs) => runs.set('made up', finishedRun(9)), 'altered'],
    ['alters one', (runs) => runs.forEach((run, key) => runs.set(key, { ...run, timing: null })), 'altered'],
  ];
  test.each(faults)('is told where the reader %s', async (_, spoil, kind) => {
    const log = await damagedLog();
    const read = async (results: string) => {
      const { runs, problems } = await readRunLog(results);
      const spoiled = new Map(runs);
      spoil(spoiled);
      return { runs: spoiled, problems };
    };
    const schedule = { number: 1, name: 'bit flip', byte: log.bytes.length - 5, bit: 0 } as const;
    const findings = await runDamageSchedule(log, schedule, { folder: path.join(folder, 'damaged'), read });
    expect(kindsOf(findings)).toEqual([kind]);
  });

  test('is told where the reader says nothing of the damage', async () => {
    const log = await damagedLog();
    const read = async (results: string) => ({ ...(await readRunLog(results)), problems: [] });
    const schedule = { number: 1, name: 'bit flip', byte: 40, bit: 0 } as const;
    const findings = await runDamageSchedule(log, schedule, { folder: path.join(folder, 'damaged'), read });
    expect(kindsOf(findings)).toEqual(['not told']);
  });
});

test('every file of a search is among those that are compared', () => {
  const files = readdirSync(whole.place.results).filter((name) => !['log', 'samples'].includes(name));
  expect([...whole.reference.hashes.keys()]).toEqual(expect.arrayContaining(files));
  expect(whole.strays).toEqual([]);
});
