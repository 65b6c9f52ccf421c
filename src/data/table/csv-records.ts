/**
 * The records of a CSV file, one after the other and in one pass. Commas, semicolons and tabs are told apart by the first
 * line with text, outside of quotes, or named by a line `sep=;` before it, as spreadsheets write it.
 */
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { UserError } from '../../base/errors.js';
import { shown } from '../../base/shown.js';
import { takePlainRecords, type TakeRecord } from './plain-records.js';
import { csvError, delimiterOf, openParser, separatorLine, startingWith, type Opening } from '../csv.js';
import { openText } from './source-bytes.js';

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
  const parser = openParser({
    delimiter,
    max_record_size: longestRecordBytes,
    trim: true,
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
    throw csvError(error, source, firstLine, tooLongText);
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

/** A line that names the delimiter is no part of the table. */
function openingOf(block: Buffer, source: string, told: string | null): Opening {
  const text = block.toString('utf8');
  const separator = separatorLine(text);
  if (separator === null) {
    const withoutMark = text.startsWith('\ufeff') ? block.subarray(3) : block;
    return { delimiter: told ?? delimiterOf(withoutQuoted(text)), block: withoutMark, firstLine: 1 };
  }
  const { line, character } = separator;
  if (told === null && !/^[^\w\s"']$|^\t$/.test(character)) {
    throw new UserError(
      `${source}:1: expected the character that divides cells behind sep=, got ${shown(character)}; mend ` +
        'the line or delete it',
    );
  }
  return { delimiter: told ?? character, block: Buffer.from(text.slice(line.length)), firstLine: 2 };
}

/** Of an opening without what stands in quotes, which may hold any character. */
function withoutQuoted(text: string): string {
  return text.slice(0, 2 ** 20).replace(/"[^"]*"?/g, 'quoted');
}

const tooLongText =
  `expected a record of at most ${Math.floor(longestRecordBytes / 1e6)} MB, got a longer one up to here; is ` +
  'a quote left open?';
