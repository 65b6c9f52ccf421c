/** Which rows are for training, which for validation and which for testing: by a seed, or by a column. */
import { UserError } from '../../base/errors.js';
import { formatExactCount } from '../../base/numbers.js';
import { permutation, randomStream } from '../../base/random.js';
import { shown } from '../../base/shown.js';
import { cellText, placeOfRow, type Table, type TableColumn } from './table.js';

/** Lists the parts of a table. */
export const partNames = ['training', 'validation', 'test'] as const;

/** Names a part of a table. */
export type PartName = (typeof partNames)[number];

/** Holds the numbers of the rows of each part, ascending. */
export type Parts = Readonly<Record<PartName, Uint32Array>>;

/** Of the rows; those for training are the others. */
const heldOutShare = 0.1;

/** Fewer rows make no part of each kind. */
export const fewestRows = 10;

/**
 * Divides `rows` rows at random, as the seed decides: 10 % for validation and 10 % for testing, rounded down, the others
 * for training. With classes, each has its share in every part, and at least one row for training. Throws a UserError for
 * too few rows.
 * @param classes `[rows]`, the class of each row, from 0; null where there are none
 */
export function splitBySeed(rows: number, classes: Int32Array | null, seed: number): Parts {
  const heldOut = Math.floor(heldOutShare * rows);
  const order = permutation(randomStream('table split', seed), rows);
  const { first, others } = classes === null ? { first: [], others: order } : byClass(order, classes);
  if (others.length < 2 * heldOut) {
    throw new UserError(
      `split: expected classes with several rows each, got ${formatExactCount(first.length)} classes in ` +
        `${formatExactCount(rows)} rows; ` +
        'join classes, or take another target',
    );
  }
  const roles = new Uint8Array(rows);
  // Where rows are in the order of their classes, places at equal distances give each class its share.
  const rest = spread(others, heldOut, (row) => void (roles[row] = 2));
  spread(rest, heldOut, (row) => void (roles[row] = 1));
  return partsOf(roles);
}

/** The rows class after class, each class in the order given, without the first row of each. */
function byClass(order: Uint32Array, classes: Int32Array): { first: number[]; others: Uint32Array } {
  const rowsOf = new Map<number, number[]>();
  for (const row of order) {
    const rows = rowsOf.get(classes[row]!);
    if (rows === undefined) rowsOf.set(classes[row]!, [row]);
    else rows.push(row);
  }
  const sorted = [...rowsOf].sort(([one], [other]) => one - other).map(([, rows]) => rows);
  return {
    first: sorted.map((rows) => rows[0]!),
    others: Uint32Array.from(sorted.flatMap((rows) => rows.slice(1))),
  };
}

/** Takes so many items at equal distances; gives the others. */
function spread(items: Uint32Array, count: number, take: (item: number) => void): Uint32Array {
  const others = new Uint32Array(items.length - count);
  let left = 0;
  for (let place = 0; place < items.length; place += 1) {
    const isTaken = Math.floor(((place + 1) * count) / items.length) > Math.floor((place * count) / items.length);
    if (isTaken) take(items[place]!);
    else others[left++] = items[place]!;
  }
  return others;
}

/** The rows of each part by their roles: 0 is training, 1 validation and 2 testing. */
function partsOf(roles: Uint8Array): Parts {
  const counts = [0, 0, 0];
  for (const role of roles) counts[role]! += 1;
  const [training, validation, test] = counts.map((count) => new Uint32Array(count)) as [
    Uint32Array,
    Uint32Array,
    Uint32Array,
  ];
  const parts = [training, validation, test];
  const filled = [0, 0, 0];
  for (let row = 0; row < roles.length; row += 1) {
    const role = roles[row]!;
    parts[role]![filled[role]!] = row;
    filled[role]! += 1;
  }
  return { training, validation, test };
}

const spellings: Readonly<Record<PartName, readonly string[]>> = {
  training: ['training', 'train', 'tr', 'trn'],
  validation: ['validation', 'valid', 'val', 'dev', 'development'],
  test: ['test', 'testing', 'tst', 'te'],
};

/** Holds a split, and what is worth knowing of it. */
export interface ColumnSplit {
  readonly parts: Parts;
  readonly notes: readonly string[];
}

/**
 * Divides rows by a column that says train, validation or test in one of the common spellings. Where none is for
 * validation, a tenth of those for training is, as the seed decides. Throws a UserError, with its line, for another value,
 * and where nothing is for training or for testing.
 * @param kept the rows of the table that count; parts number these
 */
export function splitByColumn(table: Table, column: TableColumn, kept: Uint32Array, seed: number): ColumnSplit {
  const meanings = column.texts.map((text) =>
    partNames.findIndex((part) => spellings[part].includes(text.toLowerCase())),
  );
  const roles = new Uint8Array(kept.length);
  for (const [index, row] of kept.entries()) {
    const meaning = meanings[column.codes?.[row] ?? -1] ?? -1;
    if (meaning < 0) {
      throw new UserError(
        `${placeOfRow(table, row)}: expected train, validation or test in the column ${shown(column.name)}, got ` +
          `${shown(cellText(column, row))}; mend the cell, or leave --split-column out for a random split`,
      );
    }
    roles[index] = meaning;
  }
  const parts = partsOf(roles);
  const notes: string[] = [];
  if (parts.training.length > 0 && parts.validation.length === 0) {
    const order = permutation(randomStream('table validation', seed), parts.training.length);
    for (const place of order.subarray(0, Math.floor(heldOutShare * order.length))) roles[parts.training[place]!] = 1;
    notes.push(
      `${column.name}: no row is for validation; a tenth of the training rows is taken, by --split-seed ${seed}`,
    );
  }
  return { parts: requireAll(partsOf(roles), column, table), notes };
}

function requireAll(parts: Parts, { name }: TableColumn, { source }: Table): Parts {
  const empty = partNames.find((part) => parts[part].length === 0);
  if (empty === undefined) return parts;
  const counts = partNames.map((part) => `${formatExactCount(parts[part].length)} ${part}`).join(', ');
  throw new UserError(
    `${source}: expected rows for training, validation and test in the column ${shown(name)}, got ${counts}; mark rows as ` +
      `${spellings[empty][1]}, or leave --split-column out for a random split`,
  );
}
