/** Searches and trainings with patience, trained for real in this process. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { parse } from 'csv-parse/sync';
import { readRunLog } from '../../src/run/log.js';
import { bestEpochOf } from '../../src/run/patience.js';
import type { FinishedRun, Run } from '../../src/run/run.js';
import { stopInRun } from '../execute/pool-here.js';
import '../report/undrawn.js';
import { smallTaskOptions, writePictures } from '../train/small-task.js';
import { callHgmlp } from './run-hgmlp.js';

vi.mock(import('../../src/execute/pool.js'), async (importOriginal) => ({
  ...(await importOriginal()),
  openPool: (await import('../execute/pool-here.js')).openPoolHere,
}));

const training = ['--epochs', '12', '--batch-size', '12', '--engine', 'onnx-cpu'];
const patience = ['--patience', '1', '--learning-rate-step', 'never'];
const common = ['search', ...smallTaskOptions, ...training, '--budget', '5k..20k', '--candidates', '2'];
const study = [...common, '--learning-rates', '1e-2,1e-1', '--workers', '1'];

let folder: string;
const at = (...names: string[]) => path.join(folder, ...names);
const call = (args: readonly string[]) => callHgmlp(args, { cwd: folder });
const runsOf = async (name: string) => [...(await readRunLog(at(name))).runs.values()] as FinishedRun[];
const untimed = (runs: readonly Run[]) =>
  runs.map((run) => ({ ...run, timing: null })).sort((left, right) => (left.key < right.key ? -1 : 1));

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'hgmlp-patience-'));
  await writePictures(folder);
  const { code, stderr } = await call([...study, ...patience, '--strategy', 'random', '--out', 'whole']);
  expect([code, stderr]).toEqual([0, stderr]);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('search --patience', () => {
  test('ends trainings early, and keeps what it needs to know of them', async () => {
    const runs = await runsOf('whole');
    expect(runs).toHaveLength(8);
    expect(runs.filter(({ curve }) => curve.length < 12).length).toBeGreaterThan(2);
    for (const { state, curve, validation, spec } of runs) {
      expect([state, spec.recipe.patience, spec.recipe.learningRateStep]).toEqual(['finished', 1, 'never']);
      expect(validation).toEqual(curve[bestEpochOf(curve) - 1]!.validation);
    }
    expect(readFileSync(at('whole', 'config.yaml'), 'utf8')).toMatch(/^patience: 1$/m);
    const [log] = readdirSync(at('whole', 'log'));
    expect(readFileSync(at('whole', 'log', log!), 'utf8')).toContain('"format":"hgmlp run log","version":4}');
  });

  test('writes patience and the epochs that were trained beside those that were asked for, and counts them', async () => {
    const runs = new Map((await runsOf('whole')).map((run) => [run.key, run]));
    const rows = parse<Record<string, string>>(readFileSync(at('whole', 'runs.csv')), { columns: true });
    for (const { key, epochs, patience, trained_epochs } of rows) {
      expect([epochs, patience, trained_epochs]).toEqual(['12', '1', String(runs.get(key!)!.curve.length)]);
    }
    expect(rows).toHaveLength(8);
    const { effort } = JSON.parse((await call(['frontier', 'show', 'whole', '--json'])).stdout) as {
      effort: { trainingMultiplyAdds: number }[];
    };
    const counted = effort.reduce((sum, { trainingMultiplyAdds }) => sum + trainingMultiplyAdds, 0);
    const expected = rows.reduce(
      (sum, row) => sum + 3 * Number(row.multiply_adds) * 48 * Number(row.trained_epochs),
      0,
    );
    expect(counted).toBe(expected);
  });

  test('goes on where it was stopped, to the same bits, and with the same patience only', async () => {
    const command = [...study, '--strategy', 'random', '--out', 'stopped'];
    stopInRun(3);
    expect((await call([...command, ...patience])).code).toBe(75);
    const { code, stderr } = await call([...command, '--learning-rate-step', 'never']);
    expect(code).toBe(2);
    expect(stderr).toContain('patience: 1 in the results, not given now');
    expect((await call([...command, ...patience])).code).toBe(0);
    expect(untimed(await runsOf('stopped'))).toEqual(untimed(await runsOf('whole')));
  });

  test('is refused with halving, which auto then does not choose, and by a reproduction', async () => {
    const refused = await call([...study, '--patience', '3', '--strategy', 'halving', '--out', 'none']);
    expect([refused.code, refused.stderr.split('\n').at(-2)]).toEqual([
      2,
      'hgmlp: --patience: expected none with halving, which stops trainings at epochs of its own, got 3; leave it out, ' +
        'or choose another strategy, such as --strategy model',
    ]);
    const many = [...study, '--candidates', '8', '--dry-run', '--json'];
    const strategyOf = async (args: readonly string[]) =>
      (JSON.parse((await call(args)).stdout) as { strategy: string }).strategy;
    expect(await strategyOf(many)).toBe('halving');
    expect(await strategyOf([...many, '--patience', '3'])).toBe('model');
    const reproduction = await call(['reproduce', 'mnist/denoising', '--patience', '3']);
    expect([reproduction.code, reproduction.stderr]).toEqual([
      2,
      expect.stringContaining("unknown option '--patience'"),
    ]);
  });

  test('is taken from a file, and from the table of its runs', async () => {
    writeFileSync(at('patient.yaml'), 'patience: 2\nlearningRateStep: never\n');
    const fromFile = [
      ...common,
      '--config',
      'patient.yaml',
      '--strategy',
      'random',
      '--max-runs',
      '1',
      '--out',
      'file',
    ];
    await call(fromFile);
    expect((await runsOf('file'))[0]!.spec.recipe).toMatchObject({ patience: 2, learningRateStep: 'never' });
    expect((await call(['import', 'whole/runs.csv', '--out', 'imported'])).code).toBe(0);
    const imported = await runsOf('imported');
    expect(imported.map(({ spec }) => spec.recipe.patience)).toEqual(Array(8).fill(1));
  });
});

describe('hgmlp train --patience', () => {
  test('says how long it may take at most, and which epoch was the best', async () => {
    const network = ['--skip', '16', '--bottleneck', '5', '--depth', '1', '--lr', '0.1'];
    const { code, stdout, stderr } = await call(['train', ...smallTaskOptions, ...training, ...network, ...patience]);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^epoch 1\/12 .* at most .* left$/m);
    expect(stdout).toMatch(/^epochs {6}\d+ of 12, the best was epoch \d+$/m);
  });
});
