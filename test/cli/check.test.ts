import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import '../report/undrawn.js';
import { callHgmlp, runHgmlp } from './run-hgmlp.js';

let root: string;
const inRoot = (...names: string[]) => path.join(root, ...names);
/** Several replicates of many architectures: its noise is known. */
const baseline = () => inRoot('published', 'mnist-super-resolution');
/** A single replicate of each. */
const single = () => inRoot('published', 'mnist-denoising');

type Row = Record<string, string>;
const golden = parse<Row>(readFileSync(fileURLToPath(new URL('../golden/runs.csv', import.meta.url)), 'utf8'), {
  columns: true,
}).filter(({ dataset }) => dataset === 'mnist');

/** Imports the published runs, changed, into a folder of that name. */
async function importInto(name: string, rows: readonly Row[]): Promise<void> {
  writeFileSync(inRoot(`${name}.csv`), stringify([...rows], { header: true }));
  const { code, stderr } = await callHgmlp(['import', inRoot(`${name}.csv`), '--out', inRoot(name), '--quiet']);
  expect(stderr).toBe('');
  expect(code).toBe(0);
}

const ofSuperResolution = ({ task }: Row) => task === 'super_resolution';
const lowered = (byDb: number, only: (row: Row) => boolean = () => true) =>
  golden.map((row) => (only(row) ? { ...row, psnr_db: String(Number(row['psnr_db']) - byDb) } : row));

beforeAll(async () => {
  root = mkdtempSync(path.join(tmpdir(), 'hgmlp-check-'));
  await importInto('published', golden);
  await importInto('lower', lowered(0.1));
  await importInto('between', lowered(0.018).filter(ofSuperResolution));
  await importInto(
    'conventional-lower',
    lowered(0.1, ({ shape }) => shape === 'conventional').filter(ofSuperResolution),
  );
});
afterAll(() => rmSync(root, { recursive: true }));

interface Document {
  readonly schemaVersion: number;
  readonly verdict: string;
  readonly exitCode: number;
  readonly margin: number;
  readonly checks: readonly {
    readonly shapes: { readonly new: string; readonly baseline: string };
    readonly verdict: string;
    readonly replicates: number;
    readonly replicatesToDecide: number | null;
    readonly effortRatio: number;
    readonly meanGapAtEqualEffort: object | null;
    readonly meanGap: { readonly value: number; readonly interval: { readonly low: number; readonly high: number } };
  }[];
}

const words = (folder: string) => ['frontier', 'check', folder, '--baseline', baseline()];
const withoutSummary = { env: { GITHUB_STEP_SUMMARY: '' } };
const check = (folder: string, ...args: string[]) => callHgmlp([...words(folder), ...args], withoutSummary);
/** As a process, whose exit code is what a job of CI ends by. */
const checkAsProcess = (folder: string, ...args: string[]) => runHgmlp([...words(folder), ...args], withoutSummary);

