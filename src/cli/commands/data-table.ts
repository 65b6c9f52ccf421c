/** `hgmlp data table`: shows how a table is read: its columns, its target and its parts. */
import type { CommandRow } from '../command-row.js';

/** Reads the table and prepares it as training would, and writes nothing. */
export const dataTable: CommandRow = {
  name: 'data table',
  summary: 'show how a table is read: columns, target, training, validation and test rows',
  about: 'Shows how a table (CSV or arrays of numpy) is read: its columns, its target, and how its rows are divided.',
  arguments: [{ name: '<file>', help: 'a file .csv, .csv.gz, .tsv, .npz or .npy' }],
  examples: [
    'hgmlp data table houses.csv --target price',
    'hgmlp data table houses.csv --target price --drop id,date --categorical zip',
    'hgmlp data table adult.csv --target income --split-column part --json',
    'hgmlp data table x.npy --target y.npy',
  ],
  action: async (context) => (await import('../data-table.js')).showTable(context),
};
