/** A user's table on its way through `hgmlp data table`. */
import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { dataTable } from '../../src/cli/commands/data-table.js';
import { resolveOptions } from '../../src/config/resolve.js';
import { contextOf } from './context.js';
import { damaged, rarely } from './mutations.js';
import { target } from './target.js';

interface TableInput {
  readonly name: string;
  readonly bytes: Buffer;
  readonly flags: Readonly<Record<string, unknown>>;
}

const hostileCells = fc.oneof(
  fc.constantFrom('', 'NA', '?', 'inf', '-Infinity', '1e999', '1,234', '1.234,5', '0x10', '12%', '2024-01-31', '12:30'),
  fc.constantFrom('__proto__', 'constructor', '\0', '\u001b[2J', '"', '""', '\n', '\u2028', 'true', '1e-320', '-0'),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.double().map(String),
);

/** The columns that a table may have, and what stands in them. */
const columns: Readonly<Record<string, fc.Arbitrary<string>>> = {
  price: fc.double({ min: -1e6, max: 1e6, noNaN: true }).map(String),
  area: fc.double({ min: -1e3, max: 1e3, noNaN: true }).map(String),
  label: fc.constantFrom('0', '1'),
  flag: fc.constantFrom('true', 'false', 'TRUE'),
  city: fc.constantFrom('Bonn', 'Köln', 'Aachen, Stadt', ''),
  class: fc.constantFrom('a', 'b', 'c'),
  year: fc.integer({ min: 2000, max: 2010 }).map(String),
  part: rarely(fc.constantFrom('train', 'train', 'val', 'test'), hostileCells, 300),
  date: fc.constantFrom('2024-01-31', '2024-02-01'),
  id: fc.uuid(),
  note: hostileCells,
};
const safe = ['price', 'area', 'label', 'flag', 'city', 'class', 'year', 'part'];
const names = fc.oneof(
  { weight: 8, arbitrary: fc.shuffledSubarray(safe, { minLength: 3 }) },
  { weight: 1, arbitrary: fc.shuffledSubarray(Object.keys(columns), { minLength: 1 }) },
);

const tables: fc.Arbitrary<Buffer> = fc
  .tuple(names, fc.constantFrom(',', ',', ';', '\t'), fc.constantFrom('\n', '\n', '\r\n', '\r'), fc.nat(9))
  .chain(([chosen, delimiter, lineEnd, odd]) => {
    const cells = chosen.map((name) => rarely(columns[name]!, hostileCells, 2000));
    return fc.array(fc.tuple(...cells), { minLength: odd === 0 ? 0 : 12, maxLength: 40 }).map((rows) => {
      const line = (texts: readonly string[]) => texts.map((text) => quoted(text, delimiter)).join(delimiter);
      return Buffer.from([chosen, ...rows].map((texts) => line(texts) + lineEnd).join(''));
    });
  });

function quoted(text: string, delimiter: string): string {
  return /["\r\n]/.test(text) || text.includes(delimiter) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Rare, as each takes a while. */
const large = fc.constantFrom(
  Array.from({ length: 200_000 }, (_, index) => `c${index}`).join(','),
  `price,x\n"${'x'.repeat(300_000)}`,
  `price,city\n${Array.from({ length: 20_000 }, (_, index) => `${index},city ${index}\n`).join('')}`,
  `${Array.from({ length: 5000 }, (_, index) => `c${index}`).join(',')}\n${`${'1,'.repeat(4999)}1\n`.repeat(12)}`,
  '\n'.repeat(500_000),
  ','.repeat(200_000),
  '"'.repeat(300_000),
);

const someNames = rarely(fc.constantFrom(...Object.keys(columns)), hostileCells, 10);
const usualFlags = fc.record({
  target: rarely(fc.constantFrom('price', 'class', 'label', 'label,flag', 'year'), someNames, 10),
});
const moreFlags = fc.record(
  {
    target: someNames,
    targetKind: fc.constantFrom('regression', 'classification', 'multi-label'),
    categorical: someNames,
    numeric: someNames,
    drop: fc.constantFrom('id', 'id,date', 'note', 'date,id,note', '"', ',,'),
    splitColumn: rarely(fc.constant('part'), someNames, 3),
    columnNames: fc.constantFrom('a,b,c', 'price', 'price,price'),
    delimiter: fc.constantFrom(';', '|', 'tab', ','),
    decimalMark: fc.constantFrom('point', 'comma'),
    mostCategories: fc.constantFrom(2, 10_000),
    splitSeed: fc.nat(),
  },
  { requiredKeys: ['target'] },
);

const inputs: fc.Arbitrary<TableInput> = fc.record({
  name: rarely(fc.constant('table.csv'), fc.constantFrom('table.npz', 'table.npy', '\u001b[2J.csv', 'a b.csv'), 30),
  bytes: rarely(
    damaged(tables, 6),
    fc.oneof(
      large.map((text) => Buffer.from(text)),
      damaged(
        tables.map((bytes) => gzipSync(bytes)),
        2,
      ),
    ),
    60,
  ),
  flags: rarely(usualFlags, moreFlags, 3),
});

const table = target<TableInput>({
  name: 'table',
  share: 10,
  inputs,
  lay: ({ name, bytes }) => writeFileSync(name, bytes),
  async feed({ name, flags }) {
    const { values } = await resolveOptions({ command: 'data table', flags, environment: {} });
    await dataTable.action(contextOf(values, [name]));
  },
  least: { accepted: 0.15, refused: 0.2 },
});

export const tableTargets = [table];
