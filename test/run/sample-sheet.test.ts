import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { UserError } from '../../src/base/errors.js';
import { cellAt, readSheet, rowOnSheet, sheetSize, writeSheet } from '../../src/run/sample-sheet.js';

describe('the layout of a sample sheet', () => {
  const cell = { width: 84, height: 96 };

  test('is three rows of eight images with gaps between them', () => {
    expect(sheetSize(cell)).toEqual({ width: 8 * 84 + 7 * 6, height: 3 * 96 + 2 * 6 });
    expect(cellAt('input', 0, cell)).toEqual({ left: 0, top: 0 });
    expect(cellAt('prediction', 2, cell)).toEqual({ left: 180, top: 102 });
    expect(cellAt('target', 7, cell)).toEqual({ left: 630, top: 204 });
  });

  test('is found again from the size of the sheet alone', () => {
    const sheet = sheetSize(cell);
    expect(rowOnSheet('input', sheet)).toEqual({ left: 0, top: 0, width: sheet.width, height: 96 });
    expect(rowOnSheet('target', sheet)).toEqual({ left: 0, top: 204, width: sheet.width, height: 96 });
  });

  test('is that of no other picture', () => {
    const { width, height } = sheetSize(cell);
    expect(rowOnSheet('input', { width: width + 1, height })).toBe(null);
    expect(rowOnSheet('input', { width, height: height + 1 })).toBe(null);
    expect(rowOnSheet('input', { width: 42, height: 12 })).toBe(null);
  });
});

describe('the sample sheets of a results folder', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'hgmlp-samples-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  test('are written under the key of their run and read back', async () => {
    await writeSheet(folder, 'a1', Uint8Array.of(1, 2, 3));
    expect(readdirSync(path.join(folder, 'samples'))).toEqual(['a1.png']);
    expect([...(await readSheet(folder, 'a1'))!]).toEqual([1, 2, 3]);
  });

  test('are none in an older folder, and none for a key that would lead elsewhere', async () => {
    expect(await readSheet(folder, 'a1')).toBe(null);
    mkdirSync(path.join(folder, 'samples'));
    writeFileSync(path.join(folder, 'secret.png'), 'secret');
    expect(await readSheet(folder, '../secret')).toBe(null);
  });

  test('that cannot be written are an error for the user', async () => {
    writeFileSync(path.join(folder, 'samples'), 'a file in the way');
    await expect(writeSheet(folder, 'a1', Uint8Array.of(1))).rejects.toThrow(UserError);
  });
});
