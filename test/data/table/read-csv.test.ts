import { appendFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { openText } from '../../../src/data/table/source-bytes.js';
import { readTable } from '../../../src/data/table/read-table.js';
import type { TableRequest } from '../../../src/data/table/request.js';
import { cellText } from '../../../src/data/table/table.js';
import { csv, requestOf, temporaryFolder } from './written.js';

const folder = temporaryFolder();

async function read(content: string | Uint8Array, request: Partial<TableRequest> = {}, name = 'table.csv') {
  const file = path.join(folder, name);
  writeFileSync(file, content);
  return readTable(file, requestOf(request));
}

/** The cells as texts, row after row. */
async function cells(content: string | Uint8Array, request: Partial<TableRequest> = {}) {
  const { names, columns, rows } = await read(content, request);
  return [names, ...Array.from({ length: rows }, (_, row) => columns.map((column) => cellText(column, row)))];
}

const plain = [
  ['a', 'b', 'c'],
  ['1', '2.5', 'x'],
  ['-3', '', 'y'],
];

describe('A CSV file', () => {
  test.each<[string, string | Uint8Array, Partial<TableRequest>?]>([
    ['with commas', 'a,b,c\n1,2.5,x\n-3,,y\n'],
    ['with semicolons', 'a;b;c\n1;2.5;x\n-3;;y\n'],
    ['with tabs', 'a\tb\tc\n1\t2.5\tx\n-3\t\ty\n'],
    ['with a delimiter that is told', 'a|b|c\n1|2.5|x\n-3||y\n', { delimiter: '|' }],
    ['with a line sep=', 'sep=;\na;b;c\n1;2.5;x\n-3;;y\n'],
    ['with a delimiter inside of quotes', '"a";b;c\n1;2.5;x\n-3;;y\n'],
    ['with a byte order mark and CRLF', '\ufeffa,b,c\r\n1,2.5,x\r\n-3,,y\r\n'],
    ['with line ends of an old Mac', 'a,b,c\r1,2.5,x\r-3,,y'],
    ['with quotes', '"a","b","c"\n"1","2.5","x"\n"-3","","y"\n'],
    ['with space around cells and lines without text', '\n a , b,c \n\n1 , 2.5, x\n\n-3,,"y"\n\n'],
    ['without an end of its last line', 'a,b,c\n1,2.5,x\n-3,,y'],
    ['compressed by gzip', gzipSync('a,b,c\n1,2.5,x\n-3,,y\n')],
    ['without a header, whose names are told', '1,2.5,x\n-3,,y\n', { columns: ['a', 'b', 'c'] }],
    ['with decimal commas that are told', 'a;b;c\n1;2,5;x\n-3;;y\n', { decimalMark: ',' }],
    ['with numbers in other forms', 'a,b,c\n+1.0,.25e1,x\n-3.,NaN,y\n'],
  ])('is read %s.', async (_, content, request = {}) => {
    expect(await cells(content, request)).toEqual(plain);
  });

  test.each(['', 'NA', 'n/a', '#N/A', 'NaN', 'nan', 'null', 'NULL', 'None', '?', ' NA '])(
    'has a missing cell where it says %j, among numbers and among words.',
    async (text) => {
      const { columns } = await read(`a,b\n1,x\n${text},${text}\n`, { categorical: ['b'] });
      expect(columns.map(({ counts }) => counts.missing)).toEqual([1, 1]);
    },
  );

  test.each(['0x10', '0b11', '0o17', '1_000', '1 000', '1,000', '--1', '1e', 'e5', '.', '１', '1f'])(
    'has a text, no number, where it says %j.',
    async (text) => {
      const { columns } = await read(`a;b\n"${text}";1\n`, { delimiter: ';' });
      expect(columns[0]!.counts).toEqual({ finite: 0, infinite: 0, texts: 1, missing: 0 });
      expect(cellText(columns[0]!, 0)).toBe(text);
    },
  );

  test('keeps the texts of columns that are told to be categories, and does not read those that are dropped.', async () => {
    const { columns, names } = await read('zip,note,y\n01234,"a\nb",1\n1234,,2\n', {
      categorical: ['zip'],
      drop: ['note'],
    });
    expect(names).toEqual(['zip', 'note', 'y']);
    expect(columns.map(({ name, position }) => [name, position])).toEqual([
      ['zip', 1],
      ['y', 3],
    ]);
    expect(columns[0]!.texts).toEqual(['01234', '1234']);
  });

  test('has rows with the lines on which they start.', async () => {
    const { lines } = await read('a,b\n1,"x\n\ny"\n\n2,y\r\n3,z\n');
    expect([...lines!]).toEqual([2, 6, 7]);
  });

  test('has columns of any name.', async () => {
    const { names, columns } = await read('__proto__,constructor,,😀\n1,2,3,4\n');
    expect(names).toEqual(['__proto__', 'constructor', 'column 3', '😀']);
    expect(columns.map((column) => cellText(column, 0))).toEqual(['1', '2', '3', '4']);
  });

  test('is read through a link, with the SHA-256 of its bytes.', async () => {
    await read('a,b\n1,2\n', {}, 'target.csv');
    symlinkSync(path.join(folder, 'target.csv'), path.join(folder, 'link.csv'));
    const { sha256 } = await readTable(path.join(folder, 'link.csv'), requestOf({}));
    // Source: printf 'a,b\n1,2\n' | sha256sum
    expect(sha256).toBe('492d5ea496056f1a6a6592241032fab764c321596317930b4fa0e1e8bc3b7470');
  });

  test('keeps numbers to the last bit over many pieces.', async () => {
    const values = Array.from({ length: 150_000 }, (_, row) => Math.sin(row) * 10 ** ((row % 40) - 20));
    const { columns, rows } = await read(
      csv('x,word', values.length, (row) => `${values[row]},${row > 140_000 ? 'a' : ''}`),
    );
    expect(rows).toBe(values.length);
    expect(columns[0]!.numbers).toEqual(Float64Array.from(values));
    expect(columns[1]!.counts).toMatchObject({ texts: 9999, missing: 140_001 });
  });

  test('goes on behind the first quote as before it, and counts its lines.', async () => {
    const row = (index: number) => `${index},${index === 70_000 ? '"a, ""b""\n c"' : `word ${index % 9}`}`;
    const { columns, lines, rows } = await read(csv('x,word', 100_000, row).replaceAll('9\n', '9\r\n'));
    expect(columns[0]!.numbers).toEqual(Float64Array.from({ length: rows }, (_, index) => index));
    expect(cellText(columns[1]!, 70_000)).toBe('a, "b"\n c');
    expect(cellText(columns[1]!, 99_999)).toBe('word 0');
    expect([lines![70_000], lines![70_001], lines![99_999]]).toEqual([70_002, 70_004, 100_002]);
    await expect(read(csv('x,word', 100_000, row).concat('1\n'))).rejects.toThrow(
      /^table.csv:100003: expected 2 cells/,
    );
  });

  test('may cut a character at the end of a piece.', async () => {
    const { columns } = await read(csv('x,word', 60_000, (row) => `${row},${'€😀é'.repeat(row % 5)}`));
    expect(columns[1]!.texts).toEqual([1, 2, 3, 4].map((times) => '€😀é'.repeat(times)));
  });
});

describe('What is no table is refused', () => {
  const long = Array.from({ length: 1_000_000 }, (_, index) => `c${index}`).join(',');
  test.each<[string, string | Uint8Array, RegExp, Partial<TableRequest>?]>([
    ['an empty file', '', /^table.csv: expected a CSV file with a header, got an empty file$/],
    ['a file of blank lines', '\n\n\r\n', /got an empty file$/],
    ['a header alone', 'a,b\n', /^table.csv: expected rows below the header, got none$/],
    [
      'a name twice',
      'a,b,a\n1,2,3\n',
      /^table.csv:1: expected each column once, got 'a' as columns 1 and 3; rename one$/,
    ],
    ['a row with a cell less', 'a,b\n1,2\n3\n', /^table.csv:3: expected 2 cells, as the header has, got 1; /],
    ['a row with a cell more', 'a,b\n1,"x\ny"\n3,4,5\n', /^table.csv:4: expected 2 cells, as the header has, got 3; /],
    [
      'numbers in place of a header',
      '1,2\n3,4\n',
      /^table.csv:1: expected a header with the names of the columns, got numbers only; .*--columns/,
    ],
    [
      'names for other columns',
      '1,2\n',
      /^--columns: expected a name for each of the 2 columns of table.csv, got 1$/,
      { columns: ['a'] },
    ],
    ['a zero byte', 'a,b\n1,2\n3,\0\n', /^table.csv:3: expected UTF-8 text, got a zero byte/],
    [
      'Latin-1',
      Buffer.from('a,b\n1,caf\xe9\n', 'latin1'),
      /^table.csv:2: expected UTF-8 text, got other bytes; save the file as CSV in UTF-8$/,
    ],
    [
      'a character that is cut off at the end',
      Buffer.from('a,b\n1,\xe2\x82', 'latin1'),
      /^table.csv:2: expected UTF-8 text/,
    ],
    ['UTF-16', Buffer.from('\ufeffa,b\n1,2\n', 'utf16le'), /expected a CSV file, got UTF-16 text/],
    [
      'a workbook',
      Buffer.from('PK\x03\x04....'),
      /got a zip archive, such as a workbook of Excel; save the table as CSV/,
    ],
    ['Parquet', Buffer.from('PAR1....'), /got a file of Parquet/],
    ['a quote that is left open', 'a,b\n1,"2\n3,4\n', /^table.csv:\d: expected a quoted cell to end with a quote/],
    ['a quote inside of a cell', 'a,b\n1,5" pipe\n', /^table.csv:2: expected quotes around a whole cell/],
    [
      'a damaged gzip file',
      gzipSync('a,b\n1,2\n'.repeat(999)).subarray(0, 40),
      /^table.csv: expected a whole gzip file, got a damaged one/,
    ],
    ['a million columns', `${long}\n`, /^table.csv:1: expected at most 10000 columns, got 1000000/],
    ['a cell without end', `a,b\n1,"${'x'.repeat(17e6)}`, /expected a record of at most 16 MB/],
    ['a wrong line sep=', 'sep=xy\na,b\n', /^table.csv:1: expected the character that divides cells behind sep=/],
  ])('%s.', async (_, content, expected, request = {}) => {
    await expect(read(content, request)).rejects.toThrow(expected);
    await expect(read(content, request)).rejects.toMatchObject({ name: 'UserError', exitCode: 2 });
  });

  test('a folder, and a file that is not there, with the name that was meant.', async () => {
    mkdirSync(path.join(folder, 'inside.csv'));
    writeFileSync(path.join(folder, 'houses.csv'), 'a\n1\n');
    const refusal = (name: string) => expect(readTable(path.join(folder, name), requestOf({}))).rejects;
    await refusal('inside.csv').toThrow(/inside.csv: expected a file, got a folder$/);
    await refusal('house.csv').toThrow(
      /house.csv: expected a file, got none of that name; did you mean '.*houses.csv'\?$/,
    );
    await refusal('nothing-like-it.csv').toThrow(/got none of that name; check the path$/);
    await refusal('houses.csv/x').toThrow(/cannot read/);
  });

  test('a file that grows while it is read.', async () => {
    const file = path.join(folder, 'growing.csv');
    writeFileSync(file, 'a,b\n'.repeat(200_000));
    const { pieces } = openText(file);
    const readAll = async () => {
      for await (const piece of pieces) if (piece.length > 0) appendFileSync(file, 'a,b\n');
    };
    await expect(readAll()).rejects.toThrow(/expected a file that stays as it is, got one that changed/);
  });
});

describe('A column of the request is refused', () => {
  test.each<[string, Partial<TableRequest>, RegExp]>([
    [
      'that is not there',
      { targets: ['pric'] },
      /^--target: expected a column of table.csv, got 'pric'; did you mean 'price'\? It has 'area', 'price', 'city'$/,
    ],
    [
      'that is named twice',
      { targets: ['price', 'price'] },
      /^--target: expected each column once, got 'price' twice$/,
    ],
    [
      'of which two things are said',
      { targets: ['price'], drop: ['price'] },
      /^--drop: .* got 'price', which is in --target too/,
    ],
    [
      'that is numeric and categorical',
      { numeric: ['city'], categorical: ['city'] },
      /^--numeric: .* in --categorical too/,
    ],
    [
      'that divides and is predicted',
      { targets: ['city'], splitColumn: 'city' },
      /^--split-column: .* in --target too/,
    ],
  ])('%s.', async (_, request, expected) => {
    await expect(read('area,price,city\n1,2,x\n', request)).rejects.toThrow(expected);
  });

  test('with a hint where the first line may be no header.', async () => {
    await expect(read('39,Private,50\n', { targets: ['age'] })).rejects.toThrow(
      /if its first line is no header, .*--columns$/,
    );
  });
});
