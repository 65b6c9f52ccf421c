/**
 * The run log's lines. Each is one JSON document, `{"checksum":"…","record":{…}}`, whose checksum is the first 16
 * hexadecimal digits of the SHA-256 of the record's text. The first record of a file names its format and version.
 */
import { createHash } from 'node:crypto';
import { checkRun } from './check-run.js';
import type { Run } from './run.js';

/** The newest version that is read. A record says the version it needs; see `versionOf`. */
export const logVersion = 3;

export type LogRecord =
  | { readonly type: 'header'; readonly format: 'hgmlp run log'; readonly version: number }
  | { readonly type: 'run'; readonly run: Run };

export function headerRecord(version: number): LogRecord {
  return { type: 'header', format: 'hgmlp run log', version };
}

/**
 * Since version 2 a run may be imported, with numbers that are not known, and since version 3 one may be stopped by a
 * strategy; all else is read by version 1 too.
 */
export function versionOf(record: LogRecord): number {
  if (record.type === 'header') return record.version;
  if (record.run.state === 'stopped') return 3;
  return record.run.imported === undefined ? 1 : 2;
}

/** What reading one file gave. */
export interface ParsedLog {
  readonly runs: readonly Run[];
  /** Lines that were left out, each in words. */
  readonly problems: readonly string[];
  /** The version of a header newer than this program; null otherwise. */
  readonly newerVersion: number | null;
}

const opening = '{"checksum":"';
const middle = '","record":';
const recordStart = /(?=\{"checksum":")/;

/** The line of a record, its line end included. */
export function encodeLine(record: LogRecord): string {
  const text = JSON.stringify(record);
  return `${opening}${checksumOf(text)}${middle}${text}}\n`;
}

/** Every sound record of a file. Torn, altered or foreign lines are left out and told; they never harm the others. */
export function parseLog(content: Buffer): ParsedLog {
  const runs: Run[] = [];
  const problems: string[] = [];
  for (const { text, number, torn } of linesOf(content)) {
    const record = torn ? null : decodeLine(text);
    if (torn) problems.push('the last line was cut off in mid-write and was left out');
    else if (record === null) problems.push(`line ${number} is damaged and was left out`);
    else if (record.type === 'run') runs.push(record.run);
    else if (record.version > logVersion) return { runs: [], problems: [], newerVersion: record.version };
  }
  return { runs, problems, newerVersion: null };
}

interface Line {
  readonly text: string;
  /** 1-based. */
  readonly number: number;
  /** The end of a file that does not end with a line end. */
  readonly torn: boolean;
}

/**
 * The lines of a file, one after the other, since a file may be longer than a string can be. Where a line end itself was
 * altered, two records stand on one line: a new one starts at each opening, which no other text of a record can contain.
 */
function* linesOf(content: Buffer): Generator<Line> {
  for (let start = 0, number = 1; start < content.length; number += 1) {
    const end = content.indexOf('\n', start);
    const whole = end !== -1;
    const pieces = content.toString('utf8', start, whole ? end : content.length).split(recordStart);
    for (const [index, text] of pieces.entries()) {
      yield { text, number, torn: !whole && index === pieces.length - 1 };
    }
    start = whole ? end + 1 : content.length;
  }
}

function decodeLine(line: string): LogRecord | null {
  const textStart = opening.length + 16 + middle.length;
  if (!line.startsWith(opening) || line.slice(textStart - middle.length, textStart) !== middle) return null;
  const text = line.slice(textStart, -1);
  if (!line.endsWith('}') || line.slice(opening.length, opening.length + 16) !== checksumOf(text)) return null;
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

function checksumOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
