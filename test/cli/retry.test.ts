import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { reproductionOf, publishedTask } from '../../src/study/reproduction.js';
import { resolveOptions } from '../../src/config/resolve.js';
import { writeStoredConfig } from '../../src/config/stored.js';
import { openRunLog } from '../../src/run/log.js';
import type { Run } from '../../src/run/run.js';
import '../execute/fake-pool.js';
import '../report/undrawn.js';
import { ended, hashesOf, logOf, planned, trained, writeFolder } from './merges.js';
import { callHgmlp } from './run-hgmlp.js';

let root: string;
const at = (name: string) => path.join(root, name);
const run = (args: readonly string[]) => callHgmlp(args, { cwd: root });

beforeAll(() => {
  root = mkdtempSync(path.join(tmpdir(), 'hgmlp-retry-'));
});
afterAll(() => rmSync(root, { recursive: true }));

async function append(folder: string, ...runs: Run[]) {
  const log = await openRunLog(folder);
  await log.appendAll(runs);
  await log.close();
}

describe('hgmlp retry --failed', () => {
  test('trains in the folder of a shard what failed of it, and leaves the rest as it is', async () => {
    const shard = { shard: '1/2' };
    const [first, ...others] = await planned(shard);
    await writeFolder(at('shard'), [ended(first!, 'failed'), ...others.map((spec) => trained(spec))], shard);
    const before = await logOf(at('shard'));
    const config = readFileSync(at('shard/config.yaml'), 'utf8');
    const { code, stdout, stderr } = await run(['retry', '--failed', 'shard', '--workers', '1']);
    expect([code, stderr]).toEqual([0, expect.stringContaining('budget 20k..40k, shard 1/2: 1 runs (the log holds ')]);
    expect(stdout).toContain('Next: hgmlp frontier show shard');
    const after = await logOf(at('shard'));
    const changed = Object.keys(before).filter((key) => JSON.stringify(after[key]) !== JSON.stringify(before[key]));
    expect(changed.map((key) => [before[key]!.state, after[key]!.state])).toEqual([['failed', 'finished']]);
    expect(after[changed[0]!]!.spec).toEqual(first);
    expect(readFileSync(at('shard/config.yaml'), 'utf8')).toBe(config);
    expect(readFileSync(at('shard/runs.csv'), 'utf8').trimEnd().split('\n').length).toBe(2 + others.length);
  });

  test('lists what failed in the order of the plan, and leaves alone what no plan has', async () => {
    const [first, second, third] = await planned();
    const elsewhere = { ...third!, recipe: { ...third!.recipe, epochs: 7 } };
    await writeFolder(at('several'), [ended(elsewhere, 'failed'), ended(second!, 'failed'), ended(first!, 'failed')]);
    const before = hashesOf(at('several'));
    const { code, stdout, stderr } = await run(['retry', '--failed', 'several', '--dry-run', '--json']);
    const { failed } = JSON.parse(stdout) as { failed: { key: string; reason: string; startedAt: string }[] };
    expect(code).toBe(0);
    expect(failed.map(({ key, reason }) => [key, reason])).toEqual(
      [first, second].map((spec) => [trained(spec!).key, 'no memory']),
    );
    expect(failed[0]!.startedAt).toBe('2026-01-01T00:00:00.000Z');
    expect(stderr).toBe('1 failed run of the log, not in the plan of several: not trained again\n');
    expect(hashesOf(at('several'))).toEqual(before);
  });

  test('knows the plan of a reproduction', async () => {
    const { values } = await resolveOptions({ command: 'reproduce', flags: { epochs: '1' }, environment: {} });
    const study = reproductionOf(await publishedTask('mnist/denoising'), { ...values, engine: 'onnx-cpu' });
    await writeStoredConfig(at('several'), study.config);
    const [spec] = study.ranked.at(-1)!.specs;
    await append(at('several'), ended(spec!, 'failed'));
    const { code, stdout } = await run(['retry', '--failed', 'several', '--dry-run', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ failed: [{ key: trained(spec!).key, epochs: 1, ...spec!.arch }] });
  });

  test('refuses in one line what it cannot train', async () => {
    const [spec] = await planned();
    await writeFolder(at('other-numbers'), [{ ...ended(spec!, 'failed'), key: '0123456789abcdef01234567' }]);
    await writeFolder(at('damaged'), []);
    writeFileSync(at('damaged/config.yaml'), 'budget: much\n');
    for (const [args, reason] of [
      [
        ['retry', 'damaged'],
        'retry: expected --failed or --stopped, which says what to train again, got nothing; add one',
      ],
      [['retry', '--failed', 'nowhere'], 'nowhere: expected a results folder, got none with a config.yaml'],
      [['retry', '--failed', 'other-numbers'], 'other-numbers: expected runs with the numbers of this version'],
      [['retry', '--failed', 'damaged'], 'budget: expected a number such as 1M'],
    ] as const) {
      const { code, stderr } = await run(args);
      expect([args, code, stderr.split('\n').length]).toEqual([args, 2, 2]);
      expect(stderr).toContain(`hgmlp: ${reason}`);
    }
  });
});
