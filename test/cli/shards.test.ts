import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import '../execute/fake-pool.js';
import '../report/undrawn.js';
import { smallTaskOptions, writePictures } from '../train/small-task.js';
import { hashesOf, logOf, planned } from './merges.js';
import { callHgmlp } from './run-hgmlp.js';

const study = [
  'search',
  '--name',
  'tiny',
  ...smallTaskOptions,
  '--budget',
  '5k..10k',
  '--candidates',
  '2',
  '--epochs',
  '1',
];
/** The same for the runs of this process. */
const oneRate = { learningRates: [1e-3] };

let root: string;
const at = (name: string) => path.join(root, name);
const shardFolder = (number: number, count: number) => path.join('results', `tiny-shard-${number}-of-${count}`);
const call = (args: readonly string[], env: Record<string, string> = {}) => callHgmlp(args, { cwd: root, env });
const keysOf = async (name: string) => Object.keys(await logOf(at(name)));

beforeAll(async () => {
  root = mkdtempSync(path.join(tmpdir(), 'hgmlp-shards-'));
  await writePictures(root);
  expect((await call([...study, '--workers', '1'])).code).toBe(0);
});
afterAll(() => rmSync(root, { recursive: true }));

describe('a search in three shards', () => {
  test('trains each run in one of them, in folders that tell which shard they are', async () => {
    expect((await call([...study, '--shard', '1/3', '--workers', '1'])).code).toBe(0);
    expect((await call([...study, '--workers', '1'], { HGMLP_SHARD: '2/3' })).code).toBe(0);
    const array = { ID: '2', MIN: '0', MAX: '2', COUNT: '3' };
    const slurm = Object.fromEntries(Object.entries(array).map(([name, value]) => [`SLURM_ARRAY_TASK_${name}`, value]));
    const third = await call([...study, '--workers', '1', '--shard', 'slurm'], slurm);
    expect(third.code).toBe(0);
    expect(third.stderr).toMatch(/^folder:pictures\/denoising\?\S+, budget 5k\.\.10k, shard 3\/3: /m);
    expect(third.stderr).toContain(`Merge all shards with: hgmlp merge ${path.join('results', 'tiny-shard-*-of-3')}\n`);
    expect(readFileSync(at(`${shardFolder(3, 3)}/config.yaml`), 'utf8')).toMatch(/^shard: 3\/3$/m);

    const keys = (await Promise.all([1, 2, 3].map((number) => keysOf(shardFolder(number, 3))))).flat();
    expect(keys.toSorted()).toEqual(await keysOf('results/tiny'));
  });

  test.each([
    ['in one order', [[1, 2, 3]], 'straight'],
    ['in another', [[3, 1, 2]], 'turned'],
    ['in two steps', [[3, 2], [1]], 'steps'],
  ])('merges, %s, to the very files of the search without shards', async (_, steps, out) => {
    let code: number | null = null;
    for (const numbers of steps) {
      const folders = numbers.map((number) => shardFolder(number, 3));
      ({ code } = await call(['merge', ...folders, '--out', out]));
    }
    expect(code).toBe(0);
    const files = hashesOf(at('results/tiny'));
    expect(hashesOf(at(out))).toEqual(files);
    const names = ['config.yaml', 'runs.csv', 'frontier.csv', 'frontier.svg', 'frontier.png', 'frontier.html'];
    expect(Object.keys(files)).toEqual(expect.arrayContaining([...names, 'samples-hourglass.png']));
    expect(Object.keys(files).filter((name) => name.startsWith('samples/')).length).toBe(4);
  });

  test('does not go on as another shard, or as the whole', async () => {
    for (const [shard, now] of [
      [['--shard', '2/3'], '"2/3" now'],
      [['--shard', '1/4'], '"1/4" now'],
      [[], 'not given now'],
    ] as const) {
      const { code, stderr } = await call([...study, ...shard, '--out', shardFolder(1, 3)]);
      expect([code, stderr]).toEqual([2, expect.stringContaining(`(shard: "1/3" in the results, ${now})`)]);
    }
  });

  test('says in one line what is wrong with a shard', async () => {
    const { code, stderr } = await call([...study, '--shard', '4/3']);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/^hgmlp: --shard: expected .*; got '4\/3'\n$/m)]);
    expect((await call([...study, '--shared'])).stderr).toContain(
      '--shared: expected a --shard that shares the folder',
    );
  });

  test('shows the share and its time with --dry-run', async () => {
    const plan = await call([...study, '--shard', '1/3', '--dry-run', '--workers', '1']);
    expect(plan.stdout).toMatch(
      /^folder:pictures\/denoising\?\S+, budget 5k\.\.10k, shard 1\/3 \(trainable parameters\)$/m,
    );
    expect(plan.stdout).toMatch(/^1 runs with 1 worker: about \d+ s$/m);
    expect(plan.stdout).toMatch(/^This share is \d\d\.\d % of the multiply-adds of all 4 runs\.$/m);
    const { shard, runs } = JSON.parse(
      (await call([...study, '--shard', '1/3', '--dry-run', '--json'])).stdout,
    ) as Record<string, unknown>;
    expect([shard, runs]).toEqual([{ number: 1, count: 3 }, 1]);
  });

  test('may have a shard without a run, which then has nothing to do', async () => {
    const sizes = await Promise.all(
      ['1/4', '2/4', '3/4', '4/4'].map(async (shard) => (await planned({ ...oneRate, candidates: 1, shard })).length),
    );
    expect(sizes.toSorted()).toEqual([0, 0, 1, 1]);
    const empty = `${sizes.indexOf(0) + 1}/4`;
    const { code, stderr } = await call([...study, '--candidates', '1', '--shard', empty]);
    expect([code, stderr]).toEqual([0, expect.stringContaining(`shard ${empty}: 0 runs`)]);
  });
});
