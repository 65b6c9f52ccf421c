import { expect, test } from 'vitest';
import { decodeSampleRows, encodeSampleRows } from '../../src/run/sample-rows.js';

const rows = { targets: ['price'], rows: [{ target: ['1200'], prediction: ['1250.5'] }] };

test('sample rows that were written are read again', () => {
  expect(decodeSampleRows(encodeSampleRows(rows))).toEqual(rows);
});

test.each([
  ['something else', 'not JSON'],
  ['another document', '{"format":"hgmlp results"}'],
  ['a row of another width', JSON.stringify({ format: 'hgmlp sample rows', ...rows, targets: ['price', 'age'] })],
  ['a cell that is too long', JSON.stringify({ format: 'hgmlp sample rows', ...rows, targets: ['x'.repeat(81)] })],
  ['too many bytes', `${JSON.stringify({ format: 'hgmlp sample rows', ...rows })}${' '.repeat(2 ** 17)}`],
])('bytes of %s are no sample rows', (_, text) => {
  expect(decodeSampleRows(Buffer.from(text))).toBeNull();
});
