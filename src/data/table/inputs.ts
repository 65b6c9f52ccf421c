/** Columns as inputs of a network: what is learned of each from the training rows alone, and its values. */
import { UserError } from '../../base/errors.js';
import { counted, formatExactCount } from '../../base/numbers.js';
import { shown } from '../../base/shown.js';
import type { KnownColumn } from './column-kinds.js';
import { placeOfRow, type Table } from './table.js';
import { categoriesOfColumn, numbersOfColumn } from './values.js';

/** Holds what was learned of a numeric or boolean column from the training rows. */
export interface NumericFit {
  readonly type: 'numeric';
  /** Of the cells that are not missing. */
  readonly mean: number;
  /** The square root of the mean squared deviation, with the number of cells as its denominator; 0 if it is constant. */
  readonly deviation: number;
  /** Whether a second input says where the cell is missing: some training row misses it. */
  readonly hasIndicator: boolean;
}

/** Holds what was learned of a categorical column from the training rows. */
export interface CategoryFit {
  readonly type: 'categorical';
  /** Those with an input each, in the order of the inputs. */
  readonly categories: readonly string[];
  /** Whether missing cells are a category, the last one: some training row misses it. */
  readonly hasMissing: boolean;
}

/** Is a column as inputs. */
export interface ColumnInputs {
  /** Null where it is left out: it is constant on the training rows. */
  readonly fit: NumericFit | CategoryFit | null;
  /** How many inputs it makes. */
  readonly width: number;
  /** What its values are, in words: a range, or how many categories. */
  readonly values: string;
  /** What is done with it, in words. */
  readonly done: string;
  readonly notes: readonly string[];
  /**
   * Writes the inputs of one row after the other, `[rows, inputWidth]`, this column's from `first` on. Throws a UserError
   * for a number that is no float32 once it is standardised.
   */
  write(inputs: Float32Array, inputWidth: number, first: number): void;
}

/** Says which rows count, by their numbers in the table. */
export interface Rows {
  readonly kept: Uint32Array;
  readonly training: Uint32Array;
}

/** Fits a column to the training rows. */
export function fitColumn(known: KnownColumn, rows: Rows, table: Table): ColumnInputs {
  if (known.kind === 'empty') return leftOut('no values', 'holds no values');
  return known.kind === 'categorical' ? fitCategories(known, rows) : fitNumbers(known, rows, table);
}

function leftOut(values: string, why: string, name?: string): ColumnInputs {
  const notes = name === undefined ? [] : [`${name} is left out: it ${why}`];
  return { fit: null, width: 0, values, done: `left out: it ${why}`, notes, write: () => undefined };
}

function fitNumbers({ column, kind }: KnownColumn, { kept, training }: Rows, table: Table): ColumnInputs {
  const { name } = column;
  const numbers = numbersOfColumn(column, kind);
  const { mean, deviation, least, most, missing } = momentsOf(numbers, training);
  if (missing === training.length) return leftOut('no values', 'holds no values on the training rows', name);
  const values = kind === 'boolean' ? 'true, false' : `${shortNumber(least)} to ${shortNumber(most)}`;
  const isConstant = least === most;
  const hasIndicator = missing > 0;
  if (isConstant && !hasIndicator) return leftOut(values, `is ${shortNumber(least)} on all training rows`, name);
  const missingElsewhere = hasIndicator ? 0 : countMissing(numbers, kept);
  const place = (row: number) => `${placeOfRow(table, row)}: column ${shown(name)}`;
  const width = Number(!isConstant) + Number(hasIndicator);
  return {
    fit: { type: 'numeric', mean, deviation: isConstant ? 0 : deviation, hasIndicator },
    width,
    values,
    done: numericWords({ mean, deviation, isConstant, missing: missing + missingElsewhere, hasIndicator }),
    notes: [
      ...(missingElsewhere === 0
        ? []
        : [
            `${name} misses ${counted(missingElsewhere, 'cell')} outside of the training rows and none ` +
              'inside: the training mean stands there',
          ]),
      ...(isConstant ? [] : farNotes(name, { numbers, kept, least, most })),
    ],
    write(inputs, inputWidth, first) {
      for (let index = 0, at = first; index < kept.length; index += 1, at += inputWidth) {
        const value = numbers[kept[index]!]!;
        const isMissing = value !== value;
        if (!isConstant) {
          const standardised = isMissing ? 0 : (value - mean) / deviation;
          if (Math.abs(standardised) > largestInput) throw tooFar(place(kept[index]!), value, mean, deviation);
          inputs[at] = standardised;
        }
        if (hasIndicator && isMissing) inputs[at + width - 1] = 1;
      }
    },
  };
}

interface Range {
  readonly numbers: Float64Array;
  readonly kept: Uint32Array;
  readonly least: number;
  readonly most: number;
}

/** Says how many rows lie further from the range of the training rows than half of its length. */
function farNotes(name: string, { numbers, kept, least, most }: Range): string[] {
  const reach = (most - least) / 2;
  const far = kept.filter((row) => numbers[row]! > most + reach || numbers[row]! < least - reach);
  if (far.length === 0) return [];
  return [
    `${name}: ${counted(far.length, 'row')} outside of the training rows ${far.length === 1 ? 'lies' : 'lie'} far beyond ` +
      `these (${shortNumber(numbers[far[0]!]!)}, where training has ${shortNumber(least)} to ${shortNumber(most)}): ` +
      'errors there can be large enough to decide an RMSE',
  ];
}

