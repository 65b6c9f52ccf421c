/**
 * What the readers of CSV files share: the package that parses records, how a file begins, and faults in words. Commas,
 * semicolons and tabs are told apart by the first line with text, or named by a line `sep=;` before it, as spreadsheets
 * write it.
 */
import { isUtf8 } from 'node:buffer';
import { CsvError, parse, type Options, type Parser } from 'csv-parse';
import { parse as parseAtOnce } from 'csv-parse/sync';
import { UserError } from '../base/errors.js';

/** Says how a CSV file begins. */
export interface Opening {
  readonly delimiter: string;
  /** The first lines of the file, without one that names the delimiter. */
  readonly block: Buffer;
  /** The number of the first of them in the file, 1-based. */
  readonly firstLine: number;
}

/** Opens a parser of records that end in any of the usual ways. How many cells a record has is left to its reader. */
export function openParser(options: Options): Parser {
  return parse({
    // Lines from elsewhere may end in another way than the first one.
    record_delimiter: ['\r\n', '\n', '\r'],
    // How many cells a record has is checked with its line, against the header.
    relax_column_count: true,
    ...options,
  });
}

/** Reads the records of a short text; null where it is no CSV. */
export function recordsIn(text: string): string[][] | null {
  try {
    return parseAtOnce(text, { trim: true, relax_column_count: true });
  } catch (error) {
    if (error instanceof CsvError) return null;
    throw error;
  }
}

/** Gives the line that names the delimiter, if the text begins with one, and what it names. */
export function separatorLine(text: string): { readonly line: string; readonly character: string } | null {
  const [line, character] = /^\ufeff?"?sep=([^"\r\n]*)"?(?:\r\n|\r|\n|$)/i.exec(text) ?? [];
  return line === undefined || character === undefined ? null : { line, character };
}

const delimiters = [',', ';', '\t'] as const;

/** Gives the delimiter that the first line with text has most of. */
export function delimiterOf(text: string): string {
  const line = text.split(/[\r\n]+/).find((one) => /[^\s,;]/.test(one)) ?? '';
  const occurrences = (delimiter: string) => line.split(delimiter).length;
  return delimiters.reduce((best, delimiter) => (occurrences(delimiter) > occurrences(best) ? delimiter : best));
}

/** Finds the first line that is no UTF-8 text, or holds a zero byte; null where there is none. */
export function unreadableLine(
  block: Buffer,
  firstLine: number,
): { readonly line: number; readonly hasZeroByte: boolean } | null {
  if (isUtf8(block) && !block.includes(0)) return null;
  for (let start = 0, line = firstLine; start < block.length; line += 1) {
    const end = block.indexOf('\n', start) + 1 || block.length;
    const text = block.subarray(start, end);
    const hasZeroByte = text.includes(0);
    if (hasZeroByte || !isUtf8(text)) return { line, hasZeroByte };
    start = end;
  }
  return null;
}

/** Counts the line ends of a block. */
export function countLineEnds(block: Buffer): number {
  let count = 0;
  for (let at = block.indexOf('\n'); at !== -1; at = block.indexOf('\n', at + 1)) count += 1;
  return count;
}

/** Yields a first piece, and then the others, which are closed however this ends. */
export async function* startingWith(first: Buffer, rest: AsyncGenerator<Buffer, void>): AsyncGenerator<Buffer, void> {
  try {
    yield first;
    yield* rest;
  } finally {
    await rest.return();
  }
}

const faults: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'expected a quoted cell to end with a quote, got the end of the file; close the quote',
  CSV_INVALID_CLOSING_QUOTE:
    'expected the end of a cell after its closing quote, got more text; write quotes in a cell twice',
  INVALID_OPENING_QUOTE:
    'expected quotes around a whole cell, got one inside; quote the cell and write the quote twice',
};

/**
 * Gives an error of the parser as a UserError with its line, and any other as it is.
 * @param firstLine the number in the file of the first line that was parsed
 * @param tooLong words for a record that is too long
 */
export function csvError(error: unknown, source: string, firstLine: number, tooLong: string): unknown {
  if (!(error instanceof CsvError)) return error;
  const { code, message } = error;
  const words = code === 'CSV_MAX_RECORD_SIZE' ? tooLong : faults[code];
  const line = Number(error['lines']) + firstLine - 1;
  return new UserError(`${source}:${line}: ${words ?? `expected CSV, got: ${message.split('\n')[0]}`}`);
}
