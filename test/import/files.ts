/** CSV files in a folder of their own, and what reading them gives. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { UserError } from '../../src/base/errors.js';
import { readImport, type ImportedFile, type ImportRequest } from '../../src/import/import-file.js';

export interface CsvFolder {
  write(content: string | Uint8Array, name?: string): string;
  read(content: string | Uint8Array, request?: Partial<ImportRequest>): Promise<ImportedFile>;
  /** The lines that a user is shown: faults, then the summary. */
  refusal(content: string | Uint8Array, request?: Partial<ImportRequest>): Promise<string[]>;
  remove(): void;
}

export function openCsvFolder(): CsvFolder {
  const folder = mkdtempSync(path.join(tmpdir(), 'hgmlp-csv-'));
  const write = (content: string | Uint8Array, name = 'runs.csv') => {
    const file = path.join(folder, name);
    writeFileSync(file, content);
    return file;
  };
  const read: CsvFolder['read'] = (content, request = {}) =>
    readImport(write(content), { columns: [], constants: [], task: null, facts: null, ...request });
  return {
    write,
    read,
    async refusal(content, request) {
      const error = await read(content, request).catch((thrown: unknown) => thrown);
      if (!(error instanceof UserError)) throw new Error('expected a refusal', { cause: error });
      return [...error.details, error.message];
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
}
