import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callHgmlp, runHgmlp } from './run-hgmlp.js';

let folder: string;
const denoising = () => path.join(folder, 'mnist-denoising');
const superResolution = () => path.join(folder, 'mnist-super-resolution');

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'hgmlp-compare-'));
  const runs = fileURLToPath(new URL('../golden/runs.csv', import.meta.url));
  expect((await callHgmlp(['import', runs, '--out', folder, '--quiet'])).code).toBe(0);
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Document {
  asSearched: {
    meanGap: { value: number; interval: { low: number; high: number } | null };
    savedShare: { value: number | null };
    probabilityLeftBetter: number | null;
    hypervolumes: { left: { value: number } } | null;
  };
  equalEffort: { comparison: Document['asSearched'] } | null;
  settings: { interval: { lowest: number; highest: number } };
}

const compare = async (...args: string[]) => {
  const { code, stdout, stderr } = await callHgmlp(['frontier', 'compare', ...args]);
  expect(stderr).toBe('');
  expect(code).toBe(0);
  return stdout;
};

describe('frontier compare', () => {
  test('reports the advantage of the hourglass with and without equal effort', async () => {
    const text = await compare(denoising());
    expect(text).toMatch(/^Mean gap, 2\.46M to 7\.95M \(dB\) +\+0\.05\d +\+0\.02\d \[−0\.0\d\d, \+0\.0\d\d\]$/m);
    expect(text).toContain('As searched: undecided: without replicates nothing tells the noise');
    expect(text).toMatch(/^At equal effort \(hourglass cut down at random .*\): undecided\.$/m);
    expect(text).toMatch(/^hourglass +Hourglass +139 /m);
    const markdown = await compare(superResolution(), '--format', 'markdown');
    expect(markdown).toMatch(/^\| P\(hourglass better\) +\| +> 0\.999 \|/m);
  });

  test('gives one document, with null where a PSNR is not reached', async () => {
    const { asSearched, equalEffort, settings } = JSON.parse(
      await compare(superResolution(), '--json', '--reference', '20'),
    ) as Document;
    expect(settings.interval.lowest).toBe(2_571_520);
    expect(asSearched.meanGap.interval!.low).toBeGreaterThan(0.2);
    expect(asSearched.hypervolumes!.left.value).toBeGreaterThan(3);
    expect(equalEffort!.comparison.meanGap.value).toBeLessThan(asSearched.meanGap.value);
    const turned = [`${superResolution()}:conventional`, `${superResolution()}:hourglass`];
    const { asSearched: other } = JSON.parse(await compare(...turned, '--json')) as Document;
    expect(other.meanGap.value).toBeCloseTo(-asSearched.meanGap.value, 10);
    expect(other.savedShare.value).toBeNull();
    expect(other.probabilityLeftBetter).toBe(0);
  });

  test('is the same each time, and states the noise where it is told', async () => {
    const args = [denoising(), '--noise-std', '0.01', '--json'];
    const first = await compare(...args);
    expect((await runHgmlp(['frontier', 'compare', ...args])).stdout).toBe(first);
    expect((JSON.parse(first) as Document).asSearched.meanGap.interval!.low).toBeGreaterThan(0.04);
  });

  test.each([
    [
      ['--interval', '1M..8M'],
      'conventional has no network with at most 1M trainable parameters, its smallest has 2,460,192',
    ],
    [['--interval', '4M'], "expected a range of parameters such as 1M..8M, got '4M'"],
    [['--at', '20M'], 'expected budgets within 2.46M to 7.95M, got 20M'],
    [['--level', '90'], "--level: expected a number above 0 and below 1, got '90'"],
  ])('refuses %j in one line', async (args, message) => {
    const { code, stderr } = await callHgmlp(['frontier', 'compare', denoising(), ...args]);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr.trim().split('\n').length).toBe(1);
  });

  test('refuses two tasks, and a shape that is not there', async () => {
    const different = await callHgmlp(['frontier', 'compare', denoising(), superResolution()]);
    expect(different.code).toBe(2);
    expect(different.stderr).toContain('expected two frontiers of one task and training, got mnist/denoising');
    const straight = await callHgmlp(['frontier', 'compare', `${denoising()}:straight`, denoising()]);
    expect(straight.code).toBe(2);
    expect(straight.stderr).toContain('expected finished runs of shape straight, got none');
  });
});

describe('frontier trend', () => {
  test('states the third claim part by part, and draws it', async () => {
    const { code, stdout } = await callHgmlp(['frontier', 'trend', denoising()]);
    expect(code).toBe(0);
    expect(stdout).toContain(
      'deeper: undecided; wider skip: supported; narrower bottleneck: refuted. As a whole: refuted.',
    );
    const svg = path.join(denoising(), 'trend.svg');
    expect(stdout).toContain(`${svg}\n`);
    const drawn = readFileSync(svg);
    const markdown = await callHgmlp(['frontier', 'trend', denoising(), '--format', 'markdown']);
    expect(markdown.stderr).toBe(
      ['svg', 'png'].map((form) => `drawn: ${path.join(denoising(), `trend.${form}`)}\n`).join(''),
    );
    expect(readFileSync(svg).equals(drawn)).toBe(true);
  });

  test('gives one document', async () => {
    const { stdout } = await callHgmlp(['frontier', 'trend', superResolution(), '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      schemaVersion: 2,
      claim: {
        verdict: 'undecided',
        parts: [
          { dimension: 'depth', verdict: 'supported' },
          { dimension: 'skipWidth', verdict: 'supported' },
          { dimension: 'bottleneckWidth', verdict: 'undecided' },
        ],
      },
    });
  });
});
