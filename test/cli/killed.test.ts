/** Searches as real processes, which are killed with their workers in the middle. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import '../report/undrawn.js';
import { smallTaskOptions, writePictures } from '../train/small-task.js';
import { logOf } from './merges.js';
import { recordsOf } from './records.js';
import { callHgmlp, killWhenShown } from './run-hgmlp.js';

const common = ['search', ...smallTaskOptions, '--budget', '5k..20k', '--batch-size', '24', '--workers', '1'];

let folder: string;
const at = (...names: string[]) => path.join(folder, ...names);
/** In this process, with a worker: for what is not killed. */
const call = (args: readonly string[]) => callHgmlp(args, { cwd: folder });

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'hgmlp-killed-'));
  await writePictures(folder);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** All that says nothing of when it was trained. */
const outcomes = async (name: string) =>
  Object.values(await logOf(at(name))).map((run) => ({ ...run, timing: null, curve: run.curve.length }));

test.each([
  [
    '--strategy model --replicates auto',
    ['--strategy', 'model', '--look-every', '2', '--replicates', 'auto:1..3', '--candidates', '3', '--epochs', '6'],
    '7/18 runs',
  ],
  [
    '--strategy halving',
    ['--strategy', 'halving', '--tolerance', '0.05', '--audit', '0.1', '--candidates', '4', '--epochs', '9'],
    '6/8 runs',
  ],
])(
  'search %s, killed by kill -9, goes on with the same command to the same results, and trains nothing twice',
  async (_, options, shown) => {
    const name = options[1]!;
    const command = [...common, ...options];
    expect((await call([...command, '--out', `${name}-whole`])).code).toBe(0);
    await killWhenShown(shown, [...command, '--out', name], { cwd: folder });
    expect(recordsOf(at(name)).length).toBeLessThan(recordsOf(at(`${name}-whole`)).length);
    expect((await call([...command, '--out', name])).code).toBe(0);
    expect(await outcomes(name)).toEqual(await outcomes(`${name}-whole`));
    const parts = (of: string) => recordsOf(at(of)).map(({ key, curve }) => `${key} ${curve.length}`);
    expect(parts(name).toSorted()).toEqual(parts(`${name}-whole`).toSorted());
  },
);
