/** Tables in temporary folders. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll } from 'vitest';
import { prepareTable, type PreparedTable } from '../../../src/data/table/prepare-table.js';
import { readTable } from '../../../src/data/table/read-table.js';
import { defaultRequest, type TableRequest } from '../../../src/data/table/request.js';

/** Makes a folder that is removed when the tests of the file have ended. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'hgmlp-table-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function requestOf(request: Partial<TableRequest>): TableRequest {
  return { ...defaultRequest, ...request };
}

/** Writes a file, and reads and prepares it. */
export async function prepared(
  folder: string,
  content: string | Uint8Array,
  request: Partial<TableRequest>,
  name = 'table.csv',
): Promise<PreparedTable> {
  const file = path.join(folder, name);
  writeFileSync(file, content);
  return prepareTable(await readTable(file, requestOf(request)), requestOf(request));
}

/** Joins a header and so many rows. */
export function csv(header: string, rows: number, row: (index: number) => string): string {
  return [header, ...Array.from({ length: rows }, (_, index) => row(index)), ''].join('\n');
}

/** One input of all rows. */
export function inputOf({ inputs, inputWidth, rows }: PreparedTable, input: number): number[] {
  return Array.from({ length: rows }, (_, row) => inputs[row * inputWidth + input]!);
}

/** All inputs of one row. */
export function rowOf({ inputs, inputWidth }: PreparedTable, row: number): number[] {
  return [...inputs.subarray(row * inputWidth, (row + 1) * inputWidth)];
}

export function columnOf({ columns }: PreparedTable, name: string) {
  return columns.find((column) => column.name === name)!;
}
