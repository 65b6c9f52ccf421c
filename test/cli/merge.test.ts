import fc from 'fast-check';
import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readStoredConfig } from '../../src/config/stored.js';
import { encodeLine } from '../../src/run/log-format.js';
import type { Run } from '../../src/run/run.js';
import type { RunSpec } from '../../src/run/spec.js';
import { digits, undrawnSheet } from '../run/sheets.js';
import '../report/undrawn.js';
import { ended, hashesOf, logOf, merge, planned, sheetOf, trained, writeFolder, writeShards } from './merges.js';

let root: string;
const at = (name: string) => path.join(root, name);

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'hgmlp-merge-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const everything = async (folder: string) => ({ files: hashesOf(folder), log: await logOf(folder) });

interface Document {
  readonly complete: boolean;
  readonly runs: Record<string, number>;
  readonly missing: {
    readonly shard: unknown;
    readonly folders: string[];
    readonly runs: { readonly key: string }[];
  }[];
  readonly disagreements: { readonly key: string; readonly kept: string; readonly results: unknown[] }[];
}
const documentOf = (stdout: string) => JSON.parse(stdout) as Document;

describe('merging in any order, in steps and again', () => {
  /** What each of three folders has of a run: nothing, a failure, or one of several results. */
  const record = fc.constantFrom<((spec: RunSpec) => Run) | null>(
    null,
    (spec) => ended(spec, 'failed'),
    (spec) => ended(spec, 'diverged'),
    (spec) => trained(spec),
    (spec) => trained(spec, { second: 1 }),
    (spec) => trained(spec, { variant: 1, second: 1 }),
    (spec) => trained(spec, { variant: 2, second: 1 }),
  );
  const contents = fc.array(fc.array(record, { minLength: 8, maxLength: 8 }), { minLength: 3, maxLength: 3 });

  test('gives the same files, whatever the folders hold', async () => {
    const specs = await planned();
    let trial = 0;
    const property = fc.asyncProperty(contents, async (records) => {
      trial += 1;
      const folders = records.map((_, index) => at(`${trial}-${'abc'[index]!}`));
      for (const [index, ofFolder] of records.entries()) {
        await writeFolder(
          folders[index]!,
          ofFolder.flatMap((make, place) => make?.(specs[place]!) ?? []),
        );
      }
      const [a, b, c] = folders as [string, string, string];
      const before = await Promise.all(folders.map(everything));

      await merge([a, b, c], { out: at('together') });
      const together = await everything(at('together'));
      await merge([c, a, b, a], { out: at('reversed') });
      expect(await everything(at('reversed'))).toEqual(together);

      await merge([b, c], { out: at('steps') });
      await merge([a], { out: at('steps') });
      expect(await everything(at('steps'))).toEqual(together);
      await merge([a, b], { out: at('half') });
      await merge([c, at('half')], { out: at('nested') });
      expect(await everything(at('nested'))).toEqual(together);

      await merge([b, at('steps'), at('nested')], { out: at('steps') });
      expect(await everything(at('steps'))).toEqual(together);
      expect(await Promise.all(folders.map(everything))).toEqual(before);
      for (const name of ['together', 'reversed', 'steps', 'half', 'nested']) rmSync(at(name), { recursive: true });
    });
    await fc.assert(property, { seed: 1, numRuns: 4 });
  });

  test('keeps the first sheet where several folders have the same result', async () => {
    const spec = (await planned())[0]!;
    const run = trained(spec);
    const sheet = (folder: string) => path.join(folder, 'samples', `${run.key}.png`);
    await writeFolder(at('a'), [run]);
    await writeFolder(at('b'), [run]);
    await writeFolder(at('c'), [trained(spec, { variant: 1, second: 1 })]);
    const earlier = undrawnSheet('0 comes before every PSNR');
    writeFileSync(sheet(at('b')), earlier);
    for (const order of [
      ['a', 'b', 'c'],
      ['c', 'b', 'a'],
    ]) {
      await merge(order.map(at), { out: at(order.join('')) });
      expect(readFileSync(sheet(at(order.join('')))).equals(earlier)).toBe(true);
    }
    expect(Buffer.compare(earlier, sheetOf(run))).toBe(-1);
  });

  test('takes no picture for a sheet that has not the size of the task’s, whatever its proportions', async () => {
    const run = trained((await planned())[0]!);
    const sheet = (folder: string) => path.join(at(folder), 'samples', `${run.key}.png`);
    await writeFolder(at('a'), [run]);
    await writeFolder(at('b'), [run]);
    writeFileSync(sheet('a'), undrawnSheet('', digits, { width: 16_362, height: 6_132 }));
    expect((await merge([at('a'), at('b')], { out: at('ab') })).code).toBe(3);
    expect(readFileSync(sheet('ab')).equals(sheetOf(run))).toBe(true);
    expect((await merge([at('a')], { out: at('alone') })).code).toBe(3);
    expect(existsSync(sheet('alone'))).toBe(false);
  });
});

