/** Tables from files: CSV, also compressed by gzip, and arrays of numpy. */
import { readArrayTable, isArrayFile } from './read-arrays.js';
import { readCsvTable } from './read-csv.js';
import type { TableRequest } from './request.js';
import type { Table } from './table.js';

/**
 * Reads a table: an .npz file with inputs and targets, an .npy file of inputs beside one of targets, or else CSV. Throws
 * a UserError of one line for a file that cannot be read as one, and for columns of the request that it does not have.
 */
export async function readTable(file: string, request: TableRequest): Promise<Table> {
  return isArrayFile(file) ? readArrayTable(file, request) : readCsvTable(file, request);
}
