import { describe, expect, test } from 'vitest';
import type { TableRequest } from '../../../src/data/table/request.js';
import { columnOf, csv, prepared, temporaryFolder } from './written.js';

const folder = temporaryFolder();

/** A table with one column of these cells, in turn. */
const withColumn = (cells: readonly (string | number)[], name = 'cell', rows = 60) =>
  csv(`x,${name},y`, rows, (row) => `${Math.sin(row)},"${cells[row % cells.length]}",${Math.cos(row * row)}`);
const read = (content: string, request: Partial<TableRequest> = {}) =>
  prepared(folder, content, { targets: ['y'], ...request });

describe('The kind of a column', () => {
  test.each<[string, readonly (string | number)[], string, number, Partial<TableRequest>?]>([
    ['numbers', [1, 2.5, -3e-2], 'numeric', 1],
    ['numbers with missing cells', [1, 'NA', 3, ''], 'numeric', 2],
    ['words', ['a', 'b', 'c'], 'categorical', 3],
    ['words with missing cells', ['a', 'b', '?'], 'categorical', 3],
    ['truth values in any case', ['True', 'false', 'FALSE'], 'boolean', 1],
    ['truth values with missing cells', ['true', 'false', ''], 'boolean', 2],
    ['words with fewer numbers', ['a', 'b', 'c', 1, '1.0'], 'categorical', 4],
    ['numbers that are told to be categories', [1, 2, '2.0'], 'categorical', 3, { categorical: ['cell'] }],
    ['numbers and words that are told to be numbers', [1, 2, 3, 'unknown'], 'numeric', 2, { numeric: ['cell'] }],
    ['an infinite number that is told to be one', [1, 2, 3, 'inf', '1e999'], 'numeric', 2, { numeric: ['cell'] }],
    ['dates that are told to be categories', ['2024-01-01', '2024-01-02'], 'categorical', 2, { categorical: ['cell'] }],
  ])('follows from stated rules: %s.', async (_, cells, kind, width, request) => {
    expect(columnOf(await read(withColumn(cells), request), 'cell')).toMatchObject({ kind, width, role: 'input' });
  });

  test('is said in a note where cells are taken as something else.', async () => {
    const told = await read(withColumn([1, 2, 3, 'unknown']), { numeric: ['cell'] });
    expect(told.notes).toEqual([
      "cell: 15 cells that are no numbers count as missing, such as 'unknown' (table.csv:5)",
    ]);
    const mixed = await read(withColumn(['a', 'b', 'c', 1]));
    expect(mixed.notes).toEqual(['cell: 15 cells among words are numbers; each value is a category']);
  });
});

test('Numbers with points in a file that is said to have decimal commas are refused, not taken as categories.', async () => {
  const content = csv('x,cell,y', 60, (row) => `${row},0.${row}5,${row % 7}`);
  await expect(read(content, { decimalMark: ',', delimiter: ',' })).rejects.toThrow(
    /line 2, column '\w+': expected numbers such as 1234,5, got '.*'; .*--decimal-mark point, if the point is the decimal mark/,
  );
});

describe('A column that no rule decides is refused', () => {
  test.each<[string, readonly (string | number)[], RegExp]>([
    [
      'numbers with a few words',
      [1, 2, 3, 'unknown'],
      /^table.csv: line 5, column 'cell': expected numbers or words, got 45 of the one and 15 of the other, such as 'unknown'; .*--numeric cell, .*--categorical cell$/,
    ],
    [
      'an infinite number',
      [1, 2, 'Infinity'],
      /line 4, column 'cell': expected finite numbers, got 20 infinite ones .*--numeric cell$/,
    ],
    ['a number that is too large', [1, 2, '1e999'], /line 4, column 'cell': expected finite numbers/],
    [
      'thousands',
      ['1,234', '22,000', '999,999,999'],
      /line 2, column 'cell': expected numbers such as 1234.5, got '1,234'; .*--decimal-mark comma/,
    ],
    [
      'thousands among numbers',
      [900, '1,234', 5, 7],
      /line 3, column 'cell': expected numbers such as 1234.5, got '1,234'/,
    ],
    ['per cent', ['12%', '3.5 %'], /expected numbers such as 1234.5, got '12%'; write them without other marks, or/],
    ['money', ['$5', '$6.50'], /expected numbers such as 1234.5, got '\$5'/],
    [
      'dates',
      ['2024-01-31', '2024-02-01 10:00'],
      /line 2, column 'cell': expected numbers or categories, got dates or times such as '2024-01-31'; leave it out with --drop cell/,
    ],
    ['dates in another order', ['31/12/2024', '01.02.24'], /dates or times such as '31\/12\/2024'/],
    [
      'identifiers',
      Array.from({ length: 60 }, (_, row) => `user-${row}`),
      /column 'cell': expected at most 50 categories, got 60, another one in every row, as an identifier has; .*--drop cell, .*--most-categories 100$/,
    ],
  ])('%s.', async (_, cells, expected) => {
    await expect(read(withColumn(cells), { mostCategories: 50 })).rejects.toThrow(expected);
  });

  test('a thousand categories, with what to do.', async () => {
    const cells = Array.from({ length: 1000 }, (_, row) => `k${row}`);
    await expect(read(withColumn(cells, '"a, b"', 3000))).rejects.toThrow(
      /^table.csv: column 'a, b': expected at most 256 categories, got 1,000; leave it out with --drop '"a, b"', or allow more with --most-categories 10000$/,
    );
    expect((await read(withColumn(cells, 'k', 3000), { mostCategories: 1000 })).inputWidth).toBeGreaterThan(900);
  });

  test('with all others of the file, each with a line of its own.', async () => {
    const content = csv('day,x,share,y', 30, (row) => `2024-01-${row + 1},${row ** 2},${row}%,${row}`);
    await expect(read(content)).rejects.toMatchObject({
      message: expect.stringMatching(
        /dates.*; 1 more column cannot be taken either: 'share'; --drop day,share leaves all of them out$/,
      ) as string,
      details: [expect.stringContaining("'day'") as string, expect.stringContaining("'share'") as string],
    });
  });

  test('too many inputs, naming the widest columns.', async () => {
    const content = csv('a,b,y', 20_000, (row) => `a${row % 6000},b${row % 5000},${row % 77}`);
    await expect(read(content, { mostCategories: 10_000 })).rejects.toThrow(
      /^inputs: expected at most 10,000 inputs and .*'a' makes \d,\d+, 'b' makes \d,\d+\); leave columns out with --drop$/,
    );
  });

  test('no input at all.', async () => {
    await expect(read(csv('x,y', 30, (row) => `1,${row}`))).rejects.toThrow(
      /^inputs: expected at least one column that differs/,
    );
  });

  test('a number that is far from those of the training rows.', async () => {
    const content = csv(
      'x,part,y',
      30,
      (row) => `${row === 29 ? '1e300' : row % 3},${row < 20 ? 'train' : row % 2 ? 'val' : 'test'},${row}`,
    );
    await expect(read(content, { splitColumn: 'part' })).rejects.toThrow(
      /^table.csv:31: column 'x': expected a number near those of the training rows/,
    );
  });
});
