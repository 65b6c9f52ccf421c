/** A table in memory: each column as numbers and codes of texts, no text of a cell more than once. */

/** Is the most columns of a table: what is wider is no table, but text with commas. */
export const mostColumns = 10_000;
/** Is the most cells of a table: 4.3 GB of numbers. */
export const mostCells = 2 ** 29;

/** Holds one column. A cell is a number, a text, or missing. */
export interface TableColumn {
  readonly name: string;
  /** From 1, in the file. */
  readonly position: number;
  /** `[rows]`; NaN where the cell is no number, and infinite where it is too large. Null where all cells are texts. */
  readonly numbers: Float64Array | null;
  /** `[rows]`; the place of the cell's text in `texts`, `noText` or `unkeptText`. Null where no cell is a text. */
  readonly codes: Int32Array | null;
  /** The different texts, in the order of the file. */
  readonly texts: readonly string[];
  readonly counts: CellCounts;
  /** Whether the column has more different texts than were kept. */
  readonly hasUnkept: boolean;
}

/** Counts the cells of a column by what they are. */
export interface CellCounts {
  readonly finite: number;
  readonly infinite: number;
  readonly texts: number;
  readonly missing: number;
}

/** Marks, in place of the code of a text, a cell that is a number or missing. */
export const noText = -1;
/** Marks, in place of the code of a text, a text that came after too many others. */
export const unkeptText = -2;

/** Holds a file that was read. */
export interface Table {
  /** The name of the file, for messages. */
  readonly source: string;
  /** Of the file's bytes, in hexadecimal; of both files' digests where the targets have a file of their own. */
  readonly sha256: string;
  readonly rows: number;
  /** `[rows]`; where each row starts in the file, from 1. Null for arrays. */
  readonly lines: Uint32Array | null;
  /** The names of all columns in the order of the file, those that were not read too. */
  readonly names: readonly string[];
  /** The columns that were read, in the order of the file. */
  readonly columns: readonly TableColumn[];
  /** The targets: those of the request, or those of the arrays. */
  readonly targets: readonly string[];
  /** What is worth knowing of how it was read. */
  readonly notes: readonly string[];
}

/** Says where a row is, for messages: `table.csv:17`, or `x.npz row 16` for arrays. */
export function placeOfRow({ source, lines }: Pick<Table, 'source' | 'lines'>, row: number): string {
  return lines === null ? `${source} row ${row + 1}` : `${source}:${lines[row]}`;
}

/** Gives the text of a cell, for messages. */
export function cellText({ numbers, codes, texts }: TableColumn, row: number): string {
  const code = codes?.[row] ?? noText;
  if (code >= 0) return texts[code]!;
  if (code === unkeptText) return 'another text';
  const value = numbers?.[row];
  return value === undefined || Number.isNaN(value) ? '' : String(value);
}
