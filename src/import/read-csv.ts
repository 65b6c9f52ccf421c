/**
 * Reads a CSV file record after record, in one pass and without holding its text. Commas, semicolons and tabs are told
 * apart by the first line; UTF-8, with or without a byte order mark.
 */
import { isUtf8 } from 'node:buffer';
import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { CsvError, parse } from 'csv-parse';
import { UserError } from '../base/errors.js';
import { fileError } from '../base/files.js';
import { openRegularFile } from '../base/regular-files.js';

/** One line of a file, unless a quoted cell holds line ends. */
export interface CsvRecord {
  /** 1-based, where the record starts. */
  readonly line: number;
  readonly cells: readonly string[];
}

export interface CsvFile {
  readonly header: CsvRecord;
  /** To be read once. */
  readonly records: AsyncIterable<CsvRecord>;
  /** Of the file's bytes, in hexadecimal, once all records were read. */
  sha256(): string;
}

const longestRecordBytes = 100_000;

/** Opens a file. Throws a UserError, with its line, where it is none or no CSV; so does reading on. */
export async function openCsv(file: string): Promise<CsvFile> {
  const hash = createHash('sha256');
  const records = recordsOf(file, hash);
  const header = await records.next();
  if (header.done) {
    throw new UserError(`${path.basename(file)}: expected a CSV file with a header line, got an empty file`);
  }
  return { header: header.value, records, sha256: () => hash.digest('hex') };
}

async function* recordsOf(file: string, hash: Hash): AsyncGenerator<CsvRecord, void> {
  const source = path.basename(file);
  const lines = soundLines(file, hash);
  const first = await lines.next();
  if (first.done) return;
  const parser = parse({
    bom: true,
    delimiter: delimiterOf(first.value),
    max_record_size: longestRecordBytes,
    raw: true,
    // How many cells a record has is checked with its line, against the header.
    relax_column_count: true,
  });
  const fed = pipeline(startingWith(first.value, lines), parser);
  // The same error ends the iteration below.
  fed.catch(() => undefined);
  let line = 1;
  try {
    for await (const { record, raw } of parser as AsyncIterable<{ record: string[]; raw: string }>) {
      if (record.length > 1 || record[0]!.trim() !== '') yield { line, cells: record };
      line += lineEndsIn(raw);
    }
  } catch (error) {
    // The parser reads ahead, so only its own count says where it failed.
    throw error instanceof CsvError ? new UserError(`${source}:${error['lines']}: ${faultOf(error)}`) : error;
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
  if (isUtf8(block) && !block.includes(0)) return;
  for (let start = 0, line = firstLine; start < block.length; line += 1) {
    const end = block.indexOf('\n', start) + 1 || block.length;
    const text = block.subarray(start, end);
    if (!isUtf8(text) || text.includes(0)) {
      throw new UserError(`${source}:${line}: expected UTF-8 text, got other bytes; save the file as CSV in UTF-8`);
    }
    start = end;
  }
}

function countLineEnds(block: Buffer): number {
  let count = 0;
  for (let at = block.indexOf('\n'); at !== -1; at = block.indexOf('\n', at + 1)) count += 1;
  return count;
}

function lineEndsIn(raw: string): number {
  return raw.match(/\r\n|\r|\n/g)?.length ?? 0;
}

async function* startingWith(first: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void> {
  yield first;
  yield* rest;
}

const delimiters = [',', ';', '\t'] as const;

/** The one that the first line has most of. */
function delimiterOf(block: Buffer): string {
  const [line] = block.toString('utf8').split(/[\r\n]/, 1);
  const occurrences = (delimiter: string) => line!.split(delimiter).length;
  return delimiters.reduce((best, delimiter) => (occurrences(delimiter) > occurrences(best) ? delimiter : best));
}

const tooLong = `expected a record of at most ${longestRecordBytes / 1000} kB, got a longer one up to here; is a quote left open?`;

const faults: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'expected a quoted cell to end with a quote, got the end of the file; close the quote',
  CSV_INVALID_CLOSING_QUOTE:
    'expected the end of a cell after its closing quote, got more text; write quotes in a cell twice',
  INVALID_OPENING_QUOTE:
    'expected quotes around a whole cell, got one inside; quote the cell and write the quote twice',
  CSV_MAX_RECORD_SIZE: tooLong,
};

function faultOf({ code, message }: CsvError): string {
  return faults[code] ?? `expected CSV, got: ${message.split('\n')[0]}`;
}
