/**
 * Diamonds: 53,940 stones with their prices, read from the file of the npm package @observablehq/sample-datasets. Price is
 * predicted from the other columns. Source: the package ggplot2, "diamonds".
 */
import { createRequire } from 'node:module';
import { UserError } from '../base/errors.js';
import { rowsOf, type TableRows } from './table/table-rows.js';

/** Says what is known of it without reading it; a test holds the file to it. */
export const diamonds = {
  kind: 'regression',
  inputs: 26,
  outputs: 1,
  counts: { train: 43_152, validation: 5_394, test: 5_394 },
} as const;

const sha256 = '243996d7650e84e190a88d505b44c3a0be1bcfc7b4f32606d60d103a51494b9e';

let opened: Promise<TableRows> | null = null;

/** Opens the rows, which a process reads once. Throws a UserError where the file is missing or is not the published one. */
export function openDiamonds(): Promise<TableRows> {
  opened ??= read().catch((error: unknown) => {
    opened = null;
    throw error;
  });
  return opened;
}

async function read(): Promise<TableRows> {
  const [{ readTable }, { prepareTable }, { defaultRequest }] = await Promise.all([
    import('./table/read-table.js'),
    import('./table/prepare-table.js'),
    import('./table/request.js'),
  ]);
  const file = diamondsFile();
  const request = { ...defaultRequest, targets: ['price'] };
  const table = await readTable(file, request);
  if (table.sha256 !== sha256) {
    throw new UserError(
      `${file}: expected sha256 ${sha256}, got ${table.sha256}; install hgmlp again to restore the files of its ` +
        'dependency @observablehq/sample-datasets',
    );
  }
  return rowsOf(prepareTable(table, request));
}

/** Gives the file in the npm package. */
export function diamondsFile(): string {
  return createRequire(import.meta.url).resolve('@observablehq/sample-datasets/diamonds.csv');
}
