/** What the columns of a table are: found by stated rules, or told. What no rule decides is a problem, never a guess. */
import { UserError } from '../../base/errors.js';
import { counted, formatExactCount } from '../../base/numbers.js';
import { shown } from '../../base/shown.js';
import { booleanOf, looksLikeDate, looksLikeMarkedNumber } from './cells.js';
import { listed, namesOption } from './names.js';
import type { TableRequest } from './request.js';
import { cellText, placeOfRow, type Table, type TableColumn } from './table.js';

/** Says how the cells of a column are taken; `empty` where none holds anything. */
export type ColumnKind = 'numeric' | 'boolean' | 'categorical' | 'empty';

/** Is a column whose kind is known. */
export interface KnownColumn {
  readonly column: TableColumn;
  readonly kind: ColumnKind;
}

/** Holds the columns that may be inputs. */
export interface KnownColumns {
  readonly columns: readonly KnownColumn[];
  readonly notes: readonly string[];
}

type Finding = { readonly kind: ColumnKind; readonly note?: string } | { readonly problem: string };

/**
 * Finds the kind of each of these columns. Throws a UserError that says what is wrong with the first one that has none,
 * names the others, and has a detail for each.
 */
export function columnKinds(table: Table, columns: readonly TableColumn[], request: TableRequest): KnownColumns {
  const problems: { name: string; problem: string }[] = [];
  const notes: string[] = [];
  const known: KnownColumn[] = [];
  for (const column of columns) {
    const finding = kindOf(table, column, request);
    if ('problem' in finding) problems.push({ name: column.name, problem: finding.problem });
    else known.push({ column, kind: finding.kind });
    if ('note' in finding && finding.note !== undefined) notes.push(finding.note);
  }
  if (problems.length > 0) throw problemsError(table.source, problems);
  return { columns: known, notes };
}

const mostDetails = 20;

function problemsError(source: string, problems: readonly { name: string; problem: string }[]): UserError {
  const [first, ...others] = problems.map(({ problem }) => `${source}: ${problem}`);
  if (others.length === 0) return new UserError(first!);
  const details = [first!, ...others].slice(0, mostDetails);
  const names = problems.map(({ name }) => name);
  const all = names.length <= 20 ? `; ${namesOption('--drop', ...names)} leaves all of them out` : '';
  const such = `${counted(others.length, 'more column')} cannot be taken either: ${listed(names.slice(1))}`;
  return new UserError(`${first}; ${such}${all}`, undefined, { details });
}

function kindOf(table: Table, column: TableColumn, request: TableRequest): Finding {
  const { counts, name } = column;
  const present = counts.finite + counts.infinite + counts.texts;
  if (request.numeric.includes(name)) return toldNumeric(table, column);
  if (present === 0) return { kind: 'empty' };
  if (request.categorical.includes(name)) return categorical(column, request);
  if (counts.texts > 0 && counts.texts < present) return mixed(table, column, request);
  if (counts.texts > 0) return wordsOnly(table, column, request);
  if (counts.infinite === 0) return { kind: 'numeric' };
  const row = findRow(column, (value) => value === Infinity || value === -Infinity);
  return {
    problem:
      `${problemAt(table, row, name)}: expected finite numbers, got ${infiniteText(counts.infinite)}; ` +
      `${asNumeric(name)}`,
  };
}

function infiniteText(count: number): string {
  return count === 1
    ? 'an infinite one or one beyond 1e308'
    : `${formatExactCount(count)} infinite ones or ones beyond 1e308`;
}

function asNumeric(name: string): string {
  return `leave the cells empty, or count them as missing with ${namesOption('--numeric', name)}`;
}

function problemAt(table: Table, row: number, name: string): string {
  return table.lines === null ? `row ${row + 1}, ${shown(name)}` : `line ${table.lines[row]}, column ${shown(name)}`;
}

function toldNumeric(table: Table, column: TableColumn): Finding {
  const { counts, name, codes } = column;
  if (counts.finite === 0) {
    return {
      problem:
        `--numeric: expected a column with numbers, got ${shown(name)} without any; leave it out with ` +
        `${namesOption('--drop', name)}`,
    };
  }
  const others = counts.texts + counts.infinite;
  if (others === 0) return { kind: 'numeric' };
  const row = findRow(
    column,
    (value, place) => (codes?.[place] ?? -1) !== -1 || (value - value !== 0 && value === value),
  );
  const note =
    `${name}: ${counted(others, 'cell')} that ` +
    `${others === 1 ? 'is no number counts' : 'are no numbers count'} as missing, such as ` +
    `${shown(cellText(column, row))} (${placeOfRow(table, row)})`;
  return { kind: 'numeric', note };
}

