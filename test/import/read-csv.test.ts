import { afterAll, describe, expect, test } from 'vitest';
import { openCsv } from '../../src/import/read-csv.js';
import { openCsvFolder } from './files.js';

const folder = openCsvFolder();
afterAll(() => folder.remove());

async function recordsOf(content: string | Uint8Array) {
  const { header, records } = await openCsv(folder.write(content));
  const all = [header];
  for await (const record of records) all.push(record);
  return all.map(({ line, cells }) => [line, ...cells]);
}

describe('the records of a CSV file', () => {
  test('carry the line they start on, past blank lines and line ends inside quotes', async () => {
    expect(await recordsOf('a,b\r\n1,2\r\n\r\n"x\r\ny",3\r\n4,5')).toEqual([
      [1, 'a', 'b'],
      [2, '1', '2'],
      [4, 'x\r\ny', '3'],
      [6, '4', '5'],
    ]);
  });

  test('end in any way, also each in another, as in files that were put together', async () => {
    expect(await recordsOf('a,b\r\n1,2\n\r\n3,4\r5,"6\n7"\r\n8,9')).toEqual([
      [1, 'a', 'b'],
      [2, '1', '2'],
      [4, '3', '4'],
      [5, '5', '6\n7'],
      [7, '8', '9'],
    ]);
  });

  test.each([
    ['a byte order mark', '\ufeffa,b\n1,2\n'],
    ['semicolons', 'a;b\n1;2\n'],
    ['tabs', 'a\tb\n1\t2\n'],
    ['quotes', '"a","b"\n"1","2"\n'],
  ])('are found with %s', async (_, content) => {
    expect(await recordsOf(content)).toEqual([
      [1, 'a', 'b'],
      [2, '1', '2'],
    ]);
  });

  test('come through where a character is cut by the end of a block', async () => {
    const lines = Array.from({ length: 9000 }, (_, index) => `${index},äöü€`);
    const records = await recordsOf(`a,b\n${lines.join('\n')}\n`);
    expect(records.length).toBe(9001);
    expect(records.every(([, , cell], index) => index === 0 || cell === 'äöü€')).toBe(true);
    expect(records.at(-1)![0]).toBe(9001);
  });
});

describe('a file that is no CSV is refused with its line:', () => {
  const latin1 = Buffer.concat([Buffer.from('a,b\n1,2\n'), Buffer.from([0x66, 0xfc, 0x72, 0x2c, 0x31, 0x0a])]);
  test.each<[string, string | Uint8Array, RegExp]>([
    ['an empty one', '', /^runs\.csv: expected a CSV file with a header line, got an empty file$/],
    ['one that is not UTF-8', latin1, /^runs\.csv:3: expected UTF-8 text, got other bytes/],
    ['UTF-16', Buffer.from('\ufeffa,b\n1,2\n', 'utf16le'), /^runs\.csv:1: expected UTF-8 text/],
    ['a binary one', Buffer.from('a,b\n1,\0\n'), /^runs\.csv:2: expected UTF-8 text/],
    ['an open quote', 'a,b\n1,2\n3,"4\n', /^runs\.csv:3: expected a quoted cell to end with a quote/],
    ['text behind a quote', 'a,b\n1,2\n3,"x"y\n', /^runs\.csv:3: expected the end of a cell after its closing quote/],
    ['a quote inside a cell', 'a,b\n1,2\n3,x"y\n', /^runs\.csv:3: expected quotes around a whole cell/],
    ['a huge cell', `a,b\n1,2\n3,${'x'.repeat(150_000)}\n`, /^runs\.csv:3: expected a record of at most 100 kB/],
    [
      'a huge quoted cell',
      `a,b\n1,"${'x\n'.repeat(80_000)}"\n`,
      /^runs\.csv:\d+: expected a record of at most 100 kB, got a longer one up to here; is a quote left open\?/,
    ],
  ])('%s', async (_, content, expected) => {
    await expect(recordsOf(content)).rejects.toThrow(expected);
  });

  test('a folder, and a file that is not there', async () => {
    await expect(openCsv('/')).rejects.toThrow('cannot read /: expected a file, got a folder');
    await expect(openCsv('/none.csv')).rejects.toThrow('cannot read /none.csv: no such file or folder; check the path');
  });
});
