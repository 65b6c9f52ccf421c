/** Searches that are asked for more, for nothing or for their plan, trained in this process by a formula. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import '../execute/fake-pool.js';
import '../report/undrawn.js';
import { smallTaskOptions, writePictures } from '../train/small-task.js';
import { recordsOf } from './records.js';
import { callHgmlp, type Ended } from './run-hgmlp.js';

const size = ['--budget', '5k..10k', '--candidates', '2', '--learning-rates', '1e-3,3e-3', '--epochs', '2'];
const study = ['search', ...smallTaskOptions, ...size];

let folder: string;
const at = (name: string) => path.join(folder, name);
const call = (args: readonly string[]): Promise<Ended> => callHgmlp(args, { cwd: folder });
const loggedRuns = (name: string) => recordsOf(at(name));

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'hgmlp-search-again-'));
  await writePictures(folder);
  expect((await call([...study, '--workers', '1', '--out', at('whole')])).code).toBe(0);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('a search', () => {
  test('run again trains nothing and only adds what is more', async () => {
    const before = loggedRuns('whole').length;
    await call([...study, '--out', at('whole')]);
    expect(loggedRuns('whole').length).toBe(before);
    const { code, stdout } = await call([
      ...study,
      '--replicates',
      '2',
      '--workers',
      '1',
      '--out',
      at('whole'),
      '--json',
    ]);
    expect(code).toBe(0);
    expect(loggedRuns('whole').length).toBe(16);
    expect(JSON.parse(stdout)).toMatchObject({
      schemaVersion: 2,
      task: expect.stringMatching(/^folder:pictures\/denoising\?images=60&/) as unknown,
      axis: 'trainable',
    });
  });

  test('starts over with --fresh', async () => {
    const small = [
      ...study,
      '--epochs',
      '1',
      '--candidates',
      '1',
      '--learning-rates',
      '1e-3',
      '--workers',
      '1',
      '--out',
      at('fresh'),
    ];
    await call(small);
    const { code } = await call([...small, '--fresh', '--yes', '--seed', '2']);
    expect(code).toBe(0);
    expect(loggedRuns('fresh').map(({ spec }) => spec.recipe.seed)).toEqual([2, 2]);
  });

  test('shows its plan with --dry-run and trains nothing', async () => {
    const { code, stdout } = await call([...study, '--dry-run', '--json', '--out', at('dry')]);
    expect(code).toBe(0);
    const plan = JSON.parse(stdout) as { candidates: { shape: string; trainableParams: number }[]; runs: number };
    expect(plan.runs).toBe(8);
    expect(plan.candidates.map(({ shape }) => shape)).toEqual([
      'hourglass',
      'conventional',
      'hourglass',
      'conventional',
    ]);
    for (const { trainableParams } of plan.candidates) expect(trainableParams).toBeLessThanOrEqual(10_000);
    expect(readdirSync(folder)).not.toContain('dry');
  });
});