describe('merging shards', () => {
  test('that are all there ends with 0, without a shard in the configuration', async () => {
    const { code, stdout } = await merge(await writeShards(root, 3), { out: at('whole') });
    expect(code).toBe(0);
    expect(stdout).toContain('mnist/denoising, budget 20k..40k: 8 of 8 runs from 3 folders');
    const { shard, name } = (await readStoredConfig(at('whole')))!;
    expect([shard, name]).toEqual([undefined, 'small']);
    expect(Object.keys(await logOf(at('whole'))).length).toBe(8);
  });

  test('of which one is missing ends with 3 and says which, and with it later the study is whole', async () => {
    const [first, second, third] = (await writeShards(root, 3)) as [string, string, string];
    const part = await merge([first, third], { out: at('whole') });
    const absent = await planned({ shard: '2/3' });
    expect(part.code).toBe(3);
    expect(part.stdout).toContain(
      `missing: ${absent.length} runs of shard 2/3, of which no folder was given, such as `,
    );
    expect(part.stdout).toContain(`train with: hgmlp search --config ${first}/config.yaml --shard 2/3\n`);
    expect((await merge([second], { out: at('whole') })).code).toBe(0);
    await merge([first, second, third], { out: at('at-once') });
    expect(await everything(at('whole'))).toEqual(await everything(at('at-once')));
  });

  test('of which one stopped early says which of its runs are missing, and how to go on', async () => {
    const folders = await writeShards(root, 3, (runs, number) => (number === 2 ? runs.slice(1) : runs));
    const { code, stdout } = await merge(folders, { out: at('whole') });
    expect(code).toBe(3);
    expect(stdout).toContain('missing: 1 run of shard 2/3, such as ');
    const json = await merge(folders, { out: at('whole'), json: true });
    const [gap] = documentOf(json.stdout).missing;
    expect(gap).toMatchObject({ shard: { number: 2, count: 3 }, folders: [folders[1]] });
    expect(gap!.runs.length).toBe(1);
  });

  test('with a failed run ends with 3 until some folder has it finished', async () => {
    const folders = await writeShards(root, 2, (runs, number) =>
      number === 2 ? [ended(runs[0]!.spec, 'failed'), ...runs.slice(1)] : runs,
    );
    const { code, stdout } = await merge(folders, { out: at('whole') });
    expect(code).toBe(3);
    expect(stdout).toMatch(/^failed: 1 run, such as \w+ .*: no memory$/m);
    const [spec] = await planned({ shard: '2/2' });
    await writeFolder(at('again'), [trained(spec!)], { shard: '2/2' });
    expect((await merge([at('again')], { out: at('whole') })).code).toBe(0);
  });

  test('leaves out a torn line of a log, says so, and is otherwise the same', async () => {
    const folders = await writeShards(root, 2);
    await merge(folders, { out: at('sound') });
    const log = path.join(folders[0]!, 'log', 'writer-0001.jsonl');
    const torn = encodeLine({ type: 'run', run: trained((await planned())[0]!) }).slice(0, -20);
    appendFileSync(log, torn);
    const { code, stderr } = await merge(folders, { out: at('torn') });
    expect(code).toBe(0);
    expect(stderr).toBe(`run log: ${log}: the last line was cut off in mid-write and was left out\n`);
    expect(await everything(at('torn'))).toEqual(await everything(at('sound')));
    expect(readFileSync(log, 'utf8').endsWith(torn)).toBe(true);
  });

  test('with --dry-run says all of it and writes nothing', async () => {
    const folders = await writeShards(root, 2);
    const { code, stdout } = await merge([folders[0]!], { out: at('whole'), dryRun: true });
    expect(code).toBe(3);
    expect(stdout).toContain(`would go to ${at('whole')}/`);
    expect(readdirSync(root).toSorted()).toEqual(['shard-1', 'shard-2']);
  });

  test('of a study that has grown since: the larger one is merged, and what it lacks is missing', async () => {
    const [first] = await writeShards(root, 2);
    const more = { shard: '2/2', candidates: 3 };
    await writeFolder(
      at('grown'),
      (await planned(more)).map((spec) => trained(spec)),
      more,
    );
    const { code, stdout } = await merge([first!, at('grown')], { out: at('whole') });
    const lacking = (await planned({ shard: '1/2', candidates: 3 })).length - (await planned({ shard: '1/2' })).length;
    expect((await readStoredConfig(at('whole')))!.candidates).toBe(3);
    expect([code, stdout]).toEqual([
      lacking > 0 ? 3 : 0,
      expect.stringContaining(`${12 - lacking} of 12 runs from 2 folders`),
    ]);
  });
});

