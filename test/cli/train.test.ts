import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pngSize } from '../../src/base/png-size.js';
import { callHgmlp, fewDigits, runHgmlp } from './run-hgmlp.js';

const network = ['train', '--skip', '16', '--bottleneck', '4', '--depth', '1', '--epochs', '1', '--batch-size', '512'];

let folder: string;
beforeAll(() => (folder = mkdtempSync(path.join(tmpdir(), 'hgmlp-train-'))));
afterAll(() => rmSync(folder, { recursive: true }));

describe('hgmlp train --samples', () => {
  test('writes the sample sheet of the network beside the outcome, into a folder that it makes', async () => {
    const file = path.join(folder, 'new', 'sheet.png');
    const { code, stdout } = await runHgmlp([...network, '--samples', file, '--json'], { env: fewDigits });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ schemaVersion: 1, state: 'finished' });
    expect(readdirSync(path.join(folder, 'new'))).toEqual(['sheet.png']);
    expect(pngSize(readFileSync(file))).toEqual({ width: 714, height: 264 });
  });

  test('writes none of a network that diverged', async () => {
    const file = path.join(folder, 'diverged', 'sheet.png');
    const { code, stdout } = await runHgmlp([...network, '--lr', '1e30', '--samples', file], { env: fewDigits });
    expect(code).toBe(3);
    expect(stdout).toMatch(/^diverged: /);
    expect(readdirSync(path.dirname(file))).toEqual([]);
  });

  test('refuses a place that cannot be written before it trains', async () => {
    writeFileSync(path.join(folder, 'a-file'), '');
    const { code, stderr, stdout } = await callHgmlp([
      ...network,
      '--samples',
      path.join(folder, 'a-file', 'sheet.png'),
    ]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^hgmlp: cannot write .*a-file.sheet\.png: expected a folder, got a file/m);
    expect(stderr).not.toContain('epoch');
    expect(stdout).toBe('');
  });
});
