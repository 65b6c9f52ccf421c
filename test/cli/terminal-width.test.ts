/** What commands print on terminals of several widths: nothing is wider, and no word is broken. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { widthOf } from '../../src/base/width.js';
import { renderEngine, renderMachine } from '../../src/cli/text/doctor.js';
import { engineRow } from '../../src/engine/engines.js';
import '../report/undrawn.js';
import { callHgmlp } from './run-hgmlp.js';

let folder: string;
const imported = () => path.join('published', 'mnist-denoising');

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'hgmlp-width-'));
  const runs = fileURLToPath(new URL('../golden/runs.csv', import.meta.url));
  expect((await callHgmlp(['import', runs, '--out', 'published', '--quiet'], { cwd: folder })).code).toBe(0);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What it prints on a terminal of so many columns; without a number, into a file. */
async function printed(args: readonly string[], columns?: number): Promise<string> {
  const { isTTY, columns: before } = process.stdout;
  if (columns !== undefined) Object.assign(process.stdout, { isTTY: true, columns });
  try {
    const { code, stdout } = await callHgmlp(args, { cwd: folder });
    expect(code).toBe(0);
    return stdout;
  } finally {
    Object.assign(process.stdout, { isTTY, columns: before });
  }
}

const words = (text: string) => text.split(/\s+/).map((word) => word.replace(/:$/, ''));

/** A line may be wider only if it is one word. */
function expectToFit(text: string, columns: number) {
  const tooWide = text.split('\n').filter((line) => widthOf(line) > columns && line.trim().includes(' '));
  expect(tooWide, `${columns} columns`).toEqual([]);
}

describe.each([
  ['frontier show', ['frontier', 'show']],
  ['frontier compare', ['frontier', 'compare', '--resamples', '20']],
  ['frontier check', ['frontier', 'check', '--resamples', '20', '--baseline', 'published/mnist-denoising']],
  ['frontier trend', ['frontier', 'trend', '--resamples', '20']],
])('%s', (_, command) => {
  test('fits into terminals of 40 to 200 columns with every word whole, and is as wide as it comes in a file', async () => {
    const args = [...command, imported(), '--quiet'];
    const whole = await printed(args);
    for (const columns of [40, 60, 80, 93, 120, 187]) {
      const text = await printed(args, columns);
      expectToFit(text, columns);
      expect(words(text)).toEqual(expect.arrayContaining(words(whole)));
    }
    expect(Math.max(...whole.split('\n').map(widthOf))).toBeGreaterThan(80);
  });

  test('gives programs the same on a terminal of 40 columns as in a file', async () => {
    const args = [...command, imported(), '--quiet'];
    for (const form of [['--json'], ['--format', 'markdown']]) {
      expect(await printed([...args, ...form], 40)).toBe(await printed([...args, ...form]));
    }
  });
});

test('data list fits into terminals of 40 to 200 columns', async () => {
  const args = ['data', 'list', '--quiet', '--data-folder', 'nowhere'];
  for (const columns of [40, 60, 80, 120, 200]) expectToFit(await printed(args, columns), columns);
});

test('search --dry-run fits into terminals of 40 to 200 columns', async () => {
  const args = ['search', '--task', 'cifar10/denoising', '--budget', '9M', '--dry-run', '--data-folder', 'nowhere'];
  for (const columns of [40, 80, 200]) {
    const stdout = await printed(args, columns);
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain('the data set cannot be read');
    expectToFit(stdout, columns);
  }
});

test('hgmlp doctor fits into terminals of 40 to 200 columns', () => {
  const surroundings = {
    hardware: {
      cpu: { model: 'AMD EPYC 9R14 96-Core Processor', cores: 192, usableCores: 2, allowedCores: 2 },
      memoryBytes: { total: 64e9, available: 32e9, allowed: 4e9 },
      gpus: [{ vendor: 'NVIDIA', model: 'NVIDIA H200', memoryBytes: 141e9, driver: '570.86.15', cuda: true }],
    },
    adapter: 'no WebGPU: the package webgpu is not there, and no browser brings one',
  } as unknown as Parameters<typeof renderMachine>[0];
  const missing = {
    state: 'missing',
    reason: 'no CUDA: no NVIDIA driver was found on this machine',
    remedy: null,
  } as const;
  for (const width of [40, 60, 80, 120, 200]) {
    expectToFit(renderMachine(surroundings, { width }), width);
    expectToFit(renderEngine(engineRow('tfjs-tensorflow-gpu'), missing, { color: false, width }), width);
  }
});
