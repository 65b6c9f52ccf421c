/** Folders that older formats left: they open for ever, and what is newer than this program is refused in words. */
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeLine, headerRecord, logVersion, parseLog } from '../src/run/log-format.js';
import { callHgmlp } from './cli/run-hgmlp.js';
import './report/undrawn.js';

const fixtures = fileURLToPath(new URL('fixtures', import.meta.url));
const formats = ['results-v1', 'results-v2', 'results-v3', 'results-v4'] as const;

let root: string;
const at = (name: string) => path.join(root, name);
const call = (args: readonly string[]) => callHgmlp(args, { cwd: root });
const expected = (format: string, file: string) => readFileSync(path.join(fixtures, format, 'expected', file), 'utf8');
const read = (file: string) => readFileSync(at(file), 'utf8');

/** A copy that a command may write into. */
function copyOf(format: string, name: string): string {
  cpSync(path.join(fixtures, format, 'study'), at(name), { recursive: true });
  return name;
}

beforeAll(() => {
  root = mkdtempSync(path.join(tmpdir(), 'hgmlp-fixtures-'));
  for (const format of formats) copyOf(format, format);
});
afterAll(() => rmSync(root, { recursive: true }));

test.each([
  ['results-v1/study/config.yaml', '2cc401bd985dc1cda5395c759c98f3b7acd3c6cd76d678c1b5b8566c5e91f661'],
  ['results-v1/study/log/writer-0001.jsonl', 'acfeadd058c87bc048feb7ab8de9185d2c714894a5be8ce426ed93aebb1ef054'],
  ['results-v2/study/config.yaml', 'ccb8de38e63a21e0953667df62d6ed93b25e66a042fa5f296593c184950f5db7'],
  ['results-v2/study/log/writer-0001.jsonl', '648714837cbc6d37195a58cddcfb11c327320b767ceac557f27fd73499d8d336'],
  ['results-v3/study/config.yaml', 'ac79ea09a9cafbd5b8be9a37ec263c79923e2a7a9c4d574ac8d3a41f0eb51ad2'],
  ['results-v3/study/log/writer-0001.jsonl', '2f5687b1d6dc718f3b1bb9bfdf0434db62d2146b75b96cc60350e5c57b924240'],
  ['results-v4/study/config.yaml', '85ea061ec1318648bd7e999ed8569795682af23608887c4ff2d9b302ca1ecbec'],
  ['results-v4/study/log/writer-0001.jsonl', '3710fead564921ce618f192c6c6e75cf92238770baf941959496ee45fe7dc2ee'],
])('%s is the file that was kept, and was not made again.', (file, hash) => {
  const bytes = readFileSync(path.join(fixtures, file));
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(hash);
});

test('Each version of the log has a fixture, the newest among them.', () => {
  const versions = formats.map((format) => {
    const [header] = readFileSync(path.join(fixtures, format, 'study/log/writer-0001.jsonl'), 'utf8').split('\n');
    return (JSON.parse(header!) as { record: { version: number } }).record.version;
  });
  expect(versions).toEqual(Array.from({ length: logVersion }, (_, index) => index + 1));
});

describe.each(formats)('The folder %s', (format) => {
  test('shows the frontier that it has always shown.', async () => {
    const { code, stdout, stderr } = await call(['frontier', 'show', format, '--json']);
    expect([code, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toEqual(JSON.parse(expected(format, 'show.json')));
  });

  test('is plotted and compared.', async () => {
    const copy = copyOf(format, `${format}-plotted`);
    expect((await call(['frontier', 'plot', copy])).code).toBe(0);
    expect(readdirSync(at(copy))).toEqual(expect.arrayContaining(['frontier.svg', 'frontier.png', 'frontier.html']));
    expect((await call(['frontier', 'compare', copy, '--resamples', '20'])).code).toBe(0);
  });
});

describe('A search of format 1', () => {
  test('has in its log what finished, what diverged and what failed.', () => {
    const { runs, problems } = parseLog(readFileSync(path.join(fixtures, 'results-v1/study/log/writer-0001.jsonl')));
    const inState = (state: string) => runs.filter((one) => one.state === state).length;
    expect(['finished', 'diverged', 'failed'].map(inState)).toEqual([5, 6, 1]);
    expect(problems).toEqual([]);
  });

  test('goes on: with nothing to train it leaves the tables that it has always left.', async () => {
    const copy = copyOf('results-v1', 'resumed');
    const log = read(`${copy}/log/writer-0001.jsonl`);
    const { code } = await call(['search', '--config', `${copy}/config.yaml`, '--out', copy, '--max-failures', '1']);
    expect(code).toBe(3);
    expect(readdirSync(at(`${copy}/log`))).toEqual(['writer-0001.jsonl']);
    expect(read(`${copy}/log/writer-0001.jsonl`)).toBe(log);
    for (const table of ['runs.csv', 'frontier.csv']) {
      expect(read(`${copy}/${table}`)).toBe(expected('results-v1', table));
    }
    expect(read(`${copy}/config.yaml`)).toBe(read('results-v1/config.yaml'));
  });

  test('is merged.', async () => {
    const { code, stdout } = await call(['merge', 'results-v1', '--out', 'merged']);
    expect([code, stdout]).toEqual([3, expect.stringContaining('12 of 12 runs from 1 folder')]);
    for (const table of ['runs.csv', 'frontier.csv']) {
      expect(read(`merged/${table}`)).toBe(expected('results-v1', table));
    }
    expect(readdirSync(at('merged/samples'))).toEqual(readdirSync(at('results-v1/samples')));
  });

  test('lists what failed.', async () => {
    const { code, stdout } = await call(['retry', '--failed', 'results-v1', '--dry-run']);
    expect([code, stdout]).toEqual([
      0,
      'conventional 14-22-1, lr 0.003, replicate 0: failed: the worker process was killed (SIGKILL); often the machine ' +
        'ran out of memory (1 s)\n1 failed run in results-v1\n',
    ]);
  });
});

test('An import of format 2 is no search that could go on, and says so.', async () => {
  for (const args of [
    ['search', '--out', 'results-v2'],
    ['merge', 'results-v2', '--out', 'merged-v2'],
    ['retry', '--failed', 'results-v2'],
  ]) {
    const { code, stderr } = await call(args);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/^hgmlp: results-v2.* imported .*\n$/m)]);
  }
});