describe('frontier check of the published runs', () => {
  test('holds against themselves, without noise too', async () => {
    for (const folder of [baseline(), single()]) {
      const { code, stdout, stderr } = await callHgmlp(['frontier', 'check', folder, '--baseline', folder]);
      expect(stderr).toBe('');
      expect(code).toBe(0);
      expect(stdout).toMatch(/^Gate met: /);
      expect(stdout).toContain('Hourglass: met, both hold the same runs within these budgets (mean gap +0.000');
      expect(stdout).toContain('Conventional: met, both hold the same runs');
    }
  });

  test('fails where every PSNR is 0.1 dB lower', async () => {
    const { code, stdout } = await checkAsProcess(inRoot('lower', 'mnist-super-resolution'), '--margin', '0.02');
    expect(code).toBe(4);
    expect(stdout).toMatch(/^Gate NOT met: /);
    expect(stdout).toMatch(/^Hourglass: NOT met, worse by more than 0\.02 dB beyond noise \(mean gap −0\.100 \[/m);
    const wide = await check(inRoot('lower', 'mnist-super-resolution'), '--margin', '0.2');
    expect(wide.code).toBe(0);
  });

  test('is undecided in between, and says how many replicates would decide', async () => {
    const folder = inRoot('between');
    const { code, stdout } = await checkAsProcess(folder, '--margin', '0.02');
    expect(code).toBe(5);
    expect(stdout).toMatch(
      /^Hourglass: undecided, .*; \d+ replicates of each architecture in both folders would probably decide, there are 1$/m,
    );
    const { checks, ...document } = JSON.parse((await check(folder, '--json')).stdout) as Document;
    expect(document).toMatchObject({ schemaVersion: 2, verdict: 'undecided', exitCode: 5, margin: 0.02 });
    for (const { meanGap, replicatesToDecide, effortRatio } of checks) {
      expect(meanGap.value).toBeCloseTo(-0.018, 8);
      expect(meanGap.interval.low).toBeLessThan(-0.02);
      expect(meanGap.interval.high).toBeGreaterThan(-0.02);
      expect(replicatesToDecide).toBeGreaterThan(1);
      expect(effortRatio).toBe(1);
    }
  });

  test('is undecided without replicates, and says what to do', async () => {
    const args = ['frontier', 'check', inRoot('lower', 'mnist-denoising'), '--baseline', single()];
    const { code, stdout } = await callHgmlp(args);
    expect(code).toBe(5);
    expect(stdout).toContain('nothing tells the noise: train with --replicates 2 or more in both folders, or state it');
    expect((await callHgmlp([...args, '--noise-std', '0.01'])).code).toBe(4);
  });

  test('says how unequal the efforts are, where both sides trained the same networks too', async () => {
    await importInto(
      'fewer',
      golden.filter((row) => ofSuperResolution(row) && row['replicate'] === '1'),
    );
    const folder = inRoot('fewer');
    const { checks } = JSON.parse((await check(folder, '--noise-std', '0.01', '--json')).stdout) as Document;
    const conventional = checks.find(({ shapes }) => shapes.new === 'conventional')!;
    expect(conventional.effortRatio).toBeLessThan(0.9);
    expect(conventional.meanGapAtEqualEffort).not.toBeNull();
    const text = (await check(folder, '--noise-std', '0.01')).stdout;
    expect(text).toContain('The efforts are not equal: who searches longer finds higher points.');
  });

  test('names the shape that is worse, and checks one alone where it is asked for', async () => {
    const folder = inRoot('conventional-lower');
    const both = await check(folder);
    expect(both.code).toBe(4);
    expect(both.stdout).toMatch(/^Hourglass: met, both hold the same runs/m);
    expect(both.stdout).toMatch(/^Conventional: NOT met/m);
    expect((await check(`${folder}:hourglass`)).code).toBe(0);
    expect((await check(`${folder}:conventional`)).code).toBe(4);
    // The published hourglass is far ahead of the conventional networks.
    const across = await callHgmlp([
      ...['frontier', 'check', `${baseline()}:conventional`],
      ...['--baseline', `${baseline()}:hourglass`],
    ]);
    expect(across.code).toBe(4);
    expect(across.stdout).toMatch(/^Conventional against hourglass: NOT met/m);
  });
});

describe('the step summary', () => {
  const summary = () => inRoot('summary.md');
  const summarised = (folder: string, file: string) =>
    callHgmlp(['frontier', 'check', folder, '--baseline', baseline()], { env: { GITHUB_STEP_SUMMARY: file } });

  test('is appended to what earlier steps wrote, with the verdict and the table', async () => {
    writeFileSync(summary(), 'an earlier step');
    expect((await summarised(inRoot('lower', 'mnist-super-resolution'), summary())).code).toBe(4);
    const text = readFileSync(summary(), 'utf8');
    expect(text).toMatch(/^an earlier step\n## Gate NOT met: /);
    expect(text).toMatch(/^- Hourglass: NOT met, worse by more than 0\.02 dB/m);
    expect(text).toMatch(/^\| Conventional \| NOT met \|/m);
    await summarised(baseline(), summary());
    expect(readFileSync(summary(), 'utf8')).toMatch(/^## Gate NOT met[^]*^## Gate met/m);
  });

  test('holds a hostile folder as code', async () => {
    const hostile = inRoot('<img src=x onerror=alert(1)>|`[a](b)');
    mkdirSync(hostile);
    await importInto(path.relative(root, path.join(hostile, 'runs')), golden.filter(ofSuperResolution));
    writeFileSync(summary(), '');
    await summarised(path.join(hostile, 'runs'), summary());
    const text = readFileSync(summary(), 'utf8');
    expect(text).toContain('<img src=x onerror=alert(1)>\\u007c\\u0060[a](b)/runs` against');
    const outsideCode = text.replaceAll(/`[^`\n]*`/g, '');
    expect(outsideCode).not.toMatch(/[<`]|\]\(/);
  });

  test('that cannot be written is a clear error, after the result was printed', async () => {
    const { code, stdout, stderr } = await summarised(baseline(), root);
    expect(code).toBe(2);
    expect(stdout).toContain('Gate met');
    expect(stderr).toBe(
      `hgmlp: cannot append the summary of GITHUB_STEP_SUMMARY to ${root}: expected a file, got a folder; move it away\n`,
    );
  });
});

describe('frontier check refuses', () => {
  test.each([
    [[], 'expected a baseline, got none; name its results folder with --baseline'],
    [['--baseline', 'nowhere'], 'nowhere: expected a results folder, got none'],
    [['--baseline', '.', '--margin', '-1'], "--margin: expected a number from 0, in the unit of the metric, got '-1'"],
  ])('%j in one line', async (args, message) => {
    const { code, stderr } = await callHgmlp(['frontier', 'check', baseline(), ...args]);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr.trim().split('\n').length).toBe(1);
  });

  test('another task, and a shape that the new folder lacks', async () => {
    const other = await check(single());
    expect(other.code).toBe(2);
    expect(other.stderr).toContain('expected two frontiers of one task and training, got mnist/denoising');
    await importInto(
      'one-shape',
      golden.filter((row) => ofSuperResolution(row) && row['shape'] === 'hourglass'),
    );
    const lacking = await check(inRoot('one-shape'));
    expect(lacking.code).toBe(2);
    expect(lacking.stderr).toContain('expected finished runs of shape conventional, got none');
  });

  test('a baseline without a finished run', async () => {
    const rows = golden.filter(ofSuperResolution).slice(0, 5);
    await importInto(
      'diverged',
      rows.map((row) => ({ ...row, psnr_db: 'nan' })),
    );
    const folder = inRoot('diverged');
    const { code, stderr } = await callHgmlp(['frontier', 'check', baseline(), '--baseline', folder]);
    expect(code).toBe(2);
    expect(stderr).toBe(
      `hgmlp: ${folder}: expected finished runs in the baseline, got none; name another --baseline\n`,
    );
  });

  test('the baseline itself where no folder is named and it is the latest', async () => {
    mkdirSync(inRoot('work', 'results'), { recursive: true });
    await importInto(
      path.join('work', 'results', 'only'),
      golden.filter(({ task }) => task === 'denoising'),
    );
    const args = ['frontier', 'check', '--baseline', 'results/only', '--quiet'];
    const { code, stderr } = await callHgmlp(args, { cwd: inRoot('work') });
    expect(code).toBe(2);
    expect(stderr).toContain('the latest results are the baseline itself; name one');
  });
});
