/** Reading a file that must be exactly the published one. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { UserError } from '../base/errors.js';

/**
 * The file's bytes, if their SHA-256 is the expected one (hexadecimal).
 * Throws a UserError if it is not, or if the file cannot be read; `remedy` says what to do then.
 */
export async function readChecked(file: string, sha256: string, remedy: string): Promise<Uint8Array> {
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    const got = error.code === 'ENOENT' ? 'no such file' : error.message;
    throw new UserError(`${file}: expected a file with sha256 ${sha256}, got ${got}; ${remedy}`);
  });
  const got = createHash('sha256').update(bytes).digest('hex');
  if (got !== sha256) {
    throw new UserError(`${file}: expected sha256 ${sha256}, got ${got} (${bytes.length} bytes); ${remedy}`);
  }
  // Not the Buffer itself, whose slice() shares memory where a Uint8Array's copies.
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}
