/** Shards of one folder as real processes, which run at the same time. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import '../report/undrawn.js';
import { smallTaskOptions, writePictures } from '../train/small-task.js';
import { hashesOf, logOf } from './merges.js';
import { recordsOf } from './records.js';
import { callHgmlp, runHgmlp } from './run-hgmlp.js';

const size = ['--budget', '5k..10k', '--candidates', '2', '--epochs', '1', '--workers', '1'];
const study = ['search', '--name', 'tiny', ...smallTaskOptions, ...size];

let root: string;
const at = (name: string) => path.join(root, name);
const run = (args: readonly string[]) => runHgmlp(args, { cwd: root });
/** In this process: where no other runs at the same time. */
const call = (args: readonly string[]) => callHgmlp(args, { cwd: root });
const keysOf = async (name: string) => Object.keys(await logOf(at(name)));
const tables = (name: string) =>
  ['runs.csv', 'frontier.csv', 'config.yaml'].map((file) => readFileSync(path.join(at(name), file), 'utf8'));
const records = (name: string) => recordsOf(at(name));

beforeAll(async () => {
  root = mkdtempSync(path.join(tmpdir(), 'hgmlp-shared-'));
  await writePictures(root);
  expect((await call([...study, '--out', 'whole'])).code).toBe(0);
});
afterAll(() => rmSync(root, { recursive: true }));

describe('shards that share one folder', () => {
  test('leave in it what the search without shards leaves, although they run at the same time', async () => {
    const shards = [1, 2].map((number) => [...study, '--shard', `${number}/2`, '--out', 'shared']);
    const ended = await Promise.all(shards.map((args) => run([...args, '--shared'])));
    expect(ended.map(({ code }) => code)).toEqual([0, 0]);
    expect(tables('shared')).toEqual(tables('whole'));
    expect(readdirSync(at('shared/log')).length).toBe(2);
    expect(await keysOf('shared')).toEqual(await keysOf('whole'));
  });

  test('may be added to by any shard, and by the search without shards', async () => {
    for (const shard of [['--shard', '3/5'], ['--shard', '1/2', '--shared'], []]) {
      const { code, stdout } = await call([...study, ...shard, '--out', 'shared']);
      expect([code, stdout]).toEqual([0, expect.stringContaining('Results: shared/')]);
      expect(hashesOf(at('shared'))).toEqual(hashesOf(at('whole')));
    }
    expect(readdirSync(at('shared/log')).length).toBe(2);
  });

  test('never throw away what the others wrote', async () => {
    const { code, stderr } = await call([...study, '--shard', '1/2', '--shared', '--out', 'shared', '--fresh']);
    expect([code, stderr]).toEqual([2, expect.stringContaining('others may be writing; remove the folder yourself')]);
  });

  test('share out --max-runs, and train exactly so many together', async () => {
    const shards = [1, 2].map((number) => [
      '--shard',
      `${number}/2`,
      '--shared',
      '--out',
      'limited',
      '--max-runs',
      '3',
    ]);
    const commands = shards.map((shard) => [...study, ...shard]);
    for (const turn of ['first', 'again']) {
      const ended = [await call(commands[0]!), await call(commands[1]!)];
      expect([turn, ...ended.map(({ code }) => code)]).toEqual([turn, 0, 0]);
      expect(records('limited').length).toBe(3);
      expect(ended[1]!.stderr).toMatch(/^--max-runs 3, its share for this shard, has ended the search with 1 of 2 /m);
    }
    expect((await call([...study, '--out', 'limited'])).code).toBe(0);
    expect(hashesOf(at('limited'))).toEqual(hashesOf(at('whole')));
  });
});
