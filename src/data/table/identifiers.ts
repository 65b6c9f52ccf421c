/** Columns of numbers that name a row and say nothing of it. */
import type { KnownColumn } from './column-kinds.js';
import { namesOption } from './names.js';
import type { TableColumn } from './table.js';

/** In fewer rows, numbers may count up by chance. */
const fewestRows = 10;

/** Says whether a column is the index that a program such as pandas writes before the others: no name, counting rows. */
export function isUnnamedIndex(column: TableColumn): boolean {
  return column.position === 1 && ['column 1', 'Unnamed: 0'].includes(column.name) && countsRows(column);
}

/** Gives a warning for a numeric column that counts the rows, or is called an identifier and never holds a value twice. */
export function identifierNotes({ column, kind }: KnownColumn): string[] {
  const { name } = column;
  if (kind !== 'numeric') return [];
  const advice = `it looks like an identifier, which ${namesOption('--drop', name)} leaves out`;
  if (countsRows(column)) return [`warning: ${name} counts the rows; ${advice}`];
  if (/(^|[_. -])(id|index|key|uuid)$|[a-z](Id|ID)$/i.test(name) && isUnique(column)) {
    return [`warning: ${name} has another whole number in every row; ${advice}`];
  }
  return [];
}

function countsRows({ numbers, counts }: TableColumn): boolean {
  const first = numbers?.[0];
  if (first === undefined || numbers === null || numbers.length < fewestRows || counts.finite < numbers.length)
    return false;
  return Number.isInteger(first) && numbers.every((value, row) => value === first + row);
}

function isUnique({ numbers, counts }: TableColumn): boolean {
  if (numbers === null || numbers.length < fewestRows || counts.finite < numbers.length) return false;
  return numbers.every(Number.isInteger) && new Set(numbers).size === numbers.length;
}
