/**
 * The run log's lines. Each is one JSON document, `{"checksum":"…","record":{…}}`, whose checksum is the first 16
 * hexadecimal digits of the SHA-256 of the record's text. The first record of a file names its format and version.
 */
import { isUtf8 } from 'node:buffer';
import { hash } from 'node:crypto';
import { checkRun } from './check-run.js';
import { splitLines, type Line } from './log-lines.js';
import type { Run } from './run.js';

/** Is the newest version that is read. A record says the version it needs; see `versionOf`. */
export const logVersion = 4;

/** Is what one line of the log holds: the format and its version, or a run. */
export type LogRecord =
  | { readonly type: 'header'; readonly format: 'hgmlp run log'; readonly version: number }
  | { readonly type: 'run'; readonly run: Run };

/** Makes the record that says which version the records after it need. */
export function headerRecord(version: number): LogRecord {
  return { type: 'header', format: 'hgmlp run log', version };
}

/**
 * Says which version a record needs. Since version 2 a run may be imported, with numbers that are not known, since
 * version 3 one may be stopped by a strategy, and since version 4 one may be of another family than `residual`, measured by
 * something else than PSNR, end by patience, or keep its learning rate; all else is read by version 1 too.
 */
export function versionOf(record: LogRecord): number {
  if (record.type === 'header') return record.version;
  const { arch, recipe } = record.run.spec;
  if (arch.family !== undefined || recipe.patience !== undefined || recipe.learningRateStep === 'never') return 4;
  if (isMeasuredOtherwise(record.run)) return 4;
  if (record.run.state === 'stopped') return 3;
  return record.run.imported === undefined ? 1 : 2;
}

function isMeasuredOtherwise(run: Run): boolean {
  const measured = run.state === 'finished' ? run.validation : run.curve[0]?.validation;
  return measured !== undefined && measured.psnrDb === undefined;
}

/** A run of the most epochs that may be asked for takes less: an epoch takes at most 240 bytes. */
const longestLineBytes = 2 ** 28;

const opening = '{"checksum":"';
const middle = '","record":';
const checksumDigits = 16;
const textStart = opening.length + checksumDigits + middle.length;

/** Writes the line of a record, its line end included. */
export function encodeLine(record: LogRecord): string {
  const text = JSON.stringify(record);
  return `${opening}${checksumOf(text)}${middle}${text}}\n`;
}

/** Holds what reading one file gave beside its runs. */
export interface LogReading {
  /** Lines that were left out, each in words. */
  readonly problems: readonly string[];
  /** Why the file is not to be read at all, in words; null where it is. */
  readonly refusal: string | null;
}

/** Takes a file piece by piece; the runs are told as they come. */
export interface LogParser {
  /** Takes the bytes that follow, which may be used again afterwards; false once the file is refused. */
  add(bytes: Buffer): boolean;
  /** To be called once, after the last bytes. */
  end(): LogReading;
}

/** More are counted: of a file that is none of ours every line is damaged. */
const mostToldLines = 1000;

/**
 * Tells every sound run of a file. Torn, altered or foreign lines are left out and told; they never harm the others.
 * @param longestBytes of a line; another one in tests
 */
export function parseLogInPieces(onRun: (run: Run) => void, longestBytes = longestLineBytes): LogParser {
  const lines = splitLines(longestBytes);
  const told: string[] = [];
  let untold = 0;
  let refusal: string | null = null;

  const tell = (problem: string) => {
    if (told.length < mostToldLines) told.push(problem);
    else untold += 1;
  };
  const see = (line: Line) => {
    const records = line.bytes === null ? [null] : recordsIn(line.bytes);
    for (const [index, record] of records.entries()) {
      if (refusal !== null) return;
      if (record === null) tell(problemOf(line, index === records.length - 1));
      else if (record.type === 'run') onRun(record.run);
      else if (record.version > logVersion) {
        refusal = `expected a run log of version ${logVersion} or older, got ${record.version}; update hgmlp`;
      }
    }
  };
  return {
    add(bytes) {
      for (const line of lines.add(bytes)) {
        see(line);
        if (refusal !== null) return false;
      }
      return true;
    },
    end() {
      for (const line of lines.rest()) see(line);
      const more = untold === 0 ? [] : [`${untold} more lines are damaged and were left out`];
      return { problems: refusal === null ? [...told, ...more] : [], refusal };
    },
  };
}

function problemOf({ bytes, number, ended }: Line, isLast: boolean): string {
  if (!ended && isLast) return 'the last line was cut off in mid-write and was left out';
  return `line ${number} is ${bytes === null ? 'longer than that of any run' : 'damaged'} and was left out`;
}

/** Holds all that reading a whole file gave. */
export interface ParsedLog extends LogReading {
  readonly runs: readonly Run[];
}

/** Does the same for a file that is in memory. */
export function parseLog(content: Buffer): ParsedLog {
  const runs: Run[] = [];
  const parser = parseLogInPieces((run) => runs.push(run));
  parser.add(content);
  const reading = parser.end();
  return { runs: reading.refusal === null ? runs : [], ...reading };
}

/**
 * The records on a line, null for what is none. Where a line end itself was altered, two records stand on one line: a new
 * one starts at each opening, which the text of none of ours can contain.
 */
function recordsIn(line: Buffer): (LogRecord | null)[] {
  const text = asWritten(line);
  const record = decodeLine(text);
  if (record !== null) return [record];
  const starts = [0];
  for (let at = text.indexOf(opening, 1); at !== -1; at = text.indexOf(opening, at + 1)) starts.push(at);
  return starts.map((start, index) => decodeLine(text.subarray(start, starts[index + 1])));
}

const [byteOrderMark, carriageReturn] = [Buffer.from('\uFEFF'), 0x0d];

/** Without what Git and editors add to lines: a byte order mark before the first one, and carriage returns behind all. */
function asWritten(line: Buffer): Buffer {
  const start = line.subarray(0, byteOrderMark.length).equals(byteOrderMark) ? byteOrderMark.length : 0;
  return line.subarray(start, line.at(-1) === carriageReturn ? -1 : line.length);
}

function decodeLine(line: Buffer): LogRecord | null {
  const head = line.toString('latin1', 0, textStart);
  if (!head.startsWith(opening) || !head.endsWith(middle) || line.at(-1) !== 0x7d) return null;
  const bytes = line.subarray(textStart, -1);
  if (!head.startsWith(checksumOf(bytes), opening.length)) return null;
  const text = bytes.toString();
  // What is no UTF-8 was never written by us.
  if (text.includes('\uFFFD') && !isUtf8(bytes)) return null;
  try {
    return checkRecord(JSON.parse(text));
  } catch {
    return null;
  }
}

function checkRecord(value: unknown): LogRecord | null {
  if (typeof value !== 'object' || value === null || !('type' in value)) return null;
  if (value.type === 'header')
    return 'version' in value && typeof value.version === 'number' ? (value as LogRecord) : null;
  if (value.type !== 'run' || !('run' in value)) return null;
  return checkRun(value.run) ? { type: 'run', run: value.run } : null;
}

function checksumOf(text: string | Uint8Array): string {
  return hash('sha256', text, 'hex').slice(0, checksumDigits);
}
