/** The name of a study among those on a Redis. It stands in the results folder, so that every search there goes on with it. */
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { fileError, replaceFile } from '../../base/files.js';
import { readRegularText } from '../../base/regular-files.js';

/** Names the file in a results folder that holds the name of its study. */
export const studyIdFile = 'fleet-study';

const mostBytes = 1000;

/**
 * Reads the name of the study of a results folder, 16 hexadecimal digits; it is made at random, and written, where the
 * folder has none yet.
 */
export async function studyIdOf(resultsFolder: string): Promise<string> {
  const file = path.join(resultsFolder, studyIdFile);
  const known = (await textOf(file)).trim();
  if (/^[0-9a-f]{16}$/.test(known)) return known;
  const made = randomBytes(8).toString('hex');
  await replaceFile(file, `${made}\n`);
  return made;
}

async function textOf(file: string): Promise<string> {
  try {
    return await readRegularText(file, { mostBytes });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw fileError(error, 'read', file);
  }
}
