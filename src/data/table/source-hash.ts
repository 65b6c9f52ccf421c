/** The digest of a table's file, without reading it as a table. */
import { createHash } from 'node:crypto';
import { UserError } from '../../base/errors.js';
import { fileError } from '../../base/files.js';
import { openRegularFile } from '../../base/regular-files.js';
import { missingFile } from './source-bytes.js';

/** Computes the SHA-256 of a file's bytes, hexadecimal, as `Table.sha256`. Throws a UserError where it cannot be read. */
export async function hashOfSource(file: string): Promise<string> {
  const handle = await openRegularFile(file).catch(async (error: unknown) => {
    throw error instanceof UserError ? error : fileError(await missingFile(error, file), 'read', file);
  });
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

/** Computes the digest that stands for inputs and targets in files of their own. */
export async function hashOfPair(inputs: string, targets: string): Promise<string> {
  const [x, y] = [await hashOfSource(inputs), await hashOfSource(targets)];
  return createHash('sha256')
    .update(Buffer.from(x + y))
    .digest('hex');
}
