/** A table as inputs and targets of a network: fitted on the training rows alone, and divided into parts. */
import { UserError } from '../../base/errors.js';
import { counted, formatExactCount } from '../../base/numbers.js';
import { shown } from '../../base/shown.js';
import { columnKinds } from './column-kinds.js';
import { describeColumns, type PreparedColumn } from './describe-columns.js';
import { identifierNotes, isUnnamedIndex } from './identifiers.js';
import { fitColumn, type ColumnInputs, type Rows } from './inputs.js';
import { leakNotes } from './leaks.js';
import { mostValues, prepareTargets, type TargetScale } from './prepare-targets.js';
import type { TableRequest, TargetKind } from './request.js';
import { fewestRows, splitByColumn, splitBySeed, type ColumnSplit, type Parts } from './split-rows.js';
import type { Table } from './table.js';
import { readTargets, type Targets } from './targets.js';

/** Holds what a network learns from, and how it was made. Rows are numbered from 0, without those that miss a target. */
export interface PreparedTable {
  readonly source: string;
  readonly sha256: string;
  readonly rows: number;
  /** `[rows]`: the numbers of these rows in the table, which counts every row of the file from 0. */
  readonly sourceRows: Uint32Array;
  /** `[rows, inputWidth]`. */
  readonly inputs: Float32Array;
  readonly inputWidth: number;
  /** `[rows, targetWidth]`; see `PreparedTargets`. */
  readonly targets: Float32Array;
  readonly targetWidth: number;
  readonly kind: TargetKind;
  readonly targetNames: readonly string[];
  /** Of each target of regression, in its own unit; null for other kinds. */
  readonly scales: readonly TargetScale[] | null;
  /** The classes in the order of the targets' values; null for other kinds. */
  readonly classes: readonly string[] | null;
  readonly parts: Parts;
  readonly columns: readonly PreparedColumn[];
  /** What a user should know: rows and columns left out, decisions, warnings. */
  readonly notes: readonly string[];
}

/** More inputs than any table of numbers and a few categories makes. */
const mostInputs = 10_000;

/**
 * Prepares a table: finds the kind of each column, divides the rows, fits the columns to the training rows, and makes
 * inputs and targets. Throws a UserError of one line for whatever no rule decides, too few rows, and too many inputs.
 */
export function prepareTable(table: Table, request: TableRequest): PreparedTable {
  const targets = readTargets(table, request);
  const special = new Set([...table.targets, request.splitColumn]);
  const candidates = table.columns.filter((column) => !special.has(column.name));
  const indexes = candidates.filter((column) => isUnnamedIndex(column));
  const known = columnKinds(
    table,
    candidates.filter((column) => !indexes.includes(column)),
    request,
  );
  const kept = rowsWithTargets(targets, table);
  const split = splitOf(table, targets, kept, request);
  const rows: Rows = { kept, training: split.parts.training.map((row) => kept[row]!) };
  const fitted = known.columns.map((one) => ({ ...one, inputs: fitColumn(one, rows, table) }));
  const prepared = prepareTargets(targets, rows, table);
  const { inputs, inputWidth, firsts } = writeInputs(
    fitted.map((one) => one.inputs),
    fitted.map(({ column }) => column.name),
    kept.length,
    prepared.width,
  );
  const columns = describeColumns(table, request, {
    inputs: new Map(fitted.map((one, index) => [one.column.name, { ...one, first: firsts[index]! }])),
    targets,
    targetWidth: prepared.width,
    indexes,
  });
  return {
    source: table.source,
    sha256: table.sha256,
    rows: kept.length,
    sourceRows: kept,
    inputs,
    inputWidth,
    targets: prepared.values,
    targetWidth: prepared.width,
    kind: targets.kind,
    targetNames: table.targets,
    scales: prepared.scales,
    classes: prepared.classes,
    parts: split.parts,
    columns,
    notes: [
      ...table.notes,
      ...missingTargetNotes(table.rows - kept.length),
      ...targets.notes,
      ...prepared.notes,
      ...split.notes,
      ...indexes.map(({ name }) => `${name} is left out: it has no name and counts the rows`),
      ...known.notes,
      ...fitted.flatMap((one) => one.inputs.notes),
      ...known.columns.flatMap((one) => [...identifierNotes(one), ...leakNotes(one, targets, rows.training)]),
    ],
  };
}

/** The rows that miss no target. */
function rowsWithTargets({ values, classes }: Targets, table: Table): Uint32Array {
  const kept = new Uint32Array(table.rows);
  let count = 0;
  for (let row = 0; row < table.rows; row += 1) {
    if (classes === null ? values.some((numbers) => Number.isNaN(numbers[row]!)) : classes.codes[row]! < 0) continue;
    kept[count] = row;
    count += 1;
  }
  if (count >= fewestRows) return kept.slice(0, count);
  const without = count === table.rows ? '' : ' with a target';
  throw new UserError(`${table.source}: expected at least ${fewestRows} rows${without}, got ${count}; add some`);
}

function missingTargetNotes(count: number): string[] {
  return count === 0 ? [] : [`${counted(count, 'row')} without a target ${count === 1 ? 'is' : 'are'} left out`];
}

function splitOf(table: Table, { classes }: Targets, kept: Uint32Array, request: TableRequest): ColumnSplit {
  const { splitColumn, splitSeed } = request;
  if (splitColumn !== null) {
    const column = table.columns.find(({ name }) => name === splitColumn)!;
    return splitByColumn(table, column, kept, splitSeed);
  }
  const ofKept = classes === null ? null : Int32Array.from(kept, (row) => classes.codes[row]!);
  return { parts: splitBySeed(kept.length, ofKept, splitSeed), notes: [] };
}

function writeInputs(columns: readonly ColumnInputs[], names: readonly string[], rows: number, targetWidth: number) {
  const inputWidth = columns.reduce((sum, { width }) => sum + width, 0);
  if (inputWidth === 0) {
    throw new UserError(
      'inputs: expected at least one column that differs between training rows, got none; keep more columns',
    );
  }
  if (inputWidth > mostInputs || rows * (inputWidth + targetWidth) > mostValues) {
    const widest = [...columns.keys()].sort((one, other) => columns[other]!.width - columns[one]!.width).slice(0, 3);
    const which = widest
      .map((index) => `${shown(names[index])} makes ${formatExactCount(columns[index]!.width)}`)
      .join(', ');
    throw new UserError(
      `inputs: expected at most ${formatExactCount(mostInputs)} inputs and ${formatExactCount(mostValues)} values, got ` +
        `${formatExactCount(inputWidth)} inputs in ${formatExactCount(rows)} rows (${which}); leave columns out with --drop`,
    );
  }
  const inputs = new Float32Array(rows * inputWidth);
  const firsts: number[] = [];
  let first = 0;
  for (const column of columns) {
    column.write(inputs, inputWidth, first);
    firsts.push(first);
    first += column.width;
  }
  return { inputs, inputWidth, firsts };
}