/** Squares of larger ones are no float32. */
const largestInput = 1e18;

function tooFar(place: string, value: number, mean: number, deviation: number): UserError {
  return new UserError(
    `${place}: expected a number near those of the training rows (mean ${shortNumber(mean)}, standard deviation ` +
      `${shortNumber(deviation)}), got ${value}; mend or empty the cell`,
  );
}

function numericWords({
  mean,
  deviation,
  isConstant,
  missing,
  hasIndicator,
}: {
  mean: number;
  deviation: number;
  isConstant: boolean;
  missing: number;
  hasIndicator: boolean;
}): string {
  const standardised = `standardised: mean ${shortNumber(mean)}, standard deviation ${shortNumber(deviation)}`;
  const parts = isConstant ? ['constant where it is not missing'] : [standardised];
  if (isConstant || missing === 0) parts.push(...(hasIndicator ? ['missing: an indicator'] : []));
  else parts.push(hasIndicator ? 'missing: mean and an indicator' : 'missing: mean');
  return parts.join('; ');
}

/** Writes a number with four significant digits. */
export function shortNumber(value: number): string {
  return String(Number(value.toPrecision(4)));
}

/** Describes the numbers of some rows, without the missing ones. */
export interface Moments {
  readonly mean: number;
  readonly deviation: number;
  readonly least: number;
  readonly most: number;
  readonly missing: number;
}

/** Computes mean and standard deviation, in two passes; scaled where squares would overflow or vanish. */
export function momentsOf(numbers: Float64Array, rows: Uint32Array): Moments {
  let [missing, least, most] = [0, Infinity, -Infinity];
  for (const row of rows) {
    const value = numbers[row]!;
    if (value !== value) missing += 1;
    else {
      if (value < least) least = value;
      if (value > most) most = value;
    }
  }
  const count = rows.length - missing;
  const largest = Math.max(Math.abs(least), Math.abs(most));
  const scale = largest > 1e100 || (largest > 0 && largest < 1e-100) ? largest : 1;
  let sum = 0;
  for (const row of rows) if (numbers[row]! === numbers[row]!) sum += numbers[row] / scale;
  const mean = sum / count;
  let squares = 0;
  for (const row of rows) {
    const away = numbers[row]! / scale - mean;
    if (away === away) squares += away * away;
  }
  return { mean: mean * scale, deviation: Math.sqrt(squares / count) * scale, least, most, missing };
}

function countMissing(numbers: Float64Array, rows: Uint32Array): number {
  let missing = 0;
  for (const row of rows) if (numbers[row]! !== numbers[row]!) missing += 1;
  return missing;
}

function fitCategories({ column }: KnownColumn, { kept, training }: Rows): ColumnInputs {
  const { codes, names } = categoriesOfColumn(column);
  const { name } = column;
  // The last place is that of missing cells.
  const place = (row: number) => (codes[row]! < 0 ? names.length : codes[row]!);
  const counts = new Uint32Array(names.length + 1);
  for (const row of training) counts[place(row)]! += 1;
  const seen = [...counts.keys()].filter((code) => counts[code]! > 0);
  const labels = seen.map((code) => names[code] ?? '');
  const hasMissing = counts[names.length]! > 0;
  const values = `${formatExactCount(seen.length - Number(hasMissing))} categories`;
  if (seen.length === 1) {
    const what = hasMissing ? 'missing' : shown(labels[0]);
    return leftOut(values, `is ${what} on all training rows`, name);
  }
  const inputOf = new Int32Array(names.length + 1).fill(-1);
  for (const [index, code] of seen.entries()) inputOf[code] = index;
  return {
    fit: { type: 'categorical', categories: hasMissing ? labels.slice(0, -1) : labels, hasMissing },
    width: seen.length,
    values,
    done: `one-hot${hasMissing ? '; missing is a category' : ''}`,
    notes: unseenNotes(name, kept, (row) => (inputOf[place(row)]! < 0 ? (names[codes[row]!] ?? '') : null)),
    write(inputs, inputWidth, first) {
      for (let index = 0, start = first; index < kept.length; index += 1, start += inputWidth) {
        const input = inputOf[place(kept[index]!)]!;
        if (input >= 0) inputs[start + input] = 1;
      }
    },
  };
}

/** Says how many rows hold categories that no training row has; `unseen` gives such a one, '' for a missing cell. */
function unseenNotes(name: string, kept: Uint32Array, unseen: (row: number) => string | null): string[] {
  const found = new Set<string>();
  let rows = 0;
  for (const row of kept) {
    const category = unseen(row);
    if (category === null) continue;
    rows += 1;
    found.add(category);
  }
  if (rows === 0) return [];
  const examples = [...found].slice(0, 3).map((category) => (category === '' ? 'missing cells' : shown(category)));
  const more = found.size > 3 ? ' …' : '';
  return [
    `${name}: ${counted(rows, 'row')} outside of the training rows hold what no training row has ` +
      `(${examples.join(', ')}${more}); all inputs of the column are 0 there`,
  ];
}
