/** `hgmlp data table`, as a user runs it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { callHgmlp } from './run-hgmlp.js';

const folder = mkdtempSync(path.join(tmpdir(), 'hgmlp-data-table-'));
afterAll(() => rmSync(folder, { recursive: true }));

const file = path.join(folder, 'houses.csv');
const cities = ['Bonn', 'Köln', 'Aachen, Stadt', ''];
const rows = Array.from(
  { length: 40 },
  (_, row) => `${row},${(row * 37) % 91},"${cities[row % 4]}",${row % 2 === 0},${row === 5 ? '' : row * row + 0.5}`,
);
writeFileSync(file, ['id,area,city,garden,price', ...rows, ''].join('\n'));

const call = (...words: string[]) => callHgmlp(['data', 'table', ...words]);

describe('hgmlp data table', () => {
  test('prints rows, target, parts, columns and notes.', async () => {
    const { code, stdout, stderr } = await call(file, '--target', 'price', '--drop', 'id');
    expect([code, stderr]).toEqual([0, '']);
    const lines = stdout.split('\n');
    expect(lines[0]).toBe('rows    39: 33 training, 3 validation, 3 test');
    expect(lines[1]).toMatch(/^target {2}price: regression, mean [\d.]+, standard deviation [\d.]+ \(training rows\)$/);
    expect(lines[2]).toBe('inputs  6');
    expect(stdout).toMatch(/^column +kind +values +missing +width +what is done$/m);
    expect(stdout).toMatch(/^id +- +0 +0 +left out, as told$/m);
    expect(stdout).toMatch(/^city +categorical +3 categories +10 +4 +one-hot; missing is a category$/m);
    expect(stdout).toMatch(/^garden +boolean +true, false +0 +1 +standardised: /m);
    expect(stdout).toMatch(/^price +target, regression +1 +1 +standardised$/m);
    expect(stdout).toContain('\n- 1 row without a target is left out');
  });

  test('prints one document with --json, the same each time.', async () => {
    const { code, stdout } = await call(file, '--target', 'city', '--json', '--split-seed', '7');
    const document = JSON.parse(stdout) as Record<string, unknown>;
    expect([code, document]).toMatchObject([
      0,
      {
        ...{
          schemaVersion: 1,
          file,
          rows: 30,
          parts: { training: 24, validation: 3, test: 3 },
          kind: 'classification',
        },
        ...{ classes: ['Aachen, Stadt', 'Bonn', 'Köln'], targets: ['city'], scales: null, targetWidth: 3 },
      },
    ]);
    expect((document['columns'] as { name: string }[]).map(({ name }) => name)).toEqual([
      'id',
      'area',
      'city',
      'garden',
      'price',
    ]);
    expect((await call(file, '--target', 'city', '--json', '--split-seed', '7')).stdout).toBe(stdout);
  });

  test.each<[string, string[], RegExp]>([
    [
      'no target',
      [file],
      /^hgmlp: --target: expected the column that is to be predicted, got none; houses.csv has 'id', 'area'/,
    ],
    ['an unknown target', [file, '--target', 'prize'], /^hgmlp: --target: .* did you mean 'price'\?/],
    ['no file', [], /missing required argument 'file'/],
    [
      'a file that is not there',
      [path.join(folder, 'house.csv'), '--target', 'price'],
      /did you mean '.*houses.csv'\?\n$/,
    ],
    [
      'an empty name',
      [file, '--target', 'price', '--drop', 'id,,'],
      /^hgmlp: --drop: expected names of columns between commas/,
    ],
    [
      'a long delimiter',
      [file, '--target', 'price', '--delimiter', '::'],
      /--delimiter: expected one character, or 'tab', got '::'/,
    ],
    ['another kind', [file, '--target', 'price', '--target-kind', 'ranking'], /--target-kind: expected 'regression', /],
  ])('refuses %s in one line.', async (_, words, expected) => {
    const { code, stdout, stderr } = await call(...words);
    expect(stderr).toMatch(expected);
    expect([code, stdout, stderr.trim().split('\n').length]).toEqual([2, '', 1]);
  });

  test('takes names that hold commas in quotes.', async () => {
    const odd = path.join(folder, 'odd.csv');
    writeFileSync(
      odd,
      `"a, b",x,y\n${Array.from({ length: 20 }, (_, row) => `${row % 3},${row % 7},${row}\n`).join('')}`,
    );
    const { stdout } = await call(odd, '--target', 'y', '--categorical', '"a, b",x');
    expect(stdout).toMatch(/^inputs {2}10$/m);
  });
});
