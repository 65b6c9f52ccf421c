/** Searches whose strategy looks at results, trained in this process by a formula. killed.test.ts has a real one. */
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { keyOf } from '../../src/run/key.js';
import { openRunLog } from '../../src/run/log.js';
import '../execute/fake-pool.js';
import { stopInRun } from '../execute/pool-here.js';
import '../report/undrawn.js';
import { smallTaskOptions, writePictures } from '../train/small-task.js';
import { hashesOf } from './merges.js';
import { recordsOf } from './records.js';
import { callHgmlp } from './run-hgmlp.js';

/** Sixteen runs in four rounds. */
const rates = ['--learning-rates', '1e-3,3e-3,1e-2'];
const size = ['--budget', '5k..20k', '--candidates', '8', '--epochs', '3', '--batch-size', '24'];
const study = ['search', ...smallTaskOptions, '--strategy', 'model', ...rates, ...size];
const byOne = ['--workers', '1'];

let folder: string;
const at = (...names: string[]) => path.join(folder, ...names);
const call = (args: readonly string[]) => callHgmlp(args, { cwd: folder });
const keysOf = (name: string) => recordsOf(at(name)).map(({ key }) => key);
const csvKeys = (name: string) =>
  readFileSync(at(name, 'runs.csv'), 'utf8')
    .split('\n')
    .slice(1, -1)
    .map((line) => line.split(',')[0]);

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'hgmlp-adaptive-'));
  await writePictures(folder);
  const { code, stderr } = await call([...study, '--workers', '2', '--out', 'whole']);
  expect(stderr).toMatch(/^16\/16 runs/m);
  expect(code).toBe(0);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('search --strategy model', () => {
  test('leaves byte-identical files with one worker and with two', async () => {
    expect((await call([...study, '--workers', '1', '--out', 'one'])).code).toBe(0);
    expect(hashesOf(at('one'))).toEqual(hashesOf(at('whole')));
  });

  test('stopped in mid-run goes on with the same command to the same files, and trains nothing twice', async () => {
    const command = [...study, ...byOne, '--out', 'stopped'];
    stopInRun(11);
    const { code, stderr } = await call(command);
    expect([code, stderr]).toEqual([75, expect.stringContaining('Resume with:\n  hgmlp search')]);
    expect(keysOf('stopped').length).toBe(10);
    expect((await call(command)).code).toBe(0);
    expect(new Set(keysOf('stopped')).size).toBe(16);
    expect(keysOf('stopped').length).toBe(16);
    expect(hashesOf(at('stopped'))).toEqual(hashesOf(at('whole')));
  });

  test('of fewer candidates is the beginning of one of more, which goes on from it', async () => {
    const few = study.with(study.indexOf('--candidates') + 1, '5');
    expect((await call([...few, ...byOne, '--out', 'few'])).code).toBe(0);
    expect(csvKeys('few')).toEqual(csvKeys('whole').slice(0, 10));
    expect((await call([...study, ...byOne, '--out', 'few'])).code).toBe(0);
    expect(hashesOf(at('few'))).toEqual(hashesOf(at('whole')));
  });

  test('keeps to --max-runs in the middle of a round, and goes on after it', async () => {
    const { code, stderr } = await call([...study, ...byOne, '--out', 'limited', '--max-runs', '6']);
    expect([code, stderr]).toEqual([0, expect.stringContaining('has ended the search with 10 of 16 runs left')]);
    expect(keysOf('limited').length).toBe(6);
    expect((await call([...study, ...byOne, '--out', 'limited'])).code).toBe(0);
    expect(hashesOf(at('limited'))).toEqual(hashesOf(at('whole')));
  });

  test('ends with --until-stable once little is left to gain, says how little, and stays there', async () => {
    const command = [...study, ...byOne, '--out', 'stable', '--until-stable', '0.9'];
    for (let times = 0; times < 2; times += 1) {
      const { code, stderr } = await call(command);
      expect(code).toBe(0);
      expect(stderr).toMatch(
        /^Of at most 16 networks 12 were trained; the best of what is left is expected to add \d\S* % of the hypervolume found\.$/m,
      );
      expect(csvKeys('stable')).toEqual(csvKeys('whole').slice(0, 12));
    }
    expect((await call([...study, ...byOne, '--out', 'stable'])).code).toBe(0);
    expect(hashesOf(at('stable'))).toEqual(hashesOf(at('whole')));
    const { code, stderr } = await call([...study, '--strategy', 'random', '--until-stable', '0.9', '--quiet']);
    expect([code, stderr]).toEqual([
      2,
      expect.stringMatching(/^hgmlp: --until-stable: expected the strategy model, [^\n]*, got random\n$/),
    ]);
  });

  test('is made anew by replay from its log, which tells a run that it would not have decided on', async () => {
    const whole = await call(['replay', 'whole']);
    expect([whole.code, whole.stdout]).toEqual([
      0,
      expect.stringMatching(/: 16 of 16 runs in the log follow from the decisions of model; /),
    ]);
    // The log of a search that decided otherwise, under the configuration of this one.
    cpSync(at('whole'), at('altered'), { recursive: true });
    const log = await openRunLog(at('altered'));
    const [first] = recordsOf(at('altered'));
    const spec = { ...first!.spec, arch: { ...first!.spec.arch, depth: first!.spec.arch.depth + 1 } };
    await log.append({ ...first!, spec, key: keyOf(spec) });
    await log.close();
    const altered = await call(['replay', 'altered', '--json']);
    expect(altered.code).toBe(4);
    expect(JSON.parse(altered.stdout)).toMatchObject({
      schemaVersion: 1,
      agreeing: 16,
      others: [{ key: keyOf(spec) }],
    });
    expect((await call(['replay', 'altered'])).stdout).toContain(`not decided: ${keyOf(spec)} `);
  });

  test('shows the first round with --dry-run, and how many are chosen later', async () => {
    const { code, stdout } = await call([...study, '--dry-run']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^These are the first of 16 networks; the others are chosen 4 at a time, by what /m);
    expect(stdout).toMatch(/^16 runs with /m);
  });

  test('refuses shards, another number of networks a look, and a merge, with one line', async () => {
    const shard = await call([...study, '--shard', '1/2', '--quiet']);
    expect([shard.code, shard.stderr]).toEqual([
      2,
      expect.stringMatching(
        /^hgmlp: --shard: expected a strategy that does not depend on results, got model; [^\n]*\n$/,
      ),
    ]);
    const other = await call([...study, '--look-every', '2', '--out', 'whole']);
    expect([other.code, other.stderr]).toEqual([2, expect.stringContaining('(lookEvery: 4 in the results, 2 now)')]);
    const merge = await call(['merge', 'whole', '--out', 'merged']);
    expect([merge.code, merge.stderr]).toEqual([
      2,
      expect.stringContaining('got one whose strategy chooses by results'),
    ]);
  });
});

test('search --strategy evolve trains as many networks of each shape, and its folder names no look where random does', async () => {
  const evolve = study.with(study.indexOf('--strategy') + 1, 'evolve');
  expect((await call([...evolve, ...byOne, '--epochs', '1', '--out', 'evolve'])).code).toBe(0);
  const shapes = readFileSync(at('evolve', 'runs.csv'), 'utf8').match(/,(hourglass|conventional),/g)!;
  expect(shapes.filter((shape) => shape === ',hourglass,').length).toBe(8);
  expect(readFileSync(at('evolve', 'config.yaml'), 'utf8')).toMatch(/^lookEvery: 4$/m);
  const random = study.with(study.indexOf('--strategy') + 1, 'random');
  expect((await call([...random, ...byOne, '--epochs', '1', '--candidates', '1', '--out', 'random'])).code).toBe(0);
  expect(readFileSync(at('random', 'config.yaml'), 'utf8')).not.toMatch(/lookEvery|effort/);
});
