/** Searches that choose by results who gets more replicates, trained in this process by a formula. */
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import '../execute/fake-pool.js';
import { stopInRun } from '../execute/pool-here.js';
import '../report/undrawn.js';
import { smallTaskOptions, writePictures } from '../train/small-task.js';
import { hashesOf } from './merges.js';
import { recordsOf } from './records.js';
import { callHgmlp } from './run-hgmlp.js';

/** Eight networks of five replicates at most. */
const size = ['--budget', '5k..20k', '--candidates', '4', '--epochs', '2', '--batch-size', '24'];
const study = ['search', ...smallTaskOptions, ...size, '--replicates', 'auto:1..5'];
const byOne = ['--workers', '1'];

let folder: string;
let said: string;
const at = (...names: string[]) => path.join(folder, ...names);
const call = (args: readonly string[]) => callHgmlp(args, { cwd: folder });
const keysOf = (name: string) => recordsOf(at(name)).map(({ key }) => key);
const rowsOf = (name: string) => {
  const [header, ...rows] = readFileSync(at(name, 'frontier.csv'), 'utf8').trimEnd().split('\n');
  const names = header!.split(',');
  return rows.map((row) => Object.fromEntries(row.split(',').map((value, index) => [names[index]!, value])));
};

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'hgmlp-auto-replicates-'));
  await writePictures(folder);
  const { code, stderr } = await call([...study, '--workers', '2', '--out', 'whole']);
  expect([code, stderr]).toEqual([0, expect.stringMatching(/^8\/40 runs at most /m)]);
  said = stderr;
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('search --replicates auto', () => {
  test('ends before the most runs, once verdicts are settled or have all replicates, and says what that took', () => {
    const trained = keysOf('whole').length;
    expect(trained).toBeGreaterThan(8);
    expect(trained).toBeLessThan(40);
    const rows = rowsOf('whole');
    const undecided = rows.filter(({ verdict }) => verdict === 'undecided');
    expect(undecided.every(({ replicates }) => replicates === '5')).toBe(true);
    const settled = `auto:1..5: ${8 - undecided.length} of 8 points settled with ${trained} runs, where 5 replicates of `;
    expect(said).toContain(`${settled}all are 40`);
    expect(readFileSync(at('whole', 'config.yaml'), 'utf8')).toMatch(/^replicates: auto:1\.\.5$/m);
    expect(readFileSync(at('whole', 'config.yaml'), 'utf8')).toMatch(/^lookEvery: 4$/m);
  });

  test('leaves byte-identical files with one worker and with two', async () => {
    expect((await call([...study, '--workers', '1', '--out', 'one'])).code).toBe(0);
    expect(hashesOf(at('one'))).toEqual(hashesOf(at('whole')));
  });

  test('stopped in mid-run goes on with the same command to the same files, and trains nothing twice', async () => {
    const command = [...study, ...byOne, '--out', 'stopped'];
    stopInRun(11);
    expect((await call(command)).code).toBe(75);
    expect(keysOf('stopped').length).toBe(10);
    expect((await call(command)).code).toBe(0);
    expect(keysOf('stopped').toSorted()).toEqual(keysOf('whole').toSorted());
    expect(hashesOf(at('stopped'))).toEqual(hashesOf(at('whole')));
  });

  test('keeps to --max-runs in the middle of a round, and goes on after it', async () => {
    const { code, stderr } = await call([...study, ...byOne, '--out', 'limited', '--max-runs', '11']);
    expect([code, stderr]).toEqual([0, expect.stringContaining('ended the search with at most 29 of 40 runs left')]);
    expect(stderr).toMatch(/ settled with 11 runs, where 5 replicates of all are 40; .*\d+ not settled yet\.$/m);
    expect(keysOf('limited').length).toBe(11);
    expect((await call([...study, ...byOne, '--out', 'limited'])).code).toBe(0);
    expect(hashesOf(at('limited'))).toEqual(hashesOf(at('whole')));
  });

  test('goes on from a search with the fewest replicates, and no further with a lower limit', async () => {
    const number = study.with(-1, '1');
    expect((await call([...number, ...byOne, '--out', 'number'])).code).toBe(0);
    expect(keysOf('number').length).toBe(8);
    expect((await call([...study, ...byOne, '--out', 'number'])).code).toBe(0);
    expect(hashesOf(at('number'))).toEqual(hashesOf(at('whole')));
    const { code, stderr } = await call([...study.with(-1, 'auto:1..4'), '--out', 'number']);
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining('(replicates: "auto:1..5" in the results, "auto:1..4" now)'),
    ]);
  });

  test('is made anew by replay from its log, and by retry without a failed run nothing is trained', async () => {
    const trained = keysOf('whole').length;
    const { code, stdout } = await call(['replay', 'whole']);
    expect([code, stdout]).toEqual([
      0,
      expect.stringContaining(`: ${trained} of ${trained} runs in the log follow from the decisions of `),
    ]);
    expect(stdout).toContain('the plan has at most 40.');
    cpSync(at('whole'), at('retried'), { recursive: true });
    expect((await call(['retry', '--failed', 'retried'])).code).toBe(0);
    expect(keysOf('retried').length).toBe(trained);
  });

  test('has with --json how far the verdicts are settled', async () => {
    const { stdout } = await call([...study, '--out', 'whole', '--json']);
    const runs = keysOf('whole').length;
    expect(JSON.parse(stdout)).toMatchObject({ settling: { least: 1, most: 5, points: 8, runs, runsOfMost: 40 } });
  });

  test('shows with --dry-run what comes first, and the most that it may come to', async () => {
    const { code, stdout } = await call([...study, '--dry-run']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^First 8 runs, 1 replicate of each candidate; then up to 5 where the verdict is least /m);
    expect(stdout).toMatch(/^at most 40 runs with /m);
  });

  test('is refused with one line for shards, in a merge, and where the points are known beforehand', async () => {
    const refused = async (args: readonly string[], reason: string) => {
      const { code, stderr } = await call(args);
      expect([code, stderr]).toEqual([2, expect.stringContaining(reason)]);
    };
    await refused(
      [...study, '--shard', '1/2'],
      '--shard: expected replicates that look at no results, got auto:1..5; ',
    );
    await refused(['merge', 'whole', '--out', 'merged'], 'got one whose replicates are chosen by results');
    await refused(
      ['reproduce', 'mnist/denoising', '--replicates', 'auto:1..5', '--max-time', '1m'],
      '--replicates: expected a number where the points are known beforehand, got auto:1..5; give one, such as 5',
    );
    await refused(study.with(-1, 'auto:5..1'), 'expected a whole number from 1, or the fewest and the most');
  });
});
