/** From a table as a user names it to the one name of its task: the table is read and prepared, once. */
import path from 'node:path';
import { UserError } from '../base/errors.js';
import type { FetchProgress } from './fetching.js';
import type { DataRoot } from './root.js';
import { readAboutTable, tableDigest, writeTableCopy, type AboutTable } from './table-copy.js';
import { pathOfTable, tableTaskName } from './table-dataset.js';
import { hasMixedLabel } from './table/mixed-labels.js';
import { prepareTable, type PreparedTable } from './table/prepare-table.js';
import { readTable } from './table/read-table.js';
import { requestOf, type TableOptions } from './table/request-of-options.js';
import type { TableRequest } from './table/request.js';
import { hashOfPair, hashOfSource } from './table/source-hash.js';
import { isTableKind } from './task-kinds.js';
import type { TaskName } from './task-name.js';

/** Says how a table is to be read, and where its prepared copy goes. */
export interface TableSetting {
  readonly root: DataRoot;
  readonly progress: FetchProgress;
  readonly options: TableOptions;
}

/**
 * Gives the name of the task on `table:<file>` or `table:<file>/<kind>`. The table is read only where its prepared copy is
 * not there; then what is worth knowing is said. Throws a UserError for a file or options that no task follows from.
 */
export async function resolveTable(written: string, { root, progress, options }: TableSetting): Promise<TaskName> {
  const { file, options: all } = withKind(pathOfTable(written), options);
  const request = requestOf(file, all);
  progress.step(`reading ${path.basename(file)}`);
  const fileSha256 = await hashOfTable(file, request);
  const sha256 = tableDigest(fileSha256, request);
  const about =
    (await readAboutTable(root, sha256)) ?? (await prepareCopy(file, request, { fileSha256, sha256, root, progress }));
  const { kind, inputs, outputs, rows, targets } = about;
  return tableTaskName(path.basename(file), targets, { kind, inputs, outputs, trainingRows: rows.train, sha256 });
}

/** A kind behind the file's name is another way to write --target-kind. */
function withKind(file: string, options: TableOptions): { readonly file: string; readonly options: TableOptions } {
  const slash = file.lastIndexOf('/');
  const kind = file.slice(slash + 1);
  if (slash < 0 || !isTableKind(kind)) return { file, options };
  if (options.targetKind !== null && options.targetKind !== kind) {
    throw new UserError(
      `--target-kind: expected what the task's name says, ${kind}, got ${options.targetKind}; say it in one place`,
    );
  }
  return { file: file.slice(0, slash), options: { ...options, targetKind: kind } };
}

/** As the reader of tables computes it. */
async function hashOfTable(file: string, { targetFile }: TableRequest): Promise<string> {
  return targetFile === null ? hashOfSource(file) : hashOfPair(file, targetFile);
}

interface CopySetting extends Pick<TableSetting, 'root' | 'progress'> {
  readonly fileSha256: string;
  /** Of the copy, as `tableDigest` computes it. */
  readonly sha256: string;
}

async function prepareCopy(
  file: string,
  request: TableRequest,
  { fileSha256, sha256, root, progress }: CopySetting,
): Promise<AboutTable> {
  const table = await readTable(file, request);
  if (table.sha256 !== fileSha256) {
    throw new UserError(
      `${file}: expected a file that stays as it is, got one that changed while it was read; run the command again`,
    );
  }
  const prepared = prepareTable(table, request);
  requireTrainable(prepared);
  for (const note of prepared.notes) progress.note(`${table.source}: ${note}`);
  progress.step(`writing the prepared copy of ${table.source}`);
  await writeTableCopy(root, sha256, prepared);
  return (await readAboutTable(root, sha256))!;
}

/** A larger unit would make squared errors that no number can be. */
const largestDeviation = 1e100;

/** Throws a UserError for a table that can be read, but whose networks could not be measured. */
function requireTrainable({ source, kind, scales, targets, targetWidth, parts }: PreparedTable): void {
  const far = (scales ?? []).find(({ deviation }) => !(deviation < largestDeviation));
  if (far !== undefined) {
    throw new UserError(
      `${source}: expected a target with a standard deviation below ${largestDeviation}, got ${far.deviation}; give it in a ` +
        'larger unit',
    );
  }
  if (kind !== 'multi-label') return;
  for (const part of ['validation', 'test'] as const) {
    if (hasMixedLabel(targets, targetWidth, parts[part])) continue;
    throw new UserError(
      `${source}: expected a label with both values among the ${part} rows, got none; choose another --split-seed, or add ` +
        'rows',
    );
  }
}
