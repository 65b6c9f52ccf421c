/** What became of each column of a table, in words. */
import type { ColumnKind } from './column-kinds.js';
import type { CategoryFit, ColumnInputs, NumericFit } from './inputs.js';
import type { TableRequest, TargetKind } from './request.js';
import type { Table, TableColumn } from './table.js';
import type { Targets } from './targets.js';

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

/** Says what was made of the columns. */
export interface Described {
  readonly inputs: ReadonlyMap<
    string,
    { readonly column: TableColumn; readonly kind: ColumnKind; readonly inputs: ColumnInputs; readonly first: number }
  >;
  readonly targets: Targets;
  readonly targetWidth: number;
  readonly indexes: readonly TableColumn[];
}

/** Describes every column of the file, in its order. */
export function describeColumns(
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
