/**
 * Reads a CSV file record after record, in one pass and without holding its text; UTF-8, with or without a byte order mark.
 */
import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { UserError } from '../base/errors.js';
import { fileError } from '../base/files.js';
import { openRegularFile } from '../base/regular-files.js';
import { shown } from '../base/shown.js';
import {
  countLineEnds,
  csvError,
  delimiterOf,
  openParser,
  separatorLine,
  startingWith,
  unreadableLine,
  type Opening,
} from '../data/csv.js';

/** Is one line of a file, unless a quoted cell holds line ends. */
export interface CsvRecord {
  /** 1-based, where the record starts. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** Holds the header of an open CSV file, and reads its records. */
export interface CsvFile {
  /** The first record with any text. */
  readonly header: CsvRecord;
  /** The character that divides cells. */
  readonly delimiter: string;
  /** To be read once. */
  readonly records: AsyncIterable<CsvRecord>;
  /** Of the file's bytes, in hexadecimal, once all records were read. */
  sha256(): string;
}

const longestRecordBytes = 100_000;

/** Opens a file. Throws a UserError, with its line, where it is none or no CSV; so does reading on. */
export async function openCsv(file: string): Promise<CsvFile> {
  const source = path.basename(file);
  const hash = createHash('sha256');
  const lines = soundLines(file, hash);
  const first = await lines.next();
  const opening = openingOf(first.done ? Buffer.alloc(0) : first.value, source);
  const records = recordsOf(source, opening, lines);
  let header = await records.next();
  while (!header.done && isBlank(header.value)) header = await records.next();
  if (header.done) throw new UserError(`${source}: expected a CSV file with a header line, got an empty file`);
  return { header: header.value, delimiter: opening.delimiter, records, sha256: () => hash.digest('hex') };
}

/** Whether no cell holds anything: a spreadsheet leaves such lines where something was deleted. */
function isBlank({ cells }: CsvRecord): boolean {
  return cells.every((cell) => cell.trim() === '');
}

async function* recordsOf(
  source: string,
  { delimiter, firstLine, block }: Opening,
  lines: AsyncGenerator<Buffer, void>,
): AsyncGenerator<CsvRecord, void> {
  const parser = openParser({ bom: true, delimiter, max_record_size: longestRecordBytes, raw: true });
  const fed = pipeline(startingWith(block, lines), parser);
  // The same error ends the iteration below.
  fed.catch(() => undefined);
  let line = firstLine;
  try {
    for await (const { record, raw } of parser as AsyncIterable<{ record: string[]; raw: string }>) {
      if (record.length > 1 || record.some((cell) => cell.trim() !== '')) yield { line, cells: record };
      line += lineEndsIn(raw);
    }
  } catch (error) {
    // The parser reads ahead, so only its own count says where it failed.
    throw csvError(error, source, firstLine, tooLong);
  }
}

/** Blocks of whole lines, which are text and of bounded length. A line end is no part of any other UTF-8 character. */
async function* soundLines(file: string, hash: Hash): AsyncGenerator<Buffer, void> {
  const source = path.basename(file);
  let line = 1;
  let rest = Buffer.alloc(0);
  for await (const chunk of chunksOf(file)) {
    hash.update(chunk);
    const bytes = Buffer.concat([rest, chunk]);
    const end = bytes.lastIndexOf('\n') + 1;
    const block = bytes.subarray(0, end);
    rest = bytes.subarray(end);
    if (rest.length > longestRecordBytes) throw new UserError(`${source}:${line + countLineEnds(block)}: ${tooLong}`);
    requireText(block, source, line);
    line += countLineEnds(block);
    if (block.length > 0) yield block;
  }
  requireText(rest, source, line);
  if (rest.length > 0) yield rest;
}

async function* chunksOf(file: string): AsyncGenerator<Buffer, void> {
  try {
    // What is none is refused before anything waits for it.
    await (await openRegularFile(file)).close();
    yield* createReadStream(file) as AsyncIterable<Buffer>;
  } catch (error) {
    throw fileError(error, 'read', file);
  }
}

function requireText(block: Buffer, source: string, firstLine: number): void {
  const unreadable = unreadableLine(block, firstLine);
  if (unreadable === null) return;
  throw new UserError(
    `${source}:${unreadable.line}: expected UTF-8 text, got other bytes; save the file as CSV in UTF-8`,
  );
}

function lineEndsIn(raw: string): number {
  return raw.match(/\r\n|\r|\n/g)?.length ?? 0;
}

/** A line that names the delimiter is no part of the table. */
function openingOf(block: Buffer, source: string): Opening {
  const text = block.toString('utf8');
  const separator = separatorLine(text);
  if (separator === null) return { delimiter: delimiterOf(text), block, firstLine: 1 };
  const { line, character } = separator;
  // A spreadsheet that saved the file again wrote the cells of this line out.
  if (!/^([^\w\s"']|\t)\1*$/.test(character)) {
    throw new UserError(
      `${source}:1: expected the character that divides cells behind sep=, got ${shown(character)}; mend the line or delete it`,
    );
  }
  return { delimiter: character.charAt(0), block: Buffer.from(text.slice(line.length)), firstLine: 2 };
}

const tooLong = `expected a record of at most ${longestRecordBytes / 1000} kB, got a longer one up to here; is a quote left open?`;
