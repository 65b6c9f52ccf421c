/**
 * Several results folders that are written together. One that stands is kept, as it may hold files that are not ours, and
 * what is in it is exchanged name by name, the configuration last: without it the folder is no results folder yet.
 */
import path from 'node:path';
import { fileError } from '../base/files.js';
import { putFolders } from '../base/folders.js';
import { storedConfigFile } from '../config/stored.js';
import { isClaim } from '../run/claim.js';
import { isBystander, stagingName } from './folder.js';

/** Names a results folder that is to be written as a whole. */
export interface StagedFolder {
  /** Its name in the parent; what a folder of that name holds is replaced, but for claims and what every folder may have. */
  readonly name: string;
  /** Writes all that it holds. */
  readonly write: (folder: string) => Promise<void>;
}

/** Says which results folders are written together, and where. */
export interface Staging {
  /** Where the folders come to stand. Made if it is missing. */
  readonly parent: string;
  readonly folders: readonly StagedFolder[];
  /** Until the first rename, an abort leaves everything as it was. */
  readonly signal: AbortSignal;
}

const standing = { keeps: (name: string) => isClaim(name) || isBystander(name), last: storedConfigFile };

/**
 * Writes several results folders, all of them or none. Throws a UserError where the disk refuses, or the signal was
 * given. Links lead to the folders that are written.
 */
export async function writeTogether({ parent, folders, signal }: Staging): Promise<void> {
  const placed = folders.map(({ name, write }) => ({ place: path.join(parent, name), write }));
  try {
    await putFolders({ folders: placed, hiddenName: () => stagingName, standing, signal });
  } catch (error) {
    throw fileError(error, 'write to', parent);
  }
}
