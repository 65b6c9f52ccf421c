/** The pictures of a folder, their classes, and the hash of it all. */
import { createHash } from 'node:crypto';
import { UserError } from '../base/errors.js';
import { fileError } from '../base/files.js';
import { valueAt } from '../base/items.js';
import { pictureFormats } from '../base/pictures.js';
import { readRegularFile } from '../base/regular-files.js';
import type { FetchProgress } from './fetching.js';
import { findPictures, mostPictureBytes, type FoundPicture } from './folder-names.js';

/** Is a picture of a folder together with its class. */
export interface FolderPicture extends FoundPicture {
  /** The place of its class in `classes`. */
  readonly label: number;
}

/** Holds what a folder has to offer as a data set. */
export interface FolderContents {
  /** By their paths. */
  readonly pictures: readonly FolderPicture[];
  /** Names of the subfolders with pictures, sorted; one without a name where there are none. */
  readonly classes: readonly string[];
  /** 12 hexadecimal digits that stand for all paths and bytes. */
  readonly sha256: string;
}

const mostClasses = 65_536;

/** Says what is left out. Throws a UserError where the folder cannot be read or has no picture. */
export async function readContents(folder: string, progress: FetchProgress): Promise<FolderContents> {
  const { pictures: found, leftOut } = await findPictures(folder);
  if (leftOut.length > 0) progress.note(`${folder}: left out are ${leftOut.join('; ')}`);
  const inClasses = found.filter(({ relative }) => relative.includes('/'));
  const used = inClasses.length > 0 ? inClasses : found;
  if (used.length === 0) {
    const others = leftOut.length === 0 ? 'none' : `none but ${leftOut.join('; ')}`;
    throw new UserError(`${folder}: expected pictures (${pictureFormats()}), got ${others}; check the path`);
  }
  if (used.length < found.length) {
    progress.note(`${folder}: ${found.length - used.length} pictures outside its class folders are left out`);
  }
  noteSameNames(folder, used, progress);
  const classes = [...new Set(used.map(classOf))];
  if (classes.length > mostClasses) throw new UserError(`${folder}: expected at most ${mostClasses} class folders`);
  const labels = new Map(classes.map((name, label) => [name, label]));
  const pictures = used.map((picture) => ({ ...picture, label: valueAt(labels, classOf(picture)) }));
  return { pictures, classes, sha256: await hashOf(pictures, progress) };
}

/** The subfolder right below the folder. */
function classOf({ relative }: FoundPicture): string {
  return relative.includes('/') ? relative.slice(0, relative.indexOf('/')) : '';
}

/** A file system may hold a name twice, once with its accents composed and once not. */
function noteSameNames(folder: string, pictures: readonly FoundPicture[], progress: FetchProgress): void {
  const same = pictures.filter(({ relative }, index) => relative === pictures[index - 1]?.relative);
  const [first] = same;
  if (first === undefined) return;
  progress.note(
    `${folder}: ${same.length} pictures have the name of another one, but for how Unicode writes it ` +
      `(${first.relative}); both count, in one class`,
  );
}

async function hashOf(pictures: readonly FolderPicture[], progress: FetchProgress): Promise<string> {
  progress.step('reading pictures', { amount: pictures.length, unit: 'images' });
  const hash = createHash('sha256');
  for (const { file, relative } of pictures) {
    const bytes = await readRegularFile(file, { mostBytes: mostPictureBytes }).catch((error: unknown) => {
      throw fileError(error, 'read', file);
    });
    hash.update(`${JSON.stringify(relative)} ${bytes.length}\n`).update(bytes);
    progress.advance(1);
  }
  return shortHash(hash.digest('hex'));
}

/** Shortens a hash to the digits that stand in a task's name. */
export function shortHash(sha256: string): string {
  return sha256.slice(0, 12);
}
