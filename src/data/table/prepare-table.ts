/** A table as inputs and targets of a network: fitted on the training rows alone, and divided into parts. */
import { UserError } from '../../base/errors.js';
import { counted, formatExactCount } from '../../base/numbers.js';
import { shown } from '../../base/shown.js';
import { columnKinds, type ColumnKind } from './column-kinds.js';
import { identifierNotes, isUnnamedIndex } from './identifiers.js';
import { fitColumn, type CategoryFit, type ColumnInputs, type NumericFit, type Rows } from './inputs.js';
import { leakNotes } from './leaks.js';
import { prepareTargets, type TargetScale } from './prepare-targets.js';
import type { TableRequest, TargetKind } from './request.js';
import { fewestRows, splitByColumn, splitBySeed, type ColumnSplit, type Parts } from './split-rows.js';
import type { Table, TableColumn } from './table.js';
import { readTargets, type Targets } from './targets.js';

/** Describes one column of the file, and what became of it. */
export interface PreparedColumn {
  readonly name: string;
  readonly role: 'input' | 'target' | 'split' | 'left out';
  /** Null for a column that was not read, and for the split. */
  readonly kind: ColumnKind | TargetKind | null;
  /** Its values in words: a range, or how many categories. */
  readonly values: string;
  /** Of all rows of the file; 0 for a column that was not read. */
  readonly missing: number;
  /** Its first place among the inputs. */
  readonly firstInput: number;
  /** How many inputs it makes, or values of the targets; 0 if it is left out. */
  readonly width: number;
  /** What is done with it, in words. */
  readonly done: string;
  /** What was learned of an input; null for every other column. */
  readonly fit: NumericFit | CategoryFit | null;
}

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
/** 4.3 GB. */
const mostValues = 2 ** 30;

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
  const columns = describe(table, request, {
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

interface Described {
  readonly inputs: ReadonlyMap<
    string,
    { readonly column: TableColumn; readonly kind: ColumnKind; readonly inputs: ColumnInputs; readonly first: number }
  >;
  readonly targets: Targets;
  readonly targetWidth: number;
  readonly indexes: readonly TableColumn[];
}

/** Every column of the file, in its order. */
function describe(
  table: Table,
  request: TableRequest,
  { inputs, targets, targetWidth, indexes }: Described,
): PreparedColumn[] {
  const columnOf = new Map(table.columns.map((column) => [column.name, column]));
  const nothing = { kind: null, values: '', firstInput: 0, width: 0, fit: null };
  return table.names.map((name): PreparedColumn => {
    const missing = columnOf.get(name)?.counts.missing ?? 0;
    const input = inputs.get(name);
    if (input !== undefined) {
      const {
        kind,
        first,
        inputs: { fit, width, values, done },
      } = input;
      return {
        name,
        role: width === 0 ? 'left out' : 'input',
        kind,
        values,
        missing,
        firstInput: first,
        width,
        done,
        fit,
      };
    }
    if (table.targets.includes(name)) {
      const width = targets.classes === null ? 1 : targetWidth;
      const values = targets.classes === null ? '' : `${targetWidth} classes`;
      return {
        ...nothing,
        name,
        role: 'target',
        kind: targets.kind,
        values,
        missing,
        width,
        done: targetWords[targets.kind],
      };
    }
    if (name === request.splitColumn) return { ...nothing, name, role: 'split', missing, done: 'divides the rows' };
    const done = indexes.some((column) => column.name === name) ? 'left out: it counts the rows' : 'left out, as told';
    return { ...nothing, name, role: 'left out', missing, done };
  });
}

const targetWords: Readonly<Record<TargetKind, string>> = {
  regression: 'standardised',
  classification: 'one-hot',
  'multi-label': '0 or 1',
};
