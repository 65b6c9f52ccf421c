import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readSources, widestOf } from '../../src/study/merge/sources.js';
import { readStoredConfig } from '../../src/config/stored.js';
import { encodeLine, headerRecord } from '../../src/run/log-format.js';
import '../report/undrawn.js';
import { logOf, merge, planned, trained, writeFolder, writeShards } from './merges.js';

let root: string;
const at = (name: string) => path.join(root, name);

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'hgmlp-merge-'));
});
afterEach(() => rmSync(root, { recursive: true }));

describe('merging is refused in one line', () => {
  const write = async (name: string, flags = {}) => writeFolder(at(name), [], flags);

  test('for folders of different studies, with the differences', async () => {
    await write('a', { shard: '1/2' });
    await write('b', { shard: '2/2', epochs: 3, seed: 7 });
    await expect(merge([at('a'), at('b')], { out: at('whole') })).rejects.toThrow(
      `expected folders of one study, got different ones (epochs: 1 in ${at('a')}, 3 in ${at('b')}; ` +
        `seed: 1 in ${at('a')}, 7 in ${at('b')}); merge those of each study alone`,
    );
    expect(readdirSync(root).toSorted()).toEqual(['a', 'b']);
  });

  test('for studies that have each grown in another way, although either alone would do', async () => {
    await write('a', { candidates: 3 });
    await write('b', { replicates: 2 });
    const differences = `candidates: 3 in ${at('a')}, 2 in ${at('b')}; replicates: 1 in ${at('a')}, 2 in ${at('b')}`;
    await expect(merge([at('a'), at('b')], { out: at('whole') })).rejects.toThrow(differences);
    await write('c', { candidates: 3, replicates: 2 });
    expect(widestOf(await readSources(['a', 'b', 'c'].map(at))).folder).toBe(at('c'));
  });

  test('where a folder has the runs of another version', async () => {
    const run = trained((await planned())[0]!);
    await writeFolder(at('old'), [{ ...run, key: 'a'.repeat(24) }]);
    await expect(merge([at('old')], { out: at('whole') })).rejects.toThrow(
      `${at('old')}: expected runs with the numbers of this version of hgmlp, got 1 of another (such as aaaa`,
    );
  });

  test('where a log is of a newer version', async () => {
    await write('newer');
    mkdirSync(path.join(at('newer'), 'log'));
    writeFileSync(path.join(at('newer'), 'log', 'writer-0001.jsonl'), encodeLine(headerRecord(99)));
    await expect(merge([at('newer')], { out: at('whole') })).rejects.toThrow('got 99; update hgmlp');
  });

  test('where a folder is none of a search', async () => {
    mkdirSync(at('empty'));
    await expect(merge([at('empty')], { out: at('whole') })).rejects.toThrow('expected a results folder');
    mkdirSync(at('imported'));
    writeFileSync(
      path.join(at('imported'), 'config.yaml'),
      'importedFrom: { file: runs.csv, sha256: ab, command: hgmlp import runs.csv }\n',
    );
    await expect(merge([at('imported')], { out: at('whole') })).rejects.toThrow('got imported runs');
    writeFileSync(path.join(at('imported'), 'config.yaml'), 'maxTime: 1h\n');
    await expect(merge([at('imported')], { out: at('whole') })).rejects.toThrow('got a reproduction');
  });

  test('into the folder of a shard, another study, other files, or parts of a study', async () => {
    const [first, second] = (await writeShards(root, 2)) as [string, string];
    await expect(merge([first], { out: second })).rejects.toThrow(
      'expected the folder of a whole study, got one shard',
    );
    await write('other', { seed: 2 });
    await expect(merge([first], { out: at('other') })).rejects.toThrow(/seed: 1 in .*, 2 in /);
    mkdirSync(at('notes'));
    writeFileSync(path.join(at('notes'), 'notes.txt'), 'mine');
    await expect(merge([first], { out: at('notes') })).rejects.toThrow('got other files (notes.txt)');
    mkdirSync(path.join(at('parts'), 'log'), { recursive: true });
    await expect(merge([first], { out: at('parts') })).rejects.toThrow('without its configuration');
  });
});

describe('merging with --fresh', () => {
  test('replaces another study where the user says so, and nothing where not', async () => {
    const folders = await writeShards(root, 2);
    await writeFolder(
      at('whole'),
      (await planned({ seed: 2 })).map((spec) => trained(spec)),
      { seed: 2 },
    );
    const fresh = { out: at('whole'), fresh: true };
    await expect(merge(folders, fresh, false)).rejects.toThrow('was left as it is');
    expect((await readStoredConfig(at('whole')))!.seed).toBe(2);
    expect((await merge(folders, fresh, true)).code).toBe(0);
    expect(Object.values(await logOf(at('whole'))).map(({ spec }) => spec.recipe.seed)).toEqual(new Array(8).fill(1));
  });

  test('is refused where what it would throw away is to be merged', async () => {
    await writeFolder(at('whole'), []);
    const merging = merge([at('whole')], { out: at('whole'), fresh: true, yes: true });
    await expect(merging).rejects.toThrow('--fresh: expected to throw away what is not merged');
    expect(readdirSync(at('whole'))).toContain('config.yaml');
  });
});