/** The first row whose number, or NaN in its place, fits. */
function findRow({ numbers, codes }: TableColumn, fits: (value: number, row: number) => boolean): number {
  const rows = numbers?.length ?? codes?.length ?? 0;
  for (let row = 0; row < rows; row += 1) if (fits(numbers === null ? NaN : numbers[row]!, row)) return row;
  return 0;
}

/** Numbers and words in one column. */
function mixed(table: Table, column: TableColumn, request: TableRequest): Finding {
  const { counts, name, codes } = column;
  const numbers = counts.finite + counts.infinite;
  const row = findRow(column, (_, place) => codes![place] !== -1);
  const cell = shown(cellText(column, row));
  if (marked(column, request)) return { problem: markedText(problemAt(table, row, name), cell, column, request) };
  if (numbers >= counts.texts) {
    const problem =
      `${problemAt(table, row, name)}: expected numbers or words, got ${formatExactCount(numbers)} of the one and ` +
      `${formatExactCount(counts.texts)} of the other, such as ${cell}; count words as missing with ` +
      `${namesOption('--numeric', name)}, or ` +
      `take every text as a category with ${namesOption('--categorical', name)}`;
    return { problem };
  }
  const finding = categorical(column, request);
  if ('problem' in finding) return finding;
  const note =
    `${name}: ${counted(numbers, 'cell')} among words ` +
    `${numbers === 1 ? 'is a number; it is a category' : 'are numbers; each value is a category'}`;
  return { kind: 'categorical', note };
}

function wordsOnly(table: Table, column: TableColumn, request: TableRequest): Finding {
  const { name, texts, codes } = column;
  if (texts.length <= 8 && texts.every((text) => booleanOf(text) !== null)) return { kind: 'boolean' };
  const row = findRow(column, (_, place) => codes![place] !== -1);
  const cell = shown(cellText(column, row));
  const place = problemAt(table, row, name);
  if (texts.every(looksLikeDate)) {
    const problem =
      `${place}: expected numbers or categories, got dates or times such as ${cell}; leave it out with ` +
      `${namesOption('--drop', name)}, or put ` +
      `year, month or hours in columns of their own (${namesOption('--categorical', name)} takes each as a category)`;
    return { problem };
  }
  if (marked(column, request)) return { problem: markedText(place, cell, column, request) };
  return categorical(column, request);
}

/** Whether most of the texts are numbers with marks in them. */
function marked({ texts }: TableColumn, { decimalMark }: TableRequest): boolean {
  const isMarked = (text: string) => looksLikeMarkedNumber(text) || (decimalMark === ',' && hasDecimalPoint.test(text));
  return 2 * texts.filter(isMarked).length > texts.length;
}

const hasDecimalPoint = /^[-+]?\d*\.\d+(e[-+]?\d+)?$/i;

function markedText(place: string, cell: string, { name, texts }: TableColumn, { decimalMark }: TableRequest): string {
  const [other, mark, example] =
    decimalMark === ',' ? (['point', '.', '1234,5'] as const) : (['comma', ',', '1234.5'] as const);
  const isDecimal = texts.some((text) => new RegExp(`^[-+]?\\d*\\${mark}\\d+$`).test(text));
  const decimal = isDecimal ? ` (--decimal-mark ${other}, if the ${other} is the decimal mark)` : '';
  return (
    `${place}: expected numbers such as ${example}, got ${cell}; write them without other marks${decimal}, or ` +
    'take every text as a ' +
    `category with ${namesOption('--categorical', name)}`
  );
}

function categorical(column: TableColumn, { mostCategories }: TableRequest): Finding {
  const { counts, name } = column;
  const categories = countCategories(column, mostCategories);
  if (categories <= mostCategories) return { kind: 'categorical' };
  const isUnique = categories === counts.texts + counts.finite + counts.infinite;
  const got =
    (column.hasUnkept ? 'more than ' : '') +
    formatExactCount(categories) +
    (isUnique ? ', another one in every row, as an identifier has' : '');
  const enough = 10 ** Math.ceil(Math.log10(categories + 1));
  const allow = enough > 10_000 ? '' : `, or allow more with --most-categories ${enough}`;
  const problem =
    `column ${shown(name)}: expected at most ${mostCategories} categories, got ${got}; leave it out with ` +
    `${namesOption('--drop', name)}${allow}`;
  return { problem };
}

/** Counts the different texts, and the different numbers among them. */
export function countCategories({ numbers, texts }: TableColumn, most: number): number {
  const values = new Set<number>();
  for (const value of numbers ?? []) {
    if (value !== value) continue;
    values.add(value);
    if (values.size + texts.length > most && values.size > 10_000) break;
  }
  return texts.length + values.size;
}
