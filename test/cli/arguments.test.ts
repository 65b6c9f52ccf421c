/** What is typed wrongly, and what is told of it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callHgmlp } from './run-hgmlp.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'hgmlp-arguments-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const train = ['train', '--skip', '8', '--bottleneck', '4', '--depth', '1'];

describe('is refused in one line with exit code 2, before an engine is tried:', () => {
  test.each<[string[], string]>([
    [
      ['search', '--budget', '1Q'],
      "--budget: expected a number such as 1M, a range such as 0.5M..4M or a list such as 1M,2M,4M; got '1Q'",
    ],
    [
      ['search', '--budget', ''],
      "--budget: expected a number such as 1M, a range such as 0.5M..4M or a list such as 1M,2M,4M, got ''",
    ],
    [['search', '--budget', '-5'], "--budget: expected at least 1, got '-5'"],
    [['search', '--budget=-5'], "--budget: expected at least 1, got '-5'"],
    [['search', '--budget', '4M..1M'], "--budget: the range '4M..1M' is reversed, 4M is more than 1M; write 1M..4M"],
    [['search', '--budget', '500'], '--budget 500: too small for any hourglass network with 784 inputs'],
    [['search', '--budget', '1000G'], '--budget: expected networks that fit into '],
    [
      ['search', '--budget', '--json'],
      "--budget: expected a number such as 1M, a range such as 0.5M..4M or a list such as 1M,2M,4M, got the option '--json'; give --budget its value first",
    ],
    [['search', '--out', '--json'], "--out: expected a folder, got the option '--json'; give --out its value first"],
    [['search', '--epochs', '10x'], "--epochs: expected a whole number from 1, got '10x'"],
    [['search', '--epochs', '-1'], "--epochs: expected a whole number from 1, got '-1'"],
    [['search', '--epochs', '1e9'], "--epochs: expected a whole number from 1 to 1,000,000, got '1e9'"],
    [['search', '--max-time', '30'], "--max-time: expected a duration such as 45s, 30m, 1h or 1h30m, got '30'"],
    [['search', '--name', 'a/b'], "--name: expected letters, digits, dots, dashes and underscores, got 'a/b'"],
    [['search', '--shard', '9/8'], '--shard: expected which of how many, such as 2/8'],
    [['search', '--shard', 'slurm'], '--shard slurm: expected the numbers of a Slurm job array'],
    [['search', '--engine', 'abacus'], '--engine: expected one of onnx-cpu,'],
    [['search', '--task', 'mnist/denoise'], '--task: expected '],
    [
      ['search', '--candidates', '1e8', '--strategy', 'random'],
      'the plan: expected at most 10,000,000 runs, got 200,000,000',
    ],
    [['search', '--until-stable', '0.1', '--strategy', 'random'], '--until-stable: expected the strategy model'],
    [
      ['search', '--shard', '1/2', '--strategy', 'halving'],
      '--shard: expected a strategy that does not depend on results',
    ],
    [['search', '--input-projection', 'none', '--budget', '1k'], '--budget 1k: too small'],
    [['search', '--workers', '0'], "--workers: expected a whole number from 1, got '0'"],
    [['search', '--', '1M'], "too many arguments for 'search'. Expected 0 arguments but got 1; see --help"],
    [
      ['train', '--skip', '8', '--bottleneck', '4'],
      '--depth: expected a whole number from 1, got nothing; add --depth <number>',
    ],
    [
      [...train, '--input-projection', 'none'],
      "input projection 'none' needs a skip width equal to the input width 784",
    ],
    [
      ['train', '--skip', '1e6', '--bottleneck', '1e6', '--depth', '1'],
      '--skip, --bottleneck and --depth: expected networks that fit into ',
    ],
    [
      ['train', '--skip', '8', '--bottleneck', '4', '--depth', '1e9'],
      "--depth: expected a whole number from 1 to 1,000, got '1e9'",
    ],
    [
      ['train', '--skip', '1e18', '--bottleneck', '4', '--depth', '1'],
      "--skip: expected a whole number from 1 to 1,000,000,000, got '1e18'",
    ],
    [
      ['reproduce', 'mnist/denoising', '--replicates', 'auto:1..3'],
      '--replicates: expected a number where the points are known beforehand',
    ],
    [['doctor', '--engine', 'abacus'], '--engine: expected one of onnx-cpu,'],
    [
      ['frontier', 'compare', '--interval', '8M'],
      "--interval: expected a range of parameters such as 1M..8M, got '8M'",
    ],
    [
      ['frontier', 'compare', '--at', '1M..2M'],
      "--at: expected a number such as 2M or a list such as 1M,2M,4M, got '1M..2M'",
    ],
    [
      ['frontier', 'trend', '--resamples', '1e7'],
      "--resamples: expected a whole number from 1 to 1,000,000, got '1e7'",
    ],
  ])('%j', async (words, expected) => {
    const { code, stdout, stderr } = await callHgmlp(words, { cwd: folder, env: { HGMLP_ENGINE: '' } });
    expect(stderr.startsWith(`hgmlp: ${expected}`), stderr).toBe(true);
    expect(stderr.indexOf('\n'), stderr).toBe(stderr.length - 1);
    expect([code, stdout]).toEqual([2, '']);
  });
});

describe('a wrong value', () => {
  test.each(['budget', 'shard', 'engine', 'task'])(
    '%s is told where it stands: in the environment, or in a file.',
    async (key) => {
      const { stderr } = await callHgmlp(['search'], { cwd: folder, env: { [`HGMLP_${key.toUpperCase()}`]: '1Q' } });
      expect(stderr).toMatch(new RegExp(`^hgmlp: HGMLP_${key.toUpperCase()}: expected .*1Q'`));
      writeFileSync(path.join(folder, 'study.yaml'), `# a study\n${key}: 1Q\n`);
      const fromFile = await callHgmlp(['search', '--config', 'study.yaml'], {
        cwd: folder,
        env: { HGMLP_ENGINE: '' },
      });
      expect(fromFile.stderr).toMatch(new RegExp(`^hgmlp: study.yaml:2:${key.length + 3}: ${key}: expected .*1Q'`));
    },
  );

  test('of an option that is refused later is told there too.', async () => {
    const env = { HGMLP_ENGINE: 'onnx-cpu', HGMLP_PACK: '4' };
    const { stderr } = await callHgmlp(['search'], { cwd: folder, env });
    expect(stderr).toMatch(/^hgmlp: HGMLP_PACK: expected 1 for onnx-cpu/m);
  });
});

test('of two values of an option the last counts, which is said.', async () => {
  const { stderr } = await callHgmlp(['search', '--seed', '1', '--budget', '1M', '--seed', '2', '--budget', '1Q'], {
    cwd: folder,
  });
  expect(stderr.split('\n').slice(0, 2)).toEqual([
    "--seed is given twice: '2' counts, '1' does not",
    "--budget is given twice: '1Q' counts, '1M' does not",
  ]);
  expect(stderr).toMatch(/^hgmlp: --budget: .*'1Q'$/m);
});
