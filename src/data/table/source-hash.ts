/** The digest of a table's file, without reading it as a table. */
import { createHash } from 'node:crypto';
import { UserError } from '../../base/errors.js';
import { fileError } from '../../base/files.js';
import { openRegularFile } from '../../base/regular-files.js';
import { hashOfOpened } from '../checked-file.js';
import { missingFile } from './source-bytes.js';

/** Computes the SHA-256 of a file's bytes, hexadecimal, as `Table.sha256`. Throws a UserError where it cannot be read. */
export async function hashOfSource(file: string): Promise<string> {
  const handle = await openRegularFile(file).catch(async (error: unknown) => {
    throw error instanceof UserError ? error : fileError(await missingFile(error, file), 'read', file);
  });
  return hashOfOpened(handle, file);
}

/** Computes the digest that stands for inputs and targets in files of their own. */
export async function hashOfPair(inputs: string, targets: string): Promise<string> {
  return joinedDigest(await hashOfSource(inputs), await hashOfSource(targets));
}

/** Gives the one digest that stands for two. */
export function joinedDigest(one: string, other: string): string {
  return createHash('sha256').update(one).update(other).digest('hex');
}
