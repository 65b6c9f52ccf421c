/**
 * The prepared copy of a table: read and prepared once into the root, and known from then on by a digest of the file and of
 * what was said of it. Its rows are two files that numpy reads as well.
 */
import { createHash } from 'node:crypto';
import path from 'node:path';
import { z } from 'zod';
import { UserError } from '../base/errors.js';
import { writeFileAtomically } from '../base/files.js';
import { readChecked, readRecord } from './checked-file.js';
import { floatsOfNpy, npyBytes, npyOf } from './npy-file.js';
import { datasetFolder, type DataRoot } from './root.js';
import { fillFolder } from './staging.js';
import type { PreparedTable } from './table/prepare-table.js';
import { targetKinds, type TableRequest, type TargetKind } from './table/request.js';
import { rowsOf, type TableRows } from './table/table-rows.js';

/** Describes a table that was prepared: enough to find its copy again, without the file. */
export interface DescribedTable {
  readonly kind: TargetKind;
  readonly inputs: number;
  readonly outputs: number;
  readonly trainingRows: number;
  /** The first 12 hexadecimal digits of a SHA-256 that stands for the file and for what was said of it. */
  readonly sha256: string;
}

const count = z.int().min(1);

const aboutForm = z.object({
  kind: z.enum(targetKinds),
  /** Training, validation and test stand one after the other in the files. */
  rows: z.object({ train: count, validation: count, test: count }),
  inputs: count,
  outputs: count,
  targets: z.array(z.string()),
  classes: z.array(z.string()).nullable(),
  scales: z.array(z.object({ mean: z.number(), deviation: z.number() })).nullable(),
  /** What became of each column, for people and other programs: nothing here reads it. */
  columns: z.array(z.unknown()),
  notes: z.array(z.string()),
  sha256: z.object({ inputs: z.string(), targets: z.string() }),
});

/** Is the record that is kept beside the rows. */
export type AboutTable = z.output<typeof aboutForm>;

const aboutFile = 'about.json';
/** Columns of ten thousand categories each. */
const mostAboutBytes = 2 ** 29;

/** Goes up when the same file and request would give other rows. */
const preparation = 1;

/**
 * Gives the digits that stand for a file and for what was said of it.
 * @param fileSha256 of the file's bytes, as `Table.sha256`
 */
export function tableDigest(fileSha256: string, request: TableRequest): string {
  const { targets, targetKind, columns, delimiter, decimalMark, mostCategories, splitColumn, splitSeed } = request;
  const lists = [request.categorical, request.numeric, request.drop].map((names) => names.toSorted());
  const said = [targets, targetKind, lists, columns, delimiter, decimalMark, mostCategories, splitColumn, splitSeed];
  const text = JSON.stringify([preparation, fileSha256, said]);
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

/** Gives the folder in the root that holds a copy. */
export function tableFolder(root: DataRoot, sha256: string): string {
  return path.join(datasetFolder(root, 'table'), sha256);
}

/** Reads the record of a copy; null where there is none. Throws a UserError where the file is no such record. */
export async function readAboutTable(root: DataRoot, sha256: string): Promise<AboutTable | null> {
  const folder = tableFolder(root, sha256);
  return readRecord(path.join(folder, aboutFile), {
    form: aboutForm,
    mostBytes: mostAboutBytes,
    what: 'a prepared table',
    remedy: `remove the folder ${folder} and name the table itself on the command line`,
  });
}

/** Writes the copy of a prepared table, unless another process has. Throws a UserError where the disk refuses. */
export async function writeTableCopy(root: DataRoot, sha256: string, prepared: PreparedTable): Promise<void> {
  const { counts, inputs, inputWidth, targets, targetWidth } = rowsOf(prepared);
  const files = { inputs: npyOf(inputs, inputWidth), targets: npyOf(targets, targetWidth) };
  const { kind, targetNames, classes, scales, columns, notes } = prepared;
  const about: AboutTable = {
    ...{ kind, rows: counts, inputs: inputWidth, outputs: targetWidth, targets: [...targetNames] },
    classes: classes === null ? null : [...classes],
    scales: scales === null ? null : [...scales],
    sha256: { inputs: hashOf(files.inputs), targets: hashOf(files.targets) },
    columns: [...columns],
    notes: [...notes],
  };
  const fill = async (staged: string) => {
    await writeFileAtomically(path.join(staged, 'inputs.npy'), files.inputs);
    await writeFileAtomically(path.join(staged, 'targets.npy'), files.targets);
    await writeFileAtomically(path.join(staged, aboutFile), `${JSON.stringify(about, null, 1)}\n`);
  };
  await fillFolder(tableFolder(root, sha256), fill, async () => (await readAboutTable(root, sha256)) !== null);
}

/** Opens the rows of a copy. Throws a UserError where there is none, or it is damaged or another one than the name says. */
export async function openTableCopy(root: DataRoot, described: DescribedTable): Promise<TableRows> {
  const { kind, inputs, outputs, trainingRows, sha256 } = described;
  const folder = tableFolder(root, sha256);
  const remedy = 'name the table itself on the command line of search or train: --task table:<file> --target <column>';
  const about = await readAboutTable(root, sha256);
  if (about === null) throw new UserError(`${folder}: expected the prepared copy of a table, got none; ${remedy}`);
  if (
    about.kind !== kind ||
    about.inputs !== inputs ||
    about.outputs !== outputs ||
    about.rows.train !== trainingRows
  ) {
    const of = (what: string, rows: number, width: number, values: number) =>
      `${what} with ${rows} training rows of ${width} inputs and ${values} outputs`;
    throw new UserError(
      `${folder}: expected ${of(kind, trainingRows, inputs, outputs)}, as the task's name says, got ` +
        `${of(about.kind, about.rows.train, about.inputs, about.outputs)}; ${remedy}`,
    );
  }
  const { train, validation, test } = about.rows;
  const rows = train + validation + test;
  const read = async (name: keyof AboutTable['sha256'], width: number) => {
    const expected = { sha256: about.sha256[name], mostBytes: npyBytes(rows, width) };
    const bytes = await readChecked(path.join(folder, `${name}.npy`), expected, `remove that folder, and ${remedy}`);
    return floatsOfNpy(bytes, rows * width);
  };
  return {
    counts: about.rows,
    inputWidth: inputs,
    targetWidth: outputs,
    inputs: await read('inputs', inputs),
    targets: await read('targets', outputs),
    meaning: { targets: about.targets, classes: about.classes, scales: about.scales },
  };
}

/** In pieces, as one update takes less than 2 GiB. */
const pieceBytes = 2 ** 26;

function hashOf(bytes: Uint8Array): string {
  const hash = createHash('sha256');
  for (let at = 0; at < bytes.length; at += pieceBytes) hash.update(bytes.subarray(at, at + pieceBytes));
  return hash.digest('hex');
}
