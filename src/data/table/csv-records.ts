/**
 * The records of a CSV file, one after the other and in one pass. Commas, semicolons and tabs are told apart by the first
 * line with text, outside of quotes, or named by a line `sep=;` before it, as spreadsheets write it.
 */
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { CsvError, parse } from 'csv-parse';
import { UserError } from '../../base/errors.js';
import { shown } from '../../base/shown.js';
import { takePlainRecords, type TakeRecord } from './plain-records.js';
import { openText, startingWith } from './source-bytes.js';

const longestRecordBytes = 2 ** 24;

/**
 * Reads all records of a file that hold any text, and gives the SHA-256 of its bytes. Throws a UserError, with its
 * line, for what is no CSV, and whatever `take` throws.
 */
export async function readRecords(file: string, delimiter: string | null, take: TakeRecord): Promise<string> {
  const source = path.basename(file);
  const text = openText(file);
  const { pieces } = text;
  const opening = await firstLines(pieces)
    .then((block) => openingOf(block, source, delimiter))
    .catch(async (error: unknown) => {
      await pieces.return();
      throw error;
    });
  const { delimiter: character, firstLine } = opening;
  const all = startingWith(opening.block, pieces);
  try {
    const tooLong = (line: number) => new UserError(`${source}:${line}: ${tooLongText}`);
    const reading = { delimiter: character, firstLine, longestLineBytes: longestRecordBytes, tooLong };
    const rest = await takePlainRecords(all, reading, take);
    if (rest !== null)
      await parseRecords(startingWith(rest.block, all), { source, delimiter: character, firstLine: rest.line }, take);
  } finally {
    await all.return();
  }
  return text.sha256();
}

async function parseRecords(
  pieces: AsyncIterable<Buffer>,
  { source, delimiter, firstLine }: { source: string; delimiter: string; firstLine: number },
  take: TakeRecord,
): Promise<void> {
  let lineBefore = firstLine - 1;
  const parser = parse({
    delimiter,
    max_record_size: longestRecordBytes,
    trim: true,
    // Lines from elsewhere may end in another way than the first one.
    record_delimiter: ['\r\n', '\n', '\r'],
    // How many cells a record has is checked with its line, against the header.
    relax_column_count: true,
    on_record(cells: string[], { lines }) {
      const line = lineBefore + 1;
      lineBefore = lines + firstLine - 1;
      if (cells.length > 1 || cells[0] !== '') take(cells, line);
      // Nothing is handed on, so nothing is kept.
      return null;
    },
  });
  parser.resume();
  try {
    await pipeline(pieces, parser);
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new UserError(`${source}:${Number(error['lines']) + firstLine - 1}: ${faultOf(error)}`);
  }
}

/** Pieces up to the end of the first line with text, or of the file. */
async function firstLines(pieces: AsyncGenerator<Buffer, void>): Promise<Buffer> {
  const read: Buffer[] = [];
  let length = 0;
  let hasText = false;
  for (let next = await pieces.next(); !next.done; next = await pieces.next()) {
    read.push(next.value);
    length += next.value.length;
    const piece = next.value.toString('utf8').replace(/^\ufeff/, '');
    const text: string = hasText ? piece : piece.trimStart();
    hasText ||= text !== '';
    if (length > longestRecordBytes || /[\r\n]/.test(text)) break;
  }
  return Buffer.concat(read);
}

/** How a file begins. */
interface Opening {
  readonly delimiter: string;
  /** The first lines of the file, without one that names the delimiter. */
  readonly block: Buffer;
  /** The number of the first of them in the file, from 1. */
  readonly firstLine: number;
}

/** A line that names the delimiter is no part of the table. */
function openingOf(block: Buffer, source: string, told: string | null): Opening {
  const text = block.toString('utf8');
  const [line, character] = /^\ufeff?"?sep=([^"\r\n]*)"?(?:\r\n|\r|\n|$)/i.exec(text) ?? [];
  if (line === undefined || character === undefined) {
    const withoutMark = text.startsWith('\ufeff') ? block.subarray(3) : block;
    return { delimiter: told ?? delimiterOf(text), block: withoutMark, firstLine: 1 };
  }
  if (told === null && !/^[^\w\s"']$|^\t$/.test(character)) {
    throw new UserError(
      `${source}:1: expected the character that divides cells behind sep=, got ${shown(character)}; mend ` +
        'the line or delete it',
    );
  }
  return { delimiter: told ?? character, block: Buffer.from(text.slice(line.length)), firstLine: 2 };
}

const delimiters = [',', ';', '\t'] as const;

/** The one that the first line with text has most of outside of quotes. */
function delimiterOf(text: string): string {
  const unquoted = text.slice(0, 2 ** 20).replace(/"[^"]*"?/g, 'quoted');
  const line = unquoted.split(/[\r\n]+/).find((one) => /[^\s,;]/.test(one)) ?? '';
  const occurrences = (delimiter: string) => line.split(delimiter).length;
  return delimiters.reduce((best, delimiter) => (occurrences(delimiter) > occurrences(best) ? delimiter : best));
}

const tooLongText =
  `expected a record of at most ${Math.floor(longestRecordBytes / 1e6)} MB, got a longer one up to here; is ` +
  'a quote left open?';

const faults: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'expected a quoted cell to end with a quote, got the end of the file; close the quote',
  CSV_INVALID_CLOSING_QUOTE:
    'expected the end of a cell after its closing quote, got more text; write quotes in a cell twice',
  INVALID_OPENING_QUOTE:
    'expected quotes around a whole cell, got one inside; quote the cell and write the quote twice',
  CSV_MAX_RECORD_SIZE: tooLongText,
};

function faultOf({ code, message }: CsvError): string {
  return faults[code] ?? `expected CSV, got: ${message.split('\n')[0]}`;
}
