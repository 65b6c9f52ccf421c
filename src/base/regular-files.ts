/** Reading files that anybody may have put there: a pipe would be waited for, and a device read, for ever. */
import type { Stats } from 'node:fs';
import { constants, open, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from './errors.js';

/**
 * Says whether a path is one that a shell opens for one command in place of a file, as in `<(command)`, and that its
 * writer closes.
 */
export function isHandedOn(file: string): boolean {
  return /^\/(dev\/(stdin|fd\/\d+)|proc\/self\/fd\/\d+)$/.test(file);
}

/** One read stops at 2 GiB. */
const pieceBytes = 2 ** 26;

/**
 * Opens a file to read. Throws a UserError for a folder, a pipe, a socket and a device, unless a shell hands it on, and the
 * error of the operating system where it refuses.
 */
export async function openRegularFile(file: string): Promise<FileHandle> {
  // The null device is always empty.
  const mayBeRead = isHandedOn(file) || file === '/dev/null';
  // Windows has no such flag, and no such pipes among its files.
  const withoutWaiting = mayBeRead ? 0 : ((constants.O_NONBLOCK as number | undefined) ?? 0);
  const handle = await open(file, constants.O_RDONLY | withoutWaiting);
  try {
    const about = await handle.stat();
    if (about.isFile() || (mayBeRead && !about.isDirectory())) return handle;
    throw new UserError(`cannot read ${path.normalize(file)}: expected a file, got ${kindOf(about)}`);
  } catch (error) {
    await handle.close();
    throw error;
  }
}

function kindOf(about: Stats): string {
  if (about.isDirectory()) return 'a folder';
  if (about.isFIFO()) return 'a pipe; write what comes through it into a file';
  return 'a device; check the path';
}

/** Limits how much of a file is read. */
export interface ReadLimit {
  readonly mostBytes: number;
  /** What is read, for the error: `a configuration file`. */
  readonly what?: string;
}

/**
 * Reads the bytes of a file. Throws as `openRegularFile` does, and a UserError, before anything is read, where it has
 * more than `mostBytes`.
 */
export async function readRegularFile(file: string, { mostBytes, what = 'a file' }: ReadLimit): Promise<Buffer> {
  const handle = await openRegularFile(file);
  const tooLarge = () =>
    new UserError(`${file}: expected ${what} of at most ${shownBytes(mostBytes)}, got a larger one; check the path`);
  try {
    const about = await handle.stat();
    if (about.size > mostBytes) throw tooLarge();
    const bytes = await (about.isFile() ? readPart(handle, 0, about.size) : readStream(handle, mostBytes));
    if (bytes === null) throw tooLarge();
    return bytes;
  } finally {
    await handle.close();
  }
}

/** Reads bytes from a position on, up to a length; fewer where the file ends before. */
export async function readPart(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await handle.read(bytes, done, Math.min(pieceBytes, length - done), position + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return bytes.subarray(0, done);
}

/** All that comes through a pipe; null where it is more than so many bytes. */
async function readStream(handle: FileHandle, mostBytes: number): Promise<Buffer | null> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of handle.createReadStream({ autoClose: false })) {
    pieces.push(piece as Buffer);
    length += (piece as Buffer).length;
    if (length > mostBytes) return null;
  }
  return Buffer.concat(pieces);
}

function shownBytes(bytes: number): string {
  return bytes < 1e6 ? `${bytes} bytes` : `${Math.floor(bytes / 1e6)} MB`;
}

/** Reads the text of a file, as `readRegularFile` does. */
export async function readRegularText(file: string, limit: ReadLimit): Promise<string> {
  return (await readRegularFile(file, limit)).toString('utf8');
}
