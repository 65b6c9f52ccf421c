import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OutOfMemory } from '../../src/base/errors.js';
import '../execute/fake-pool.js';
import { trainings } from '../execute/pool-here.js';
import '../report/undrawn.js';
import { smallTaskOptions, writePictures } from '../train/small-task.js';
import { hashesOf, logOf } from './merges.js';
import { recordsOf } from './records.js';
import { callHgmlp } from './run-hgmlp.js';

/** Four runs, trained in this process by a formula. */
const size = ['--budget', '5k..10k', '--candidates', '2', '--epochs', '3', '--batch-size', '24'];
const study = ['search', '--name', 'tiny', ...smallTaskOptions, ...size];

let root: string;
const at = (name: string) => path.join(root, name);
const call = (args: readonly string[]) => callHgmlp(args, { cwd: root });
const statesOf = async (name: string) => Object.values(await logOf(at(name))).map(({ state }) => state);
const records = (name: string) => recordsOf(at(name));

beforeAll(async () => {
  root = mkdtempSync(path.join(tmpdir(), 'hgmlp-limits-'));
  await writePictures(root);
  expect((await call([...study, '--workers', '2', '--out', 'whole'])).code).toBe(0);
});
afterAll(() => rmSync(root, { recursive: true }));

describe('--max-runs', () => {
  test('ends a search with a report and the command that goes on, holds when it is run again, and gives way to more', async () => {
    const command = [...study, '--out', 'runs', '--max-runs', '2'];
    const first = await call([...command, '--workers', '1']);
    expect(first.code).toBe(0);
    expect(first.stderr).toContain(
      '--max-runs 2 has ended the search with 2 of 4 runs left; go on with: ' +
        `hgmlp ${study.join(' ')} --out runs --workers 1 --max-runs 4\n`,
    );
    expect(readFileSync(at('runs/runs.csv'), 'utf8').trimEnd().split('\n').length).toBe(1 + 2);
    const before = hashesOf(at('runs'));

    const again = await call(command);
    expect([again.code, again.stderr]).toEqual([0, expect.stringContaining('with 2 of 4 runs left')]);
    expect(records('runs').length).toBe(2);
    expect(hashesOf(at('runs'))).toEqual(before);

    const more = await call([...study, '--workers', '1', '--out', 'runs', '--max-runs=4']);
    expect([more.code, more.stderr]).toEqual([0, expect.not.stringContaining('has ended the search')]);
    expect(records('runs').length).toBe(4);
    expect(hashesOf(at('runs'))).toEqual(hashesOf(at('whole')));
  });
});

describe('--max-time', () => {
  test('cuts what is in training, with a report and exit code 0, and the log has no failed run', async () => {
    const long = [...study, '--candidates', '1', '--epochs', '99999', '--workers', '1', '--out', 'long'];
    const { code, stderr } = await call([...long, '--max-time', '1s']);
    expect([code, stderr]).toEqual([
      0,
      expect.stringMatching(
        /^--max-time 1s has ended the search with 2 of 2 runs left; go on with: hgmlp .* --max-time 2s$/m,
      ),
    ]);
    expect(readdirSync(at('long'))).toContain('frontier.html');
    expect(readdirSync(at('long'))).not.toContain('log');
  });

  test('counts what the log holds: a search that took longer already trains nothing', async () => {
    const more = [...study, '--replicates', '2', '--out', 'runs'];
    const { code, stderr } = await call([...more, '--max-time', '0.001s']);
    expect([code, stderr]).toEqual([0, expect.stringContaining('has ended the search with 4 of 8 runs left')]);
    expect(records('runs').length).toBe(4);
    expect((await call([...study, '--out', 'again', '--max-time', '0.05x'])).stderr).toMatch(
      /^hgmlp: --max-time: expected a duration such as 45s, .*, got '0.05x'$/m,
    );
  });
});

describe('a run whose worker was killed', () => {
  const limit = ['--workers', '1', '--out', 'killed', '--max-failures', '1'];
  const reason = 'the worker process was killed (SIGKILL); often the machine ran out of memory';

  test('ends the search at --max-failures, which holds when it is run again, and leaves its reason', async () => {
    let begun = 0;
    trainings.onEpoch = (_, { epoch }) => {
      begun += Number(epoch === 1);
      if (begun === 2) throw new OutOfMemory(reason);
    };
    const { code, stderr } = await call([...study, ...limit]);
    trainings.onEpoch = () => undefined;
    expect(code).toBe(3);
    expect(stderr).toMatch(/^failed: \w{24}: the worker process was killed \(SIGKILL\)/m);
    expect(stderr).toContain(
      '--max-failures 1 has ended the search with 3 of 4 runs left, 1 of them failed; mend the cause, then go on with: ' +
        'hgmlp retry --failed killed && hgmlp search --name tiny ',
    );
    const again = await call([...study, ...limit]);
    expect([again.code, again.stderr]).toEqual([3, expect.stringContaining('has ended the search with 3 of 4 runs')]);
    expect((await statesOf('killed')).toSorted()).toEqual(['failed', 'finished']);
    expect(records('killed').length).toBe(2);
    expect(readFileSync(at('killed/runs.csv'), 'utf8')).toContain(`,failed,${reason},`);
  });

  test('is listed with its reason by retry --failed --dry-run, and not trained', async () => {
    const { code, stdout } = await call(['retry', '--failed', 'killed', '--dry-run']);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^(hourglass|conventional) \d+-\d+-\d+, lr \S+, replicate 0: failed: the worker process was/,
    );
    expect(stdout).toMatch(/^1 failed run in killed$/m);
    const document = JSON.parse((await call(['retry', '--failed', 'killed', '--dry-run', '--json'])).stdout) as unknown;
    expect(document).toMatchObject({ schemaVersion: 1, folder: 'killed', failed: [{ reason, replicate: 0 }] });
    expect(records('killed').length).toBe(2);
  });

  test('is trained again by retry --failed, alone; the search then goes on as if nothing had failed', async () => {
    const { code, stdout, stderr } = await call([
      'retry',
      '--failed',
      'killed',
      '--json',
      '--data-folder',
      'data',
      '--workers',
      '1',
    ]);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^.*again folder:pictures\/denoising\?images=60&\S+, budget 5k\.\.10k: 1 runs/m);
    expect(stderr).toContain('2 of 4 runs of the whole study are in killed.');
    expect(JSON.parse(stdout)).toMatchObject({ schemaVersion: 2, folder: 'killed' });
    expect(await statesOf('killed')).toEqual(['finished', 'finished']);
    expect(
      records('killed')
        .map(({ state }) => state)
        .toSorted(),
    ).toEqual(['failed', 'finished', 'finished']);
    expect((await call(['retry', '--failed', 'killed'])).stdout).toBe('No run of killed has failed.\n');

    expect((await call([...study, ...limit])).code).toBe(0);
    expect(hashesOf(at('killed'))).toEqual(hashesOf(at('whole')));
  });
});
