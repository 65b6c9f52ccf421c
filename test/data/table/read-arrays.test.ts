import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { prepareTable } from '../../../src/data/table/prepare-table.js';
import { readTable } from '../../../src/data/table/read-table.js';
import { requestOf, temporaryFolder } from './written.js';
import type { TableRequest } from '../../../src/data/table/request.js';

const folder = temporaryFolder();

/** A file as numpy writes it: magic, version, the length of the header, the header, the values. */
function npy(descr: string, shape: readonly number[], bytes: Uint8Array): Uint8Array {
  const list = `${shape.join(', ')}${shape.length === 1 ? ',' : ''}`;
  const header = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${list}), }`.padEnd(117) + '\n';
  const start = Buffer.from(`\x93NUMPY\x01\x00${String.fromCharCode(header.length, 0)}${header}`, 'latin1');
  return Buffer.concat([start, bytes]);
}
const bytesOf = (values: Float32Array | Float64Array | Int32Array | BigInt64Array) => new Uint8Array(values.buffer);
const rows = 20;
const x = Float32Array.from({ length: rows * 3 }, (_, index) => Math.fround(Math.sin(index)));
const inputs = npy('<f4', [rows, 3], bytesOf(x));
const numbers = npy('<f8', [rows], bytesOf(Float64Array.from({ length: rows }, (_, row) => Math.sqrt(row))));
const classes = npy('<i8', [rows], bytesOf(BigInt64Array.from({ length: rows }, (_, row) => BigInt(row % 2))));

function write(name: string, content: Uint8Array): string {
  const file = path.join(folder, name);
  writeFileSync(file, content);
  return file;
}

async function read(file: string, request: Partial<TableRequest> = {}) {
  const all = requestOf(request);
  return prepareTable(await readTable(file, all), all);
}

describe('Arrays of numpy', () => {
  test.each([
    ['x', 'y'],
    ['X', 'y'],
    ['inputs', 'targets'],
  ])('are read from an archive as %s and %s.', async (one, other) => {
    const file = write('data.npz', zipSync({ [`${one}.npy`]: inputs, [`${other}.npy`]: numbers }));
    const table = await readTable(file, requestOf({}));
    expect([table.names, table.targets, table.rows]).toEqual([['x0', 'x1', 'x2', 'y'], ['y'], rows]);
    expect(table.columns[1]!.numbers).toEqual(Float64Array.from({ length: rows }, (_, row) => x[3 * row + 1]!));
    expect(prepareTable(table, requestOf({}))).toMatchObject({ kind: 'regression', inputWidth: 3, targetWidth: 1 });
  });

  test('are read from a pair of files; whole numbers of two values are classes.', async () => {
    const request = { targetFile: write('y.npy', classes) };
    const table = await read(write('x.npy', inputs), request);
    expect([table.kind, table.classes]).toEqual(['classification', ['0', '1']]);
  });

  test('of several targets are regression, and inputs of more dimensions are flattened.', async () => {
    const both = npy('<i4', [rows, 2], bytesOf(Int32Array.from({ length: rows * 2 }, (_, index) => index ** 2)));
    const pictures = npy('<f4', [rows, 3, 1], bytesOf(x));
    const table = await read(write('p.npz', zipSync({ 'x.npy': pictures, 'y.npy': both })));
    expect([table.kind, table.targetNames, table.inputWidth]).toEqual(['regression', ['y0', 'y1'], 3]);
    expect(table.notes).toContain('inputs of [20, 3, 1] are taken as 3 columns');
  });

  const text = npy('<U3', [rows], new Uint8Array(rows * 12));
  test.each<[string, () => string, Partial<TableRequest>, RegExp]>([
    [
      'without targets',
      () => write('a.npz', zipSync({ 'x.npy': inputs })),
      {},
      /^a.npz: expected arrays x and y, X and y, or inputs and targets, got only x$/,
    ],
    [
      'without a file of targets',
      () => write('b.npy', inputs),
      {},
      /^b.npy: expected an .npy file with the targets too; name it with --target y.npy$/,
    ],
    [
      'of other lengths',
      () => write('c.npz', zipSync({ 'x.npy': inputs, 'y.npy': npy('|u1', [3], new Uint8Array(3)) })),
      {},
      /^c.npz: expected as many targets as inputs, at least one, got \[20, 3\] and \[3\]$/,
    ],
    [
      'of texts',
      () => write('d.npz', zipSync({ 'x.npy': inputs, 'y.npy': text })),
      {},
      /^d.npz: expected an array of numbers, got the dtype '<U3'$/,
    ],
    [
      'that are damaged',
      () => write('e.npz', Buffer.from('PK\x03\x04 no archive')),
      {},
      /^e.npz: expected a whole zip archive/,
    ],
    [
      'that are none',
      () => write('f.npy', Buffer.from('a,b\n1,2\n')),
      { targetFile: 'f.npy' },
      /^(f.npy: expected a file of numpy|cannot read f.npy)/,
    ],
    ['that are not there', () => path.join(folder, 'g.npz'), {}, /g.npz: expected a file, got none of that name/],
    [
      'without rows',
      () =>
        write(
          'h.npz',
          zipSync({ 'x.npy': npy('<f4', [0, 3], new Uint8Array()), 'y.npy': npy('<f4', [0], new Uint8Array()) }),
        ),
      {},
      /^h.npz: expected as many targets as inputs, at least one/,
    ],
    [
      'with an infinite input',
      () =>
        write(
          'i.npz',
          zipSync({ 'x.npy': npy('<f4', [rows], bytesOf(new Float32Array(rows).fill(Infinity))), 'y.npy': numbers }),
        ),
      {},
      /^i.npz: row 1, 'x': expected finite numbers, got 20 infinite ones/,
    ],
    [
      'with an unknown target',
      () => write('j.npz', zipSync({ 'x.npy': inputs, 'y.npy': numbers })),
      { targets: ['x9'] },
      /^--target: expected a column of j.npz, got 'x9'; did you mean 'x0'/,
    ],
  ])('are refused %s.', async (_, file, request, expected) => {
    await expect(read(file(), request)).rejects.toThrow(expected);
    await expect(read(file(), request)).rejects.toMatchObject({ name: 'UserError' });
  });
});
