/** Reading files that must be exactly the expected ones. */
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { UserError } from '../base/errors.js';
import { fileError } from '../base/files.js';

/** In pieces, as one read stops at 2 GiB. */
const pieceBytes = 2 ** 26;

export interface HashedFile {
  readonly bytes: Uint8Array;
  /** Hexadecimal. */
  readonly sha256: string;
}

/**
 * The file's bytes, if their SHA-256 is the expected one (hexadecimal).
 * Throws a UserError if it is not, or if the file cannot be read; `remedy` says what to do then.
 */
export async function readChecked(file: string, sha256: string, remedy: string): Promise<Uint8Array> {
  const { bytes, sha256: got } = await readHashed(file).catch((error: NodeJS.ErrnoException) => {
    const cause = error.code === 'ENOENT' ? 'no such file' : error.message;
    throw new UserError(`${file}: expected a file with sha256 ${sha256}, got ${cause}; ${remedy}`);
  });
  if (got !== sha256) {
    throw new UserError(`${file}: expected sha256 ${sha256}, got ${got} (${bytes.length} bytes); ${remedy}`);
  }
  return bytes;
}

/**
 * A whole file, however large, and its SHA-256.
 * @param onPiece called with the bytes of each piece read
 */
export async function readHashed(
  file: string,
  onPiece: (bytes: number) => void = () => undefined,
): Promise<HashedFile> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const hash = createHash('sha256');
    const bytes = new Uint8Array(size);
    let done = 0;
    while (done < size) {
      const { bytesRead } = await handle.read(bytes, done, Math.min(pieceBytes, size - done), done);
      if (bytesRead === 0) break;
      hash.update(bytes.subarray(done, done + bytesRead));
      done += bytesRead;
      onPiece(bytesRead);
    }
    return { bytes: bytes.subarray(0, done), sha256: hash.digest('hex') };
  } finally {
    await handle.close();
  }
}

/** The SHA-256 of a file's content, hexadecimal; the file is never in the memory as a whole. */
export async function hashFile(file: string): Promise<string> {
  const handle = await open(file, 'r');
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
