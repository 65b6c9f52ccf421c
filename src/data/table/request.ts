/** What a user says of a table, and what holds where nothing is said. */
import { splitSeed } from '../split.js';

/** Lists what a network may learn from a table. */
export const targetKinds = ['regression', 'classification', 'multi-label'] as const;

/** Is one of the kinds of targets. */
export type TargetKind = (typeof targetKinds)[number];

/** Says how a table is to be read. Columns go by their names in the file. */
export interface TableRequest {
  /** The columns to be predicted; none for arrays of numpy, which name their targets themselves. */
  readonly targets: readonly string[];
  /** Null where the values of the targets decide. */
  readonly targetKind: TargetKind | null;
  /** Columns whose every text is a category, numbers included. */
  readonly categorical: readonly string[];
  /** Columns of numbers, in which any other text counts as missing. */
  readonly numeric: readonly string[];
  /** Columns that are not read. */
  readonly drop: readonly string[];
  /** The names of the columns of a file without a header; null where the first line has them. */
  readonly columns: readonly string[] | null;
  /** The character between cells; null where the first line decides. */
  readonly delimiter: string | null;
  readonly decimalMark: '.' | ',';
  /** The most categories of one column. */
  readonly mostCategories: number;
  /** The column that says of each row whether it is for training, validation or testing; null for a random split. */
  readonly splitColumn: string | null;
  /** Of the random split. */
  readonly splitSeed: number;
  /** The .npy file with the targets, where the inputs are one too. */
  readonly targetFile: string | null;
}

/** Holds what applies where a user says nothing. */
export const defaultRequest: TableRequest = {
  targets: [],
  targetKind: null,
  categorical: [],
  numeric: [],
  drop: [],
  columns: null,
  delimiter: null,
  decimalMark: '.',
  mostCategories: 256,
  splitColumn: null,
  splitSeed,
  targetFile: null,
};
