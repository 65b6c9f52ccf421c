/**
 * Records of the lines of a CSV file up to the first quote: such lines are divided by their delimiter alone, several times as
 * fast as a parser goes through their characters.
 */
import type { UserError } from '../../base/errors.js';

/** Takes a record: its cells without the space around them, and the line on which it starts, from 1. */
export type TakeRecord = (cells: readonly string[], line: number) => void;

/** Holds what is left for a parser, from the start of a line on. */
export interface Rest {
  readonly block: Buffer;
  /** The number of its first line, from 1. */
  readonly line: number;
}

/** Says how a file is divided. */
export interface PlainReading {
  readonly delimiter: string;
  /** The number of the first line, from 1. */
  readonly firstLine: number;
  readonly longestLineBytes: number;
  /** Makes the error for a longer line. */
  tooLong(line: number): UserError;
}

const quote = 0x22;
const carriageReturn = 0x0d;

/**
 * Hands on the records of the pieces that hold no quote; gives the rest from the first one that does, or null where none
 * does. Line ends are those of Unix and of Windows; a file with others is a rest too.
 */
export async function takePlainRecords(
  pieces: AsyncGenerator<Buffer, void>,
  { delimiter, firstLine, longestLineBytes, tooLong }: PlainReading,
  take: TakeRecord,
): Promise<Rest | null> {
  let line = firstLine;
  let pending: Buffer = Buffer.alloc(0);
  const takeLines = (block: Buffer) => {
    const text = block.toString('utf8');
    const lines = block.includes(carriageReturn) ? text.split(/\r\n|\r|\n/) : text.split('\n');
    // Behind the last line end stands nothing.
    if (lines.at(-1) === '') lines.pop();
    for (const one of lines) {
      const cells = trimmed(one.split(delimiter));
      if (cells.length > 1 || cells[0] !== '') take(cells, line);
      line += 1;
    }
  };
  for (let next = await pieces.next(); !next.done; next = await pieces.next()) {
    const bytes = pending.length === 0 ? next.value : Buffer.concat([pending, next.value]);
    const end = bytes.lastIndexOf('\n') + 1;
    if (bytes.includes(quote) || (end === 0 && bytes.includes(carriageReturn))) return { block: bytes, line };
    if (end > 0) takeLines(bytes.subarray(0, end));
    pending = bytes.subarray(end);
    if (pending.length > longestLineBytes) throw tooLong(line);
  }
  if (pending.length > 0) takeLines(pending);
  return null;
}

function trimmed(cells: string[]): string[] {
  for (let index = 0; index < cells.length; index += 1) {
    const cell = cells[index]!;
    if (cell.charCodeAt(0) <= 32 || cell.charCodeAt(cell.length - 1) <= 32) cells[index] = cell.trim();
  }
  return cells;
}
