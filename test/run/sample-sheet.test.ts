import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { UserError } from '../../src/base/errors.js';
import {
  cellAt,
  cellSize,
  isSamplesFile,
  readSheet,
  rowOnSheet,
  samplesFile,
  sheetSize,
  writeSheet,
} from '../../src/run/sample-sheet.js';
import { digits, undrawnSheet } from './sheets.js';

describe('the file of a labelled sheet', () => {
  test('is known by its name, of a family of the table, of one with settings and of a plugin', () => {
    const families = [undefined, 'gated', 'residual?activation=gelu&dropout=0.1', 'My-Net?plugin=0123456789ab&k=2'];
    const names = families.map((family) =>
      samplesFile({ ...(family !== undefined && { family }), shape: 'hourglass' }),
    );
    expect(names).toEqual([
      'samples-hourglass.png',
      'samples-gated-hourglass.png',
      'samples-residual-activation-gelu-dropout-0.1-hourglass.png',
      'samples-My-Net-plugin-0123456789ab-k-2-hourglass.png',
    ]);
    expect(names.filter((name) => !isSamplesFile(name))).toEqual([]);
    for (const other of ['samples-mine-hourglass.png', 'samples-gated.png', 'samples-hourglass.jpg'])
      expect(isSamplesFile(other)).toBe(false);
  });
});

describe('the layout of a sample sheet', () => {
  const cell = { width: 84, height: 96 };

  test('is three rows of eight images with gaps between them', () => {
    expect(sheetSize(cell)).toEqual({ width: 8 * 84 + 7 * 6, height: 3 * 96 + 2 * 6 });
    expect(cellAt('input', 0, cell)).toEqual({ left: 0, top: 0 });
    expect(cellAt('prediction', 2, cell)).toEqual({ left: 180, top: 102 });
    expect(cellAt('target', 7, cell)).toEqual({ left: 630, top: 204 });
  });

  test('shows images about 84 pixels wide, each pixel as a square of whole pixels', () => {
    expect(cellSize({ width: 28, height: 28 })).toEqual({ width: 84, height: 84 });
    expect(cellSize({ width: 32, height: 32 })).toEqual({ width: 96, height: 96 });
    expect(cellSize({ width: 1024, height: 1024 })).toEqual({ width: 1024, height: 1024 });
  });

  test('is found again from the size of the sheet alone', () => {
    const sheet = sheetSize(cell);
    expect(rowOnSheet('input', sheet)).toEqual({ left: 0, top: 0, width: sheet.width, height: 96 });
    expect(rowOnSheet('target', sheet)).toEqual({ left: 0, top: 204, width: sheet.width, height: 96 });
  });

  test('is that of no other picture', () => {
    const { width, height } = sheetSize(cell);
    for (const size of [
      { width: width + 1, height },
      { width, height: height + 1 },
      { width: 42, height: 12 },
    ]) {
      expect(() => rowOnSheet('input', size)).toThrow(RangeError);
    }
  });
});

describe('the sample sheets of a results folder', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'hgmlp-samples-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  test('are written under the key of their run and read back', async () => {
    const sheet = undrawnSheet('some pixels');
    await writeSheet(folder, 'a1', sheet);
    expect(readdirSync(path.join(folder, 'samples'))).toEqual(['a1.png']);
    expect([...(await readSheet(folder, 'a1', digits))!]).toEqual([...sheet]);
  });

  test('are none in an older folder, and none for a key that would lead elsewhere', async () => {
    expect(await readSheet(folder, 'a1', digits)).toBe(null);
    mkdirSync(path.join(folder, 'samples'));
    writeFileSync(path.join(folder, 'secret.png'), undrawnSheet('secret'));
    expect(await readSheet(folder, '../secret', digits)).toBe(null);
  });

  test.each([
    ['another size', undrawnSheet('', digits, { width: 714, height: 265 })],
    ['the sheet of other images', undrawnSheet('', { width: 32, height: 32 })],
    ['no picture', Buffer.from('some text that is longer than the header of a PNG file')],
    ['nothing', Buffer.of()],
    ['more bytes than a sheet can have', undrawnSheet(' '.repeat(5 * 714 * 264))],
  ])('are none where %s stands in their place', async (_, bytes) => {
    await writeSheet(folder, 'a1', bytes);
    expect(await readSheet(folder, 'a1', digits)).toBe(null);
  });

  test.skipIf(process.platform === 'win32')('are none where a folder or a pipe stands in their place', async () => {
    mkdirSync(path.join(folder, 'samples', 'a1.png'), { recursive: true });
    execFileSync('mkfifo', [path.join(folder, 'samples', 'b2.png')]);
    expect([await readSheet(folder, 'a1', digits), await readSheet(folder, 'b2', digits)]).toEqual([null, null]);
  });

  test('are none for images larger than any task has', async () => {
    const huge = { width: 2 ** 21, height: 1 };
    await writeSheet(folder, 'a1', undrawnSheet('', huge));
    expect(await readSheet(folder, 'a1', huge)).toBe(null);
  });

  test('that cannot be written are an error for the user', async () => {
    writeFileSync(path.join(folder, 'samples'), 'a file in the way');
    await expect(writeSheet(folder, 'a1', Uint8Array.of(1))).rejects.toThrow(UserError);
  });
});
