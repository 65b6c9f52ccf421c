/** CSV from a table of columns. The same table documents the file. */
import { stringify } from 'csv-stringify/sync';
import { withoutFormulas } from '../base/formulas.js';
import { evaluationSets, type EvaluationSet } from '../run/run.js';

export interface Column<Row> {
  readonly name: string;
  readonly documentation: string;
  /** Null is an empty cell. Numbers are written as the shortest text that reads back as the same number. */
  readonly value: (row: Row) => string | number | boolean | null;
}

/** The same columns, those of a set that was not measured empty: they start with its name, such as `test_psnr_db`. */
export function measuredColumns<Row>(
  columns: readonly Column<Row>[],
  onlySet: EvaluationSet | null,
): readonly Column<Row>[] {
  const unmeasured = evaluationSets.filter((set) => onlySet !== null && set !== onlySet);
  return columns.map((column) =>
    unmeasured.some((set) => column.name.startsWith(`${set}_`)) ? { ...column, value: () => null } : column,
  );
}

/**
 * A header and a line per row, in the order given, each ending in a newline. Text that a spreadsheet would run as a
 * formula gets an apostrophe before it (see `formulas.ts`; the library knows no line feed and no semicolon); numbers,
 * negative ones too, stay numbers.
 */
export function csvOf<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const cells = rows.map((row) => columns.map((column) => column.value(row)));
  return stringify(cells, {
    header: true,
    columns: columns.map((column) => column.name),
    record_delimiter: '\n',
    // A lone carriage return ends a line for many readers, so what follows it would start a cell.
    quoted_match: /\r/,
    cast: { boolean: String, string: withoutFormulas },
  });
}
