/** The bytes of a file as UTF-8 text in pieces: unpacked where they are compressed by gzip, and checked on their way. */
import { createHash, type Hash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { messageOf, UserError } from '../../base/errors.js';
import { fileError } from '../../base/files.js';
import { nearestName } from '../../base/nearest.js';
import { openRegularFile } from '../../base/regular-files.js';
import { shown } from '../../base/shown.js';
import { countLineEnds, startingWith, unreadableLine } from '../csv.js';

/** Is a file that is being read. */
export interface SourceText {
  /** To be read once. Each piece is whole characters of UTF-8 without a zero byte. */
  readonly pieces: AsyncGenerator<Buffer, void>;
  /** Of the file's bytes, in hexadecimal, once all pieces were read. */
  sha256(): string;
}

const pieceBytes = 2 ** 18;

/**
 * Opens a file of text. Reading throws a UserError for what cannot be read, is no text or of another format, is a
 * damaged archive, or changes while it is read.
 */
export function openText(file: string): SourceText {
  const hash = createHash('sha256');
  return { pieces: soundPieces(file, hash), sha256: () => hash.digest('hex') };
}

async function* soundPieces(file: string, hash: Hash): AsyncGenerator<Buffer, void> {
  const source = path.basename(file);
  let line = 1;
  let rest: Buffer = Buffer.alloc(0);
  for await (const piece of unpacked(file, hash)) {
    const bytes = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    const block = bytes.subarray(0, wholeCharacters(bytes));
    rest = bytes.subarray(block.length);
    requireText(block, source, line);
    line += countLineEnds(block);
    if (block.length > 0) yield block;
  }
  requireText(rest, source, line);
}

/** The length without a character at the end that is cut off. */
function wholeCharacters(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back]!;
    if (byte < 0x80) break;
    if (byte >= 0xc0) return bytes.length - (back < lengthOf(byte) ? back : 0);
  }
  return bytes.length;
}

function lengthOf(lead: number): number {
  return lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
}

function requireText(block: Buffer, source: string, firstLine: number): void {
  const unreadable = unreadableLine(block, firstLine);
  if (unreadable === null) return;
  const got = unreadable.hasZeroByte ? 'a zero byte' : 'other bytes';
  throw new UserError(`${source}:${unreadable.line}: expected UTF-8 text, got ${got}; save the file as CSV in UTF-8`);
}

/** Formats that are told by their first bytes. */
const otherFormats = [
  { start: 'PK\x03\x04', what: 'a zip archive, such as a workbook of Excel' },
  { start: '\xd0\xcf\x11\xe0', what: 'a workbook of an old Excel' },
  { start: 'PAR1', what: 'a file of Parquet' },
  { start: '\x93NUMPY', what: 'an array of numpy; end its name in .npy' },
  { start: '\xff\xfe', what: 'UTF-16 text' },
  { start: '\xfe\xff', what: 'UTF-16 text' },
  { start: 'SQLite format', what: 'a database of SQLite' },
] as const;

async function* unpacked(file: string, hash: Hash): AsyncGenerator<Buffer, void> {
  const source = path.basename(file);
  const chunks = fileChunks(file, hash);
  const first = await chunks.next();
  if (first.done) return;
  const start = first.value.subarray(0, 16).toString('latin1');
  const other = otherFormats.find((format) => start.startsWith(format.start));
  if (other !== undefined) {
    await chunks.return();
    throw new UserError(`${source}: expected a CSV file, got ${other.what}; save the table as CSV in UTF-8`);
  }
  const all = startingWith(first.value, chunks);
  yield* start.startsWith('\x1f\x8b') ? gunzipped(all, source) : all;
}

async function* gunzipped(chunks: AsyncIterable<Buffer>, source: string): AsyncGenerator<Buffer, void> {
  const gunzip = createGunzip({ chunkSize: pieceBytes });
  // The same error ends the iteration below.
  pipeline(Readable.from(chunks), gunzip).catch(() => undefined);
  try {
    yield* gunzip as AsyncIterable<Buffer>;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (error instanceof UserError || code?.startsWith('Z_') !== true) throw error;
    throw new UserError(`${source}: expected a whole gzip file, got a damaged one (${messageOf(error)}); copy it anew`);
  }
}

async function* fileChunks(file: string, hash: Hash): AsyncGenerator<Buffer, void> {
  const handle = await openRegularFile(file).catch(async (error: unknown) => {
    throw await missingFile(error, file);
  });
  try {
    const before = await handle.stat();
    let length = 0;
    // A file that grows faster than it is read would have no end.
    const end = before.isFile() && before.size > 0 ? { end: before.size - 1 } : {};
    for await (const chunk of handle.createReadStream({ autoClose: false, highWaterMark: pieceBytes, ...end })) {
      hash.update(chunk as Buffer);
      length += (chunk as Buffer).length;
      yield chunk as Buffer;
    }
    const after = await handle.stat();
    if (!after.isFile() || (length === after.size && before.mtimeMs === after.mtimeMs)) return;
    throw new UserError(
      `${file}: expected a file that stays as it is, got one that changed while it was read; run the command again`,
    );
  } catch (error) {
    throw fileError(error, 'read', file);
  } finally {
    await handle.close();
  }
}

/** Gives the error of a file that cannot be opened, with the name in its folder that was probably meant. */
export async function missingFile(error: unknown, file: string): Promise<unknown> {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') return fileError(error, 'read', file);
  const folder = path.dirname(file);
  const names = await readdir(folder).catch(() => []);
  const nearest = nearestName(path.basename(file), names);
  const meant = nearest === null ? 'check the path' : `did you mean ${shown(path.join(folder, nearest))}?`;
  return new UserError(`cannot read ${path.normalize(file)}: expected a file, got none of that name; ${meant}`);
}