describe('A search by halving of format 3', () => {
  test('goes on: with nothing to train it leaves the tables and the decisions that it has always left.', async () => {
    const copy = copyOf('results-v3', 'halved');
    const { code } = await call(['search', '--config', `${copy}/config.yaml`, '--out', copy]);
    expect(code).toBe(0);
    expect(readdirSync(at(`${copy}/log`))).toEqual(['writer-0001.jsonl']);
    for (const table of ['runs.csv', 'frontier.csv', 'decisions.csv']) {
      expect(read(`${copy}/${table}`)).toBe(expected('results-v3', table));
    }
  });

  test('lists what was stopped.', async () => {
    const { code, stdout } = await call(['retry', '--stopped', 'results-v3', '--dry-run']);
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/dB on validation after epoch 1 of 4 .*\n5 stopped runs in results-v3\n$/),
    ]);
  });
});

describe('A search of another family of format 4', () => {
  test('goes on: with nothing to train it leaves the tables that it has always left.', async () => {
    const copy = copyOf('results-v4', 'of-a-family');
    const { code } = await call(['search', '--config', `${copy}/config.yaml`, '--out', copy]);
    expect(code).toBe(0);
    expect(readdirSync(at(`${copy}/log`))).toEqual(['writer-0001.jsonl']);
    expect(read(`${copy}/config.yaml`)).toBe(read('results-v4/config.yaml'));
    for (const table of ['runs.csv', 'frontier.csv']) {
      expect(read(`${copy}/${table}`)).toBe(expected('results-v4', table));
    }
  });

  test('must not go on as another family, size or limit.', async () => {
    for (const change of [
      ['--family', 'residual'],
      ['--size', 'total', '--budget', '22k..35k'],
      ['--limit', 'multiply-adds=40k'],
    ]) {
      const { code, stderr } = await call([
        'search',
        '--config',
        'results-v4/config.yaml',
        ...change,
        '--out',
        'results-v4',
      ]);
      expect([change, code, stderr]).toEqual([change, 2, expect.stringMatching(/in the results, .* now/)]);
    }
  });
});

describe('A folder of a newer version is refused in one line, by whichever command:', () => {
  const commands = (folder: string) => [
    ['frontier', 'show', folder],
    ['frontier', 'plot', folder],
    ['merge', folder, '--out', 'newer-merged'],
    ['retry', '--failed', folder],
    ['search', '--config', 'results-v1/config.yaml', '--out', folder],
  ];

  async function expectRefusals(folder: string, reason: RegExp) {
    for (const args of commands(folder)) {
      const { code, stdout, stderr } = await call(args);
      expect([args, code, stdout]).toEqual([args, 2, '']);
      // A search says before which engine it would take.
      const lines = stderr.trimEnd().split('\n');
      expect(lines.at(-1)).toMatch(reason);
      expect(lines.filter((line) => line.startsWith('hgmlp: ')).length).toBe(1);
    }
  }

  test('one whose log has a newer version', async () => {
    const folder = copyOf('results-v1', 'newer-log');
    writeFileSync(at(`${folder}/log/writer-0002.jsonl`), encodeLine(headerRecord(logVersion + 1)));
    await expectRefusals(
      folder,
      new RegExp(
        `^hgmlp: newer-log/log/writer-0002.jsonl: expected a run log of version 4 or older, got 5; update hgmlp$`,
      ),
    );
  });

  test('one whose configuration has a key of the future', async () => {
    const folder = copyOf('results-v1', 'newer-key');
    writeFileSync(at(`${folder}/config.yaml`), `${read('results-v1/config.yaml')}sparsity: 0.5\n`);
    await expectRefusals(
      folder,
      /^hgmlp: newer-key\/config.yaml:\d+:1: expected keys that .* knows, got 'sparsity'; update/,
    );
  });

  test('one whose configuration has a format of the future', async () => {
    const folder = copyOf('results-v1', 'newer-format');
    writeFileSync(at(`${folder}/config.yaml`), `format: 3\n${read('results-v1/config.yaml')}`);
    await expectRefusals(folder, /^hgmlp: newer-format\/config.yaml: expected .* got format 3; update hgmlp$/);
  });
});
