/** A strategy of a test's own, which is nowhere told apart: what a Plan says is all that the commands need. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { keyOf } from '../../src/run/key.js';
import { isOver } from '../../src/run/run.js';
import { asRecorded } from '../../src/search/recorded-order.js';
import type { StrategyName } from '../../src/search/strategy-names.js';
import { fixedPlan } from '../../src/study/plan/fixed.js';
import { plainReport, type Plan, type PlanSetting, type RunsByKey } from '../../src/study/plan/plan.js';
import { specsOfRounds } from '../../src/study/plan/rounds.js';
import type { StrategyRow } from '../../src/study/plan/strategies.js';
import { recordsOf } from '../cli/records.js';
import { callHgmlp } from '../cli/run-hgmlp.js';
import '../execute/fake-pool.js';
import '../report/undrawn.js';
import { smallTaskOptions, writePictures } from '../train/small-task.js';

const toy = 'toy' as StrategyName;

interface Curve {
  readonly strategy: string;
  readonly points: { readonly configurations: { low: number; median: number; high: number }[] };
}

/** Trains the first pair; and the others only if that came to its end. */
function toyPlan({ candidates, training }: PlanSetting): Plan {
  const all = fixedPlan(toy, candidates, training);
  function* next(runs: RunsByKey) {
    const specs = [...all.specs()];
    const [first, others] = [specs.slice(0, 2), specs.slice(2)];
    yield first;
    if (first.every((spec) => isOver(runs.get(keyOf(spec))))) yield others;
  }
  return {
    ...all,
    chooser: 'strategy chooses',
    shardRefusal: 'a strategy that does not depend on results, got toy; use random',
    listsAll: false,
    looksEvery: 2,
    settings: ['lookEvery'],
    next,
    specs: specsOfRounds(next),
    describe: () => ({ sentences: ['The first pair decides.'], document: { decides: 2 } }),
    report: () => ({
      ...plainReport((runs) => runs.length === all.bound().most),
      notes: ['The first pair has decided.'],
      files: { 'decisions.csv': () => 'decided\nyes\n' },
      tell: ({ runs }) => ({ messages: ['That was the toy.'], document: { decidedOf: runs.length } }),
    }),
  };
}

vi.mock(import('../../src/search/strategy-names.js'), async (importOriginal) => {
  const names = await importOriginal();
  const withToy = <Names>(of: Names & readonly string[]) => [...of, 'toy'] as unknown as Names;
  return {
    ...names,
    strategyNames: withToy(names.strategyNames),
    strategyChoices: withToy(names.strategyChoices),
  };
});
vi.mock(import('../../src/study/plan/strategies.js'), async (importOriginal) => {
  const { strategyTable: strategyRows } = await importOriginal();
  const row: StrategyRow = { ...strategyRows.random, ofRecorded: asRecorded, plan: toyPlan };
  return { strategyTable: { ...strategyRows, [toy]: row } };
});

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'hgmlp-toy-'));
  await writePictures(folder);
});
afterAll(() => rmSync(folder, { recursive: true }));

const call = (...args: string[]) => callHgmlp(args, { cwd: folder });
const size = ['--budget', '5k..20k', '--candidates', '3', '--epochs', '1', '--batch-size', '24', '--workers', '1'];
const search = (...args: string[]) => call('search', ...smallTaskOptions, ...size, '--strategy', 'toy', ...args);

test('a strategy of one file and one row is planned, searched with, resumed, replayed and reported', async () => {
  const planned = await search('--dry-run');
  expect(planned).toMatchObject({ code: 0, stdout: expect.stringContaining('\nThe first pair decides.\n') as string });
  expect(JSON.parse((await search('--dry-run', '--json')).stdout)).toMatchObject({ runs: 6, decides: 2 });

  const begun = await search('--out', 'toy', '--max-runs', '3');
  expect(begun.stderr).toMatch(/--max-runs 3 has ended the search with 3 of 6 runs left/);
  expect(recordsOf(path.join(folder, 'toy'))).toHaveLength(3);
  const ended = await search('--out', 'toy');
  expect(ended).toMatchObject({ code: 0, stdout: expect.stringContaining('The first pair has decided.') as string });
  expect(ended.stderr).toContain('That was the toy.');
  expect(recordsOf(path.join(folder, 'toy'))).toHaveLength(6);

  expect((await call('replay', 'toy')).stdout).toMatch(
    /6 of 6 runs .* decisions of toy;[\s\S]*These are the decisions that it records/,
  );
  expect(JSON.parse((await call('frontier', 'show', 'toy', '--json')).stdout)).toMatchObject({ decidedOf: 6 });
  expect((await call('frontier', 'show', 'toy')).stdout).toContain('The first pair has decided.');
  expect((await call('retry', '--failed', 'toy')).stdout).toBe('No run of toy has failed.\n');
});

test('it is played by the benchmark beside the others', async () => {
  const golden = fileURLToPath(new URL('../golden/runs.csv', import.meta.url));
  const play = ['bench', 'strategies', '--table', golden, '--shapes', 'conventional', '--strategies', 'random,toy'];
  const { code, stdout, stderr } = await call(...play, '--seeds', '2', '--most', '0.5', '--json', '--out', 'bench');
  expect(code).toBe(0);
  expect(stderr).toContain('mnist/denoising, conventional: 80 recorded configurations: 4 replays\n');
  const { tables } = JSON.parse(stdout) as { tables: { configurations: number; curves: Curve[] }[] };
  expect(tables.length).toBe(3);
  for (const { configurations, curves } of tables) {
    const [random, ofToy] = curves as [Curve, Curve];
    expect([random.strategy, ofToy.strategy]).toEqual(['random', 'toy']);
    // It walks the table as it is recorded, the same with every seed, half of it.
    const points = ofToy.points.configurations;
    expect(points.length).toBe(50);
    for (const { low, median, high } of points) expect([low, high]).toEqual([median, median]);
    const shares = points.map(({ median }) => median);
    expect(shares).toEqual(shares.toSorted((left, right) => left - right));
    expect(shares.at(-1)).toBeGreaterThan(0);
    expect(configurations).toBeGreaterThan(20);
  }
});

test('what it cannot do is refused by what its plan says', async () => {
  const shard = await search('--out', 'shard', '--shard', '1/2');
  expect(shard.code).toBe(2);
  expect(shard.stderr).toContain('--shard: expected a strategy that does not depend on results, got toy; use random');
  const merge = await call('merge', 'toy', '--out', 'merged');
  expect(merge.code).toBe(2);
  expect(merge.stderr).toContain('expected a study that can have shards, got one whose strategy chooses by results');
});
