/** The cells of a column as numbers, or as codes of categories. */
import { booleanOf } from './cells.js';
import type { ColumnKind } from './column-kinds.js';
import { noText, type TableColumn } from './table.js';

/** Gives the numbers of a numeric or boolean column, `[rows]`: 0 and 1 for false and true, NaN for a missing cell. */
export function numbersOfColumn({ numbers, codes, texts, counts }: TableColumn, kind: ColumnKind): Float64Array {
  if (kind === 'boolean') {
    const meanings = texts.map((text) => Number(booleanOf(text)));
    return Float64Array.from(codes!, (code) => (code < 0 ? NaN : meanings[code]!));
  }
  // Where a user calls a column numeric, what is infinite is missing.
  if (counts.infinite > 0) return numbers!.map((value) => (value - value === 0 ? value : NaN));
  return numbers!;
}

/** Holds a column as categories. */
export interface Categories {
  /** `[rows]`; the place of the category in `names`, -1 for a missing cell. */
  readonly codes: Int32Array;
  /** The different categories of all rows: by their numbers where all are numbers, else by their characters. */
  readonly names: readonly string[];
}

/** Gives the categories of a column; cells that are numbers are the same category where they are equal. */
export function categoriesOfColumn(column: TableColumn): Categories {
  const { codes, texts } = column;
  const names = [...texts];
  const found = codes === null ? new Int32Array(column.numbers!.length).fill(noText) : codes.slice();
  const ofNumber = new Map<number, number>();
  for (const [row, value] of (column.numbers ?? []).entries()) {
    if (value !== value) continue;
    let code = ofNumber.get(value);
    if (code === undefined) ofNumber.set(value, (code = names.push(String(value)) - 1));
    found[row] = code;
  }
  return sorted({ codes: found, names });
}

/** The order must not depend on that of the rows. */
function sorted({ codes, names }: Categories): Categories {
  const areNumbers = names.every((name) => name.trim() !== '' && Number.isFinite(Number(name)));
  const byCharacters = (one: string, other: string) => (one < other ? -1 : Number(one > other));
  const order = (one: string, other: string) =>
    (areNumbers ? Number(one) - Number(other) : 0) || byCharacters(one, other);
  const places = [...names.keys()].sort((one, other) => order(names[one]!, names[other]!));
  const placeOf = new Int32Array(names.length);
  for (const [place, code] of places.entries()) placeOf[code] = place;
  return { codes: codes.map((code) => (code < 0 ? -1 : placeOf[code]!)), names: places.map((code) => names[code]!) };
}
