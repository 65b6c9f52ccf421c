/** A CSV file as a table, read once: no text of a row is kept. */
import path from 'node:path';
import { UserError } from '../../base/errors.js';
import { isMissingText, numberOf } from './cells.js';
import { openColumn, pieceRowsOf, type GrowingColumn } from './column-store.js';
import { readRecords } from './csv-records.js';
import { checkNames, columnNames } from './names.js';
import type { TableRequest } from './request.js';
import { mostCells, mostColumns, type Table, type TableColumn } from './table.js';

/** Of one column; more than anybody takes as categories. */
const keptTexts = 10_000;
/** Of all columns together, each of some hundred bytes. */
const keptTextsOfAll = 4e6;

/**
 * Reads a CSV file with a header, compressed by gzip or not. Throws a UserError, with its line, for what is no table:
 * none or two columns of a name, rows with more or fewer cells than the header, no rows, too many columns or cells.
 */
export async function readCsvTable(file: string, request: TableRequest): Promise<Table> {
  const source = path.basename(file);
  const growing = openTable(source, request);
  const sha256 = await readRecords(file, request.delimiter, (cells, line) => growing.add(cells, line));
  return { source, sha256, targets: request.targets, notes: [], ...growing.finish() };
}

function openTable(source: string, request: TableRequest) {
  let names: readonly string[] = [];
  let columns: (GrowingColumn | null)[] = [];
  const lines = openLines();

  function open(written: readonly string[], line: number): void {
    names = columnNames(written, `${source}:${line}`);
    checkNames(request, names, source);
    columns = columnsOf(names, request);
  }

  function addHeader(cells: readonly string[], line: number): void {
    requireFewColumns(cells, `${source}:${line}`);
    if (request.columns === null) {
      requireHeader(cells, `${source}:${line}`);
      return open(cells, line);
    }
    if (cells.length !== request.columns.length) {
      throw new UserError(
        `--columns: expected a name for each of the ${cells.length} columns of ${source}, got ${request.columns.length}`,
      );
    }
    open(request.columns, line);
    addRow(cells, line);
  }

  function addRow(cells: readonly string[], line: number): void {
    if (cells.length !== columns.length) throw raggedRow(cells.length, columns.length, `${source}:${line}`);
    if ((lines.count() + 1) * columns.length > mostCells) throw tooManyCells(columns.length, `${source}:${line}`);
    for (let index = 0; index < cells.length; index += 1) columns[index]?.add(cells[index]!);
    lines.add(line);
  }

  return {
    add: (cells: readonly string[], line: number) => (names.length === 0 ? addHeader : addRow)(cells, line),
    finish(): Pick<Table, 'rows' | 'lines' | 'names' | 'columns'> {
      if (names.length === 0) throw new UserError(`${source}: expected a CSV file with a header, got an empty file`);
      if (lines.count() === 0) throw new UserError(`${source}: expected rows below the header, got none`);
      const read = columns.flatMap((column): TableColumn[] => (column === null ? [] : [column.finish()]));
      return { rows: lines.count(), lines: lines.finish(), names, columns: read };
    },
  };
}

function columnsOf(names: readonly string[], request: TableRequest): (GrowingColumn | null)[] {
  const drop = new Set(request.drop);
  const categorical = new Set(request.categorical);
  const budget = { texts: keptTextsOfAll };
  const leastTexts = request.mostCategories + 1;
  const mostTexts = Math.max(keptTexts, leastTexts);
  const pieceRows = pieceRowsOf(names.length);
  return names.map((name, index) => {
    if (drop.has(name)) return null;
    const textOnly = categorical.has(name) || name === request.splitColumn;
    const { decimalMark } = request;
    return openColumn({ name, position: index + 1, textOnly, decimalMark, pieceRows, mostTexts, leastTexts, budget });
  });
}

/** Numbers that become one typed array. */
function openLines() {
  let all = new Uint32Array(1024);
  let count = 0;
  return {
    count: () => count,
    add(line: number): void {
      if (count === all.length) {
        const longer = new Uint32Array(2 * count);
        longer.set(all);
        all = longer;
      }
      all[count] = line;
      count += 1;
    },
    finish: () => all.slice(0, count),
  };
}

function requireFewColumns(cells: readonly string[], place: string): void {
  if (cells.length <= mostColumns) return;
  throw new UserError(`${place}: expected at most ${mostColumns} columns, got ${cells.length}; is this a table?`);
}

function requireHeader(cells: readonly string[], place: string): void {
  if (cells.some((cell) => Number.isNaN(numberOf(cell)) && !isMissingText(cell))) return;
  throw new UserError(
    `${place}: expected a header with the names of the columns, got numbers only; add a line of names, or give them with ` +
      '--columns a,b,c',
  );
}

function raggedRow(got: number, expected: number, place: string): UserError {
  const advice = got < expected ? 'is a cell missing, or a quote left open?' : 'quote cells that hold the delimiter';
  return new UserError(`${place}: expected ${expected} cells, as the header has, got ${got}; ${advice}`);
}

function tooManyCells(columns: number, place: string): UserError {
  return new UserError(
    `${place}: expected at most ${mostCells} cells, got more in the rows up to here of ${columns} ` +
      'columns; take fewer rows, ' +
      'or take columns out of the file',
  );
}
