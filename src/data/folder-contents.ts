/** Finds the pictures of a folder, their classes, and the hash of it all. */
import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../base/errors.js';
import { fileError } from '../base/files.js';
import type { FetchProgress } from './fetching.js';

export interface FolderPicture {
  readonly file: string;
  /** From the folder, with slashes on every system. */
  readonly relative: string;
  /** The place of its class in `classes`. */
  readonly label: number;
}

export interface FolderContents {
  /** By their paths. */
  readonly pictures: readonly FolderPicture[];
  /** Names of the subfolders with pictures, sorted; one without a name where there are none. */
  readonly classes: readonly string[];
  /** 12 hexadecimal digits that stand for all paths and bytes. */
  readonly sha256: string;
}

const isPicture = (name: string) => /\.(png|jpe?g)$/i.test(name);
const digits = 12;
const mostClasses = 65_536;

/** Throws a UserError where the folder cannot be read or has no picture. */
export async function readContents(folder: string, progress: FetchProgress): Promise<FolderContents> {
  const found = (await picturesIn(folder)).sort((one, other) => (one < other ? -1 : 1));
  const inClasses = found.filter((relative) => relative.includes('/'));
  const used = inClasses.length > 0 ? inClasses : found;
  if (used.length === 0) {
    throw new UserError(`${folder}: expected PNG or JPEG pictures, got none; check the path`);
  }
  if (used.length < found.length) {
    progress.note(`${folder}: ${found.length - used.length} pictures outside its class folders are left out`);
  }
  const classes = [...new Set(used.map(classOf))];
  if (classes.length > mostClasses) throw new UserError(`${folder}: expected at most ${mostClasses} class folders`);
  const labels = new Map(classes.map((name, label) => [name, label]));
  const pictures = used.map((relative) => ({
    file: path.join(folder, relative),
    relative,
    label: labels.get(classOf(relative))!,
  }));
  return { pictures, classes, sha256: await hashOf(pictures, progress) };
}

/** The subfolder right below the folder. */
function classOf(relative: string): string {
  const [first, ...rest] = relative.split('/');
  return rest.length === 0 ? '' : first!;
}

/** Relative paths; links to files are followed, links to folders are not, since they may lead round in circles. */
async function picturesIn(folder: string, below = ''): Promise<string[]> {
  const entries = await readdir(path.join(folder, below), { withFileTypes: true }).catch((error: unknown) => {
    throw fileError(error, 'read', path.join(folder, below));
  });
  const found: string[] = [];
  for (const entry of entries) {
    const relative = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) found.push(...(await picturesIn(folder, relative)));
    else if (isPicture(entry.name) && (await isFile(path.join(folder, relative)))) found.push(relative);
  }
  return found;
}

async function isFile(file: string): Promise<boolean> {
  return (await stat(file).catch(() => null))?.isFile() ?? false;
}

async function hashOf(pictures: readonly FolderPicture[], progress: FetchProgress): Promise<string> {
  progress.step('reading pictures', { amount: pictures.length, unit: 'images' });
  const hash = createHash('sha256');
  for (const { file, relative } of pictures) {
    const bytes = await readFile(file).catch((error: unknown) => {
      throw fileError(error, 'read', file);
    });
    hash.update(`${JSON.stringify(relative)} ${bytes.length}\n`).update(bytes);
    progress.advance(1);
  }
  return hash.digest('hex').slice(0, digits);
}
