import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import '../report/undrawn.js';
import { callHgmlp } from './run-hgmlp.js';

let root: string;
beforeAll(() => {
  root = mkdtempSync(path.join(tmpdir(), 'hgmlp-largest-'));
});
afterAll(() => rmSync(root, { recursive: true }));

/** PSNRs of the replicates of each network, in dB, or the states they ended in. */
type Study = Readonly<Record<string, readonly (number | 'failed' | 'diverged')[]>>;

const around = (psnrDb: number) => [psnrDb - 0.01, psnrDb, psnrDb + 0.01];

/** Imports them into a folder, whose path is given back. */
async function study(name: string, networks: Study): Promise<string> {
  const lines = Object.entries(networks).flatMap(([arch, outcomes]) =>
    outcomes.map((outcome, replicate) => {
      const [state, psnrDb] = typeof outcome === 'number' ? ['finished', outcome] : [outcome, ''];
      return ['mnist/denoising', ...arch.split('-'), replicate, state, psnrDb].join(',');
    }),
  );
  const file = path.join(root, `${name}.csv`);
  writeFileSync(file, `task,skip_width,bottleneck_width,depth,replicate,state,test_psnr_db\n${lines.join('\n')}\n`);
  const folder = path.join(root, name);
  const { code, stderr } = await callHgmlp(['import', file, '--out', folder, '--quiet']);
  expect([code, stderr]).toEqual([0, '']);
  return folder;
}

/** 164,800 and 361,600 trainable parameters. */
const [small, large] = ['100-20-2', '200-40-3'] as const;
const [smallParams, largeParams] = [2 * 784 * 100 + 2 * 2 * 100 * 20, 2 * 784 * 200 + 2 * 3 * 200 * 40];
const width = Math.log10(largeParams / smallParams);

interface Check {
  readonly verdict: string;
  readonly interval: { readonly lowest: number; readonly highest: number; readonly topDecades: number };
  readonly baselineUntilParams: number;
  readonly meanGap: { readonly value: number };
}

async function check(folder: string, baseline: string, ...args: string[]) {
  const words = ['frontier', 'check', folder, '--baseline', baseline, ...args];
  const inCi = { env: { GITHUB_STEP_SUMMARY: '' } };
  const { code, stdout, stderr } = await callHgmlp(words, inCi);
  if (code === 2) return { code, stdout, stderr };
  const document = JSON.parse((await callHgmlp([...words, '--json'], inCi)).stdout) as { checks: Check[] };
  return { code, stdout, stderr, check: document.checks[0]! };
}

let baseline: string;
beforeAll(async () => {
  baseline = await study('baseline', { [small]: around(22.1), [large]: around(23.1) });
});

describe('the largest network counts in a gate:', () => {
  test('where it is 10 dB worse, the gate is not met, though the interval ends at its size', async () => {
    const folder = await study('worse', { [small]: around(22.1), [large]: around(13.1) });
    const { code, stdout, check: result } = await check(folder, baseline);
    expect(code).toBe(4);
    expect(stdout).toMatch(/^Gate NOT met: /);
    expect(result!.interval).toEqual({
      lowest: smallParams,
      highest: largeParams,
      topDecades: expect.closeTo(width) as number,
    });
    // The frontier of the new folder stays at its small network: 1 dB below over the upper half of what counts.
    expect(result!.meanGap.value).toBeCloseTo(-0.5, 10);
    const compared = await callHgmlp(['frontier', 'compare', folder, baseline, '--reference', '20', '--json']);
    const { asSearched } = JSON.parse(compared.stdout) as {
      asSearched: {
        meanGap: { value: number };
        hypervolumeDifference: { value: number };
        hypervolumes: Record<'left' | 'right', { value: number }>;
        probabilityLeftBetter: number;
      };
    };
    expect(asSearched.meanGap.value).toBeCloseTo(-0.5, 10);
    expect(asSearched.hypervolumeDifference.value).toBeCloseTo(-width, 10);
    expect(asSearched.hypervolumes.left.value).toBeCloseTo(2.1 * 2 * width, 10);
    expect(asSearched.hypervolumes.right.value).toBeCloseTo((2.1 + 3.1) * width, 10);
    expect(asSearched.probabilityLeftBetter).toBe(0);
  });

  test('where it failed or diverged, it was tried, and the gate is not met either', async () => {
    const outcomes = ['failed', 'diverged'] as const;
    for (const outcome of outcomes) {
      const folder = await study(outcome, { [small]: around(22.1), [large]: [outcome, outcome, outcome] });
      const { code, check: result } = await check(folder, baseline);
      expect(code).toBe(4);
      expect(result!.interval.highest).toBe(largeParams);
      expect(result!.meanGap.value).toBeCloseTo(-0.5, 10);
    }
  });

  test('where only a stated interval ends at its size, too', async () => {
    const folder = await study('stated', { [small]: around(22.1), [large]: around(13.1), '300-60-3': around(24) });
    const wide = await study('wide', { [small]: around(22.1), [large]: around(23.1), '300-60-3': around(24) });
    const stated = await check(folder, wide, '--interval', `${smallParams}..${largeParams}`);
    expect(stated.code).toBe(4);
    expect(stated.check!.meanGap.value).toBeCloseTo(-0.5, 10);
  });

  test('where it was never tried, the budgets of the baseline above are said to be unchecked', async () => {
    const folder = await study('short', { '90-20-2': around(22), [small]: around(22.1) });
    const { code, stdout, check: result } = await check(folder, baseline);
    expect(code).toBe(0);
    const sentence = 'Not checked: budgets of the baseline from 165k to 362k (hourglass).';
    expect(stdout).toContain(`\n${sentence}`);
    expect((await check(folder, baseline, '--format', 'markdown')).stdout).toContain(sentence);
    expect(result).toMatchObject({ baselineUntilParams: largeParams, interval: { highest: smallParams } });
  });

  test('unchecked budgets below and above the interval are told in one sentence', async () => {
    const folder = await study('middle', { [small]: around(22.1) });
    const both = await study('both', { '90-20-2': around(22), [small]: around(22.1), [large]: around(23.1) });
    expect((await check(folder, both)).stdout).toContain(
      'Not checked: budgets of the baseline from 148k to 165k and from 165k to 362k (hourglass).',
    );
  });
});