describe('merging the same run from several folders', () => {
  test('counts it once where the results are the same, whenever they were trained', async () => {
    const specs = await planned();
    await writeFolder(
      at('a'),
      specs.map((spec) => trained(spec)),
    );
    await writeFolder(
      at('b'),
      specs.map((spec) => trained(spec, { second: 1 })),
    );
    const { code, stdout } = await merge([at('a'), at('b')], { out: at('whole') });
    expect(code).toBe(0);
    expect(stdout).toContain('repeated: 8 runs in several folders, with the same results');
    expect(Object.values(await logOf(at('whole'))).map(({ timing }) => timing!.startedAt)).toEqual(
      Array.from({ length: 8 }, () => '2026-01-01T00:00:00.000Z'),
    );
  });

  test('of a search without shards that stopped early says how to go on in its own folder', async () => {
    await writeFolder(
      at('begun'),
      (await planned()).slice(1).map((spec) => trained(spec)),
    );
    const { code, stdout } = await merge([at('begun')], { out: at('whole') });
    expect(code).toBe(3);
    expect(stdout).toContain(`train with: hgmlp search --config ${at('begun')}/config.yaml --out ${at('begun')}\n`);
  });

  test('of results that differ on the test set alone shows those', async () => {
    const [run] = (await planned()).map((spec) => trained(spec));
    await writeFolder(at('one'), [run!]);
    await writeFolder(at('other'), [{ ...run!, test: { ...run!.test, psnrDb: 9.5 } }]);
    const { stdout } = await merge([at('one'), at('other')], { out: at('whole') });
    expect(stdout).toMatch(/^different results: .*: [\d.]+ dB on test in .*, 9\.5 dB on test in /m);
  });

  test('tells of different results, and keeps the one that was started first', async () => {
    const specs = await planned();
    await writeFolder(at('late'), [trained(specs[0]!, { variant: 1, second: 1 })]);
    await writeFolder(
      at('early'),
      specs.map((spec) => trained(spec)),
    );
    const { code, stdout } = await merge([at('late'), at('early')], { out: at('whole') });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^different results: hourglass .*, lr 0\.001, replicate 0: 1\d\.\d+ dB on validation in /m);
    expect(stdout).toContain(`the result in ${at('early')} counts, because it was started first`);
    const json = await merge([at('early'), at('late')], { out: at('whole'), json: true });
    const { disagreements, runs } = documentOf(json.stdout);
    expect(disagreements.map(({ key, results }) => [key, results.length])).toEqual([[trained(specs[0]!).key, 3]]);
    expect(runs).toMatchObject({ planned: 8, merged: 8, finished: 8, repeated: 7 });
  });
});
