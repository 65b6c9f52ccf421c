/** Searches over several families of networks, with a training that is a formula. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import '../execute/fake-pool.js';
import '../report/undrawn.js';
import { smallTaskOptions, writePictures } from '../train/small-task.js';
import { hashesOf } from './merges.js';
import { callHgmlp } from './run-hgmlp.js';

let root: string;
const at = (name: string) => path.join(root, name);
const call = (...args: string[]) => callHgmlp(args, { cwd: root });
const both = ['--families', 'residual,gated'];
const small = [...smallTaskOptions, '--budget', '5k..10k', '--epochs', '1', '--learning-rates', '1e-3'];
const searching = (...args: string[]) =>
  call('search', ...small, '--workers', '1', '--candidates', '3', '--strategy', 'random', ...args);
const frontier = async (...args: string[]) => {
  const { code, stdout, stderr } = await call('frontier', ...args);
  return { code, text: `${stdout}${stderr}` };
};
const allSeries = ['residual/hourglass', 'residual/conventional', 'gated/hourglass', 'gated/conventional'];
const words = (folder: string) => allSeries.map((series) => `${folder}:${series}`).join(', ');

beforeAll(async () => {
  root = mkdtempSync(path.join(tmpdir(), 'hgmlp-families-'));
  await writePictures(root);
  expect((await searching(...both, '--replicates', '2', '--out', 'both')).code).toBe(0);
  expect((await searching('--replicates', '2', '--out', 'residual')).code).toBe(0);
  expect((await searching('--family', 'gated', '--replicates', '2', '--out', 'gated')).code).toBe(0);
});
afterAll(() => rmSync(root, { recursive: true }));

const csvOf = (folder: string, name = 'frontier.csv') => {
  const [header = '', ...lines] = readFileSync(path.join(at(folder), name), 'utf8')
    .trim()
    .split('\n');
  const columns = header.split(',');
  return lines.map((line) => Object.fromEntries(line.split(',').map((cell, index) => [columns[index]!, cell])));
};

describe('a search over two families', () => {
  test('trains for each pair one network of each family and shape, of about one size', () => {
    const rows = csvOf('both');
    expect(rows).toHaveLength(3 * 4);
    for (const [family, shape] of allSeries.map((series) => series.split('/'))) {
      expect(rows.filter((row) => row['family'] === family && row['shape'] === shape)).toHaveLength(3);
    }
    const sizes = rows.map((row) => Number(row['trainable_params'])).sort((left, right) => left - right);
    for (const first of [0, 4, 8]) expect(sizes[first + 3]! / sizes[first]!).toBeLessThan(1.01);
  });

  test('trains the very runs that a search of each family does', () => {
    const keysOf = (folder: string) => csvOf(folder, 'runs.csv').map(({ key }) => key!);
    expect(keysOf('both').toSorted()).toEqual([...keysOf('residual'), ...keysOf('gated')].toSorted());
  });

  test('gives each series the frontier that it has alone', () => {
    const onFrontier = (folder: string) =>
      csvOf(folder)
        .filter((row) => row['on_frontier'] === 'true')
        .map(({ family, shape, trainable_params: size }) => `${family} ${shape} ${size}`);
    expect(onFrontier('both').toSorted()).toEqual([...onFrontier('residual'), ...onFrontier('gated')].toSorted());
  });

  test('stores the families in their order, and goes on under the same names alone', async () => {
    expect(readFileSync(path.join(at('both'), 'config.yaml'), 'utf8')).toMatch(
      /^families:\n {2}- residual\n {2}- gated$/m,
    );
    const before = hashesOf(at('both'));
    const turned = await searching('--families', 'gated,residual', '--replicates', '2', '--out', 'both');
    expect(turned.code).toBe(0);
    expect(hashesOf(at('both'))).toEqual(before);
    for (const [other, told] of [
      [['--families', 'residual,mlp-ln'], 'families: ["residual","gated"] in the results, ["residual","mlp-ln"] now'],
      [[], 'families: ["residual","gated"] in the results, not given now'],
    ] as const) {
      const { code, stderr } = await searching(...other, '--replicates', '2', '--out', 'both');
      expect([code, stderr]).toEqual([2, expect.stringContaining(told)]);
    }
  });

  test('that is ended on the way goes on to the very same files', async () => {
    const ended = await searching(...both, '--replicates', '2', '--out', 'ended', '--max-runs', '5');
    expect(ended.code).not.toBe(2);
    expect(csvOf('ended', 'runs.csv')).toHaveLength(5);
    const { code } = await searching(...both, '--replicates', '2', '--out', 'ended');
    expect(code).toBe(0);
    const withoutName = (folder: string) => ({ ...hashesOf(at(folder)), 'config.yaml': '', 'frontier.html': '' });
    expect(withoutName('ended')).toEqual(withoutName('both'));
    expect((await call('replay', 'ended')).code).toBe(0);
  });

  test('that has trained one family alone keeps no pictures under names of that time', async () => {
    const picture = path.join(at('begun'), 'samples-hourglass.png');
    await searching(...both, '--out', 'begun', '--max-runs', '1');
    expect(existsSync(picture)).toBe(true);
    expect((await searching(...both, '--out', 'begun')).code).toBe(0);
    expect(existsSync(picture)).toBe(false);
    expect(existsSync(picture.replace('hourglass', 'residual-hourglass'))).toBe(true);
  });

  test('in two shards is merged to the very same files', async () => {
    for (const number of [1, 2]) {
      const shard = ['--shard', `${number}/2`, '--out', `share-${number}`];
      expect((await searching(...both, '--replicates', '2', ...shard)).code).toBe(0);
    }
    const { code } = await call('merge', 'share-2', 'share-1', '--out', 'merged');
    expect(code).toBe(0);
    expect(hashesOf(at('merged'))).toEqual(hashesOf(at('both')));
  });

  test.each(['halving', 'model', 'evolve'])('by %s gives each series as many trainings', async (strategy) => {
    const rates = ['--learning-rates', '1e-3,3e-3', '--epochs', strategy === 'halving' ? '4' : '1'];
    const told = ['--candidates', '2', '--strategy', strategy, '--out', strategy, ...rates];
    const { code, stdout } = await searching(...both, ...told);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^gated hourglass +\d/m);
    const begun = csvOf(strategy, 'runs.csv');
    const counts = allSeries.map(
      (series) => begun.filter((row) => `${row['family']}/${row['shape']}` === series).length,
    );
    expect(new Set(counts)).toEqual(new Set([strategy === 'halving' ? 4 : 2]));
    if (strategy === 'halving')
      expect(Object.keys(csvOf(strategy, 'decisions.csv')[0]!).slice(0, 2)).toEqual(['shape', 'family']);
    expect((await call('replay', strategy)).code).toBe(0);
  });

  test('by grid trains the lists of each family', async () => {
    writeFileSync(at('grid.yaml'), 'grid: {hourglass: {skipWidths: [24], bottleneckWidths: [6, 12], depths: [1]}}\n');
    const { code } = await searching(...both, '--strategy', 'grid', '--config', 'grid.yaml', '--out', 'grid');
    expect(code).toBe(0);
    expect(csvOf('grid').map(({ family, bottleneck_width: width }) => `${family} ${width}`)).toEqual([
      ...['residual 6', 'residual 12', 'gated 6', 'gated 12'],
    ]);
  });
});

describe('the families of a search', () => {
  test('are one where one is named, whichever option names it', async () => {
    const { code } = await searching('--families', 'gated', '--replicates', '2', '--out', 'gated');
    expect(code).toBe(0);
    const one = await searching('--families', 'gated', '--dry-run', '--json');
    const other = await searching('--family', 'gated', '--dry-run', '--json');
    const candidatesOf = ({ stdout }: { stdout: string }) => (JSON.parse(stdout) as { candidates: unknown }).candidates;
    expect(candidatesOf(one)).toEqual(candidatesOf(other));
  });

  test('stand beside the shapes in a dry run', async () => {
    const { stdout } = await searching(...both, '--dry-run');
    expect(stdout).toContain('residual hourglass, residual conventional, gated hourglass, gated conventional\n');
    expect(stdout).toMatch(/^ {5}1 {2}gated conventional +\d+-\d+-\d+ /m);
  });

  test.each([
    [
      ['--families', 'gated,gated'],
      "--families: expected each family once, got gated twice in 'gated,gated'; leave one",
    ],
    [['--families', 'residual,residual?activation=relu'], '--families: expected each family once, got residual twice'],
    [[...both, '--family', 'plain'], "--families: expected no --family beside it, got 'plain'; name all families with"],
    [['--families', 'residual,mixer'], "--families: expected 'residual', "],
    [['--families', 'gated?dropout=1,residual'], '--families: expected for gated a setting among none; got'],
    [
      ['--families', 'residual,plain', '--input-projection', 'none'],
      'expected trainable or fixed for the family plain',
    ],
    [[...both, '--budget', '500'], 'budget 500: too small for any hourglass gated network with 144 inputs'],
  ])('%j are refused', async (given, told) => {
    const { code, stderr } = await searching(...given, '--dry-run');
    expect([code, stderr]).toEqual([2, expect.stringContaining(told)]);
    expect(
      stderr
        .trim()
        .split('\n')
        .filter((line) => line.startsWith('hgmlp: ')),
    ).toHaveLength(1);
  });
});

describe('the frontiers of two families', () => {
  test('are shown series by series', async () => {
    const { code, text } = await frontier('show', 'both');
    expect(code).toBe(0);
    expect(text).toMatch(/^PSNR frontier of folder:\S+$/m);
    expect(text).toMatch(/^Series +Architecture /m);
    expect(text).toMatch(/^residual conventional +\d+-\d+-\d+ /m);
    expect(text).toMatch(/^gated hourglass +\d+-\d+-\d+ /m);
    const { text: json } = await frontier('show', 'both', '--json');
    const { effort, points } = JSON.parse(json) as Record<string, readonly Record<string, unknown>[]>;
    expect(effort!.map(({ family, shape }) => `${String(family)}/${String(shape)}`)).toEqual(allSeries);
    expect(new Set(points!.map(({ family, shape }) => `${String(family)}/${String(shape)}`))).toEqual(
      new Set(allSeries),
    );
  });

  test('have the best of each series under a budget, and a gap for each family', async () => {
    const { stdout } = await searching(...both, '--replicates', '2', '--out', 'both');
    for (const series of allSeries) expect(stdout).toMatch(new RegExp(`^${series.replace('/', ' ')} +\\d`, 'm'));
    for (const family of ['residual', 'gated']) {
      expect(stdout).toMatch(new RegExp(`^${family} hourglass − conventional +[+−]\\d`, 'm'));
    }
  });

  test('are plotted, with a picture of the samples of each', async () => {
    expect((await frontier('plot', 'both')).code).toBe(0);
    const svg = readFileSync(path.join(at('both'), 'frontier.svg'), 'utf8');
    for (const series of allSeries) expect(svg).toContain(series);
    for (const series of allSeries)
      expect(existsSync(path.join(at('both'), `samples-${series.replace('/', '-')}.png`))).toBe(true);
    expect(existsSync(path.join(at('gated'), 'samples-hourglass.png'))).toBe(true);
    const page = readFileSync(path.join(at('both'), 'frontier.html'), 'utf8');
    expect(page).toContain('>gated hourglass</span>');
  });

  test('are compared by the names of two series', async () => {
    const { code, text } = await frontier('compare', 'both:gated/hourglass', 'both:residual/hourglass');
    expect(code).toBe(0);
    expect(text).toContain('both:gated/hourglass against both:residual/hourglass: PSNR frontiers of');
    const { text: apart } = await frontier('compare', 'gated:hourglass', 'residual:hourglass', '--json');
    const { text: together } = await frontier('compare', 'both:gated/hourglass', 'both:residual/hourglass', '--json');
    const gapOf = (document: string) =>
      (JSON.parse(document) as { asSearched: { meanGap: unknown } }).asSearched.meanGap;
    expect(gapOf(together)).toEqual(gapOf(apart));
  });

  test('that no name tells apart are refused, with the series that there are', async () => {
    for (const [asked, told] of [
      [
        ['both'],
        `both: expected two series, as the folder has several families, got the folder alone; name two of ${words('both')}`,
      ],
      [
        ['both:hourglass', 'both:gated/hourglass'],
        `both: expected a family before the shape, as the folder has several, got hourglass; name one of ${words('both')}`,
      ],
      [
        ['both:plain/hourglass', 'gated'],
        `both: expected finished runs of plain/hourglass, got none; name another folder, or one of ${words('both')}`,
      ],
      [['both:mixer/hourglass', 'gated'], 'family: expected one of residual, '],
    ] as const) {
      const { code, text } = await frontier('compare', ...asked);
      expect([code, text]).toEqual([2, expect.stringContaining(told)]);
    }
  });

  test('are checked against a baseline, series by series or one alone', async () => {
    const same = await frontier('check', 'both', '--baseline', 'merged');
    expect([same.code, same.text]).toEqual([
      0,
      expect.stringContaining('gated hourglass: met, both hold the same runs'),
    ]);
    const ofOne = await frontier('check', 'both', '--baseline', 'gated', '--json');
    const { checks } = JSON.parse(ofOne.text) as { checks: readonly { shapes: unknown; sameRuns: boolean }[] };
    expect(checks.map(({ shapes, sameRuns }) => [shapes, sameRuns])).toEqual(
      ['gated/hourglass', 'gated/conventional'].map((series) => [{ new: series, baseline: series }, true]),
    );
    expect(
      (await frontier('check', 'both:gated/hourglass', '--baseline', 'both:residual/hourglass', '--margin', '9')).code,
    ).toBe(0);
    const lacking = await frontier('check', 'gated', '--baseline', 'both');
    expect([lacking.code, lacking.text]).toEqual([
      2,
      expect.stringContaining('gated: expected finished runs of residual/hourglass, got none'),
    ]);
    const bare = await frontier('check', 'both:hourglass', '--baseline', 'both');
    expect([bare.code, bare.text]).toEqual([2, expect.stringContaining(`name one of ${words('both')}`)]);
  });
});
