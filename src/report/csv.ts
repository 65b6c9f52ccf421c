/** CSV from a table of columns. The same table documents the file. */
import { stringify } from 'csv-stringify/sync';
import { withoutFormulas } from '../base/formulas.js';
import { evaluationSets, type EvaluationSet } from '../run/run.js';

/** Describes a column of a CSV file, and writes its cells. */
export interface Column<Row> {
  readonly name: string;
  readonly documentation: string;
  /** Null is an empty cell. Numbers are written as the shortest text that reads back as the same number. */
  readonly value: (row: Row) => string | number | boolean | null;
}

/** Leaves the columns of a set empty that was not measured; they start with its name, such as `test_psnr_db`. */
export function measuredColumns<Row>(
  columns: readonly Column<Row>[],
  onlySet: EvaluationSet | null,
): readonly Column<Row>[] {
  const unmeasured = evaluationSets.filter((set) => onlySet !== null && set !== onlySet);
  return columns.map((column) =>
    unmeasured.some((set) => column.name.startsWith(`${set}_`)) ? { ...column, value: () => null } : column,
  );
}

/** So many rows are made to text at once. */
const rowsOfPiece = 1000;

/**
 * Writes a header and a line per row, in the order given, each ending in a newline; in pieces, as very many rows are
 * longer than a string can be. Text that a spreadsheet would run as a formula gets an apostrophe before it (see
 * `formulas.ts`; the library knows no line feed and no semicolon); numbers, negative ones too, stay numbers.
 */
export function* csvPieces<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): Generator<string, void, void> {
  for (let start = 0; start === 0 || start < rows.length; start += rowsOfPiece) {
    yield piece(columns, rows.slice(start, start + rowsOfPiece), start === 0);
  }
}

function piece<Row>(columns: readonly Column<Row>[], rows: readonly Row[], header: boolean): string {
  const cells = rows.map((row) => columns.map((column) => column.value(row)));
  return stringify(cells, {
    header,
    columns: columns.map((column) => column.name),
    record_delimiter: '\n',
    // A lone carriage return ends a line for many readers, so what follows it would start a cell.
    quoted_match: /\r/,
    cast: { boolean: String, string: withoutFormulas },
  });
}

/** Gives the same as one text, for few rows. */
export function csvOf<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  return [...csvPieces(columns, rows)].join('');
}
