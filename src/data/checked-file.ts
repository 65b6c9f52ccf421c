/** Reading files that must be exactly the expected ones. */
import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { UserError } from '../base/errors.js';
import { fileError } from '../base/files.js';
import { openRegularFile, readRegularText } from '../base/regular-files.js';
import type { z } from 'zod';

/** In pieces, as one read stops at 2 GiB. */
const pieceBytes = 2 ** 26;

/** Holds the bytes of a whole file and their hash. */
export interface HashedFile {
  readonly bytes: Uint8Array;
  /** Hexadecimal. */
  readonly sha256: string;
}

/** Says which file is expected. */
export interface ExpectedFile {
  /** Hexadecimal. */
  readonly sha256: string;
  /** A larger file is not read. */
  readonly mostBytes: number;
}

/**
 * Reads the file's bytes, if they are the expected ones. Throws a UserError if they are not, or if the file cannot be
 * read; `remedy` says what to do then.
 */
export async function readChecked(
  file: string,
  { sha256, mostBytes }: ExpectedFile,
  remedy: string,
): Promise<Uint8Array> {
  const { bytes, sha256: got } = await readHashed(file, { mostBytes }).catch((error: NodeJS.ErrnoException) => {
    if (error instanceof UserError) throw new UserError(`${error.message}; ${remedy}`);
    const cause = error.code === 'ENOENT' ? 'no such file' : error.message;
    throw new UserError(`${file}: expected a file with sha256 ${sha256}, got ${cause}; ${remedy}`);
  });
  if (got !== sha256) {
    throw new UserError(`${file}: expected sha256 ${sha256}, got ${got} (${bytes.length} bytes); ${remedy}`);
  }
  return bytes;
}

/** Limits how much is read, and tells the caller how far reading is. */
export interface ReadOptions {
  readonly mostBytes: number;
  /** Called with the bytes of each piece read. */
  readonly onPiece?: ((bytes: number) => void) | undefined;
}

/**
 * Reads a whole file and computes its SHA-256. Throws a UserError, before anything is read, for no file and for one
 * with more bytes.
 */
export async function readHashed(file: string, { mostBytes, onPiece }: ReadOptions): Promise<HashedFile> {
  const handle = await openRegularFile(file);
  try {
    const { size } = await handle.stat();
    if (size > mostBytes) throw new UserError(`${file}: expected at most ${mostBytes} bytes, got ${size}`);
    const hash = createHash('sha256');
    const bytes = new Uint8Array(size);
    let done = 0;
    while (done < size) {
      const { bytesRead } = await handle.read(bytes, done, Math.min(pieceBytes, size - done), done);
      if (bytesRead === 0) break;
      hash.update(bytes.subarray(done, done + bytesRead));
      done += bytesRead;
      onPiece?.(bytesRead);
    }
    return { bytes: bytes.subarray(0, done), sha256: hash.digest('hex') };
  } finally {
    await handle.close();
  }
}

/** Computes the SHA-256 of a file's content, hexadecimal; the file is never in the memory as a whole. */
export async function hashFile(file: string): Promise<string> {
  return hashOfOpened(await open(file, 'r'), file);
}

/** Does so for a file that is open, and closes it. Throws a UserError where the disk refuses. */
export async function hashOfOpened(handle: FileHandle, file: string): Promise<string> {
  try {
    const hash = createHash('sha256');
    for await (const piece of handle.createReadStream({ autoClose: false })) hash.update(piece as Uint8Array);
    return hash.digest('hex');
  } catch (error) {
    throw fileError(error, 'read', file);
  } finally {
    await handle.close();
  }
}

/** Says which record is expected in a file. */
export interface ExpectedRecord<Form extends z.ZodType> {
  readonly form: Form;
  readonly mostBytes: number;
  /** What it is the record of, and what to do where it is not. */
  readonly what: string;
  readonly remedy: string;
}

/** Reads a record in JSON; null where there is no such file. Throws a UserError where the file is no such record. */
export async function readRecord<Form extends z.ZodType>(
  file: string,
  { form, mostBytes, what, remedy }: ExpectedRecord<Form>,
): Promise<z.output<Form> | null> {
  const problem = () => new UserError(`${file}: expected the record of ${what}, got something else; ${remedy}`);
  try {
    const { data, success } = form.safeParse(JSON.parse(await readRegularText(file, { mostBytes })));
    if (success) return data;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error instanceof SyntaxError ? problem() : fileError(error, 'read', file);
  }
  throw problem();
}