describe('replicates with the very same result', () => {
  const equal = (psnrDb: number) => [psnrDb, psnrDb, psnrDb];

  test('leave a gate undecided, and are named as the cause', async () => {
    const first = await study('equal', { [small]: equal(22.1), [large]: equal(23.1) });
    const second = await study('equal-lower', { [small]: equal(22.1), [large]: equal(22.3) });
    const { code, stdout } = await check(second, first);
    expect(code).toBe(5);
    expect(stdout).toContain('; replicates with the very same result do not tell the noise: state it with --noise-std');
    const compared = await callHgmlp(['frontier', 'compare', second, first]);
    expect(compared.stdout).toContain(
      'undecided: replicates with the very same result do not tell the noise (--noise-std states it)',
    );
    const shown = await callHgmlp(['frontier', 'show', first]);
    expect(shown.stdout).toContain(
      'Verdict: undecided, since replicates with the very same result do not tell the noise',
    );
    expect((await check(second, first, '--noise-std', '0.01')).code).toBe(4);
  });
});

describe('folders of one single size', () => {
  test('are held against each other by the gap there', async () => {
    const one = await study('one', { [small]: around(22.1) });
    const worse = await study('one-worse', { [small]: around(21.8) });
    const failing = await check(worse, one);
    expect(failing.code).toBe(4);
    expect(failing.check!.interval).toEqual({ lowest: smallParams, highest: smallParams, topDecades: 0.05 });
    expect(failing.check!.meanGap.value).toBeCloseTo(-0.3, 10);
    const better = await study('one-better', { [small]: around(22.4) });
    expect((await check(better, one)).code).toBe(0);
    const compared = await callHgmlp(['frontier', 'compare', worse, one]);
    expect([compared.code, compared.stderr]).toEqual([0, '']);
    expect(compared.stdout).not.toMatch(/NaN|Infinity/);
  });

  test('without a budget in common stay refused', async () => {
    const one = await study('only-small', { [small]: around(22.1) });
    const other = await study('only-large', { [large]: around(23.1) });
    const refused = await check(one, other);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(
      /the frontiers have no budgets in common: .* from 165k to 165k, .* from 362k to 362k;/,
    );
  });

  test('have no trend to follow, which is said in words', async () => {
    // 2 x 784 x 100 + 2 x 8 x 100 x 10 parameters each.
    const networks = ['100-80-1', '100-40-2', '100-20-4', '100-16-5', '100-10-8'];
    const folder = await study('trend', Object.fromEntries(networks.map((network) => [network, around(22)])));
    const { code, stderr } = await callHgmlp(['frontier', 'trend', folder]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/expected at least 5 trained architectures of a shape and of several sizes to follow, got /);
  });
});
