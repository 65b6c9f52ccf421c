/** Walks through a folder of the user's: which of its names are pictures, and in words which are not. */
import { isUtf8 } from 'node:buffer';
import { readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../base/errors.js';
import { fileError } from '../base/files.js';
import { isPictureName, unreadFormat } from '../base/pictures.js';

/** Is a file that may be a picture, judged by its name. */
export interface FoundPicture {
  readonly file: string;
  /** From the folder, with slashes and in Unicode's composed form on every system. */
  readonly relative: string;
  /** The size of the file. */
  readonly bytes: number;
}

/** Holds what a walk through a folder has found. */
export interface FoundPictures {
  /** By their paths. */
  readonly pictures: readonly FoundPicture[];
  /** Each kind of name that is left out, with its count and an example. */
  readonly leftOut: readonly string[];
}

/** A larger file is no picture that anybody looks at. */
export const mostPictureBytes = 2 ** 30;

/** Links may make more folders of a few than any walk comes through. */
const mostFolders = 200_000;

/** Copies, notes and settings that systems and programs leave beside what is somebody's. */
const isOfSystem = (name: string) => name.startsWith('.') || name === '__MACOSX' || name === '@eaDir';
/** Those that Windows leaves everywhere are not worth a word. */
const isSettings = (name: string) => /^(thumbs\.db|desktop\.ini)$/i.test(name);

interface Walk {
  readonly pictures: FoundPicture[];
  readonly leftOut: Map<string, { count: number; readonly example: string }>;
  folders: number;
}

/**
 * Follows links, but none back to a folder that it stands in. Throws a UserError where a folder cannot be read.
 */
export async function findPictures(folder: string): Promise<FoundPictures> {
  const walk: Walk = { pictures: [], leftOut: new Map(), folders: 0 };
  await walkThrough({ folder: path.normalize(folder), below: '', inside: [] }, walk);
  const pictures = walk.pictures.sort(
    (one, other) => order(one.relative, other.relative) || order(one.file, other.file),
  );
  const leftOut = [...walk.leftOut]
    .sort(([one], [other]) => order(one, other))
    .map(([kind, { count, example }]) => `${kind}: ${count} (${example})`);
  return { pictures, leftOut };
}

function order(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}

interface Place {
  readonly folder: string;
  /** From the first folder; empty for that one. */
  readonly below: string;
  /** The real paths of the folders that this one stands in. */
  readonly inside: readonly string[];
}

async function walkThrough({ folder, below, inside }: Place, walk: Walk): Promise<void> {
  const real = await realpath(folder).catch(refusal(folder));
  if (inside.includes(real)) return leaveOut(walk, 'links back to a folder that they stand in', below);
  walk.folders += 1;
  if (walk.folders > mostFolders) {
    throw new UserError(`${folder}: expected at most ${mostFolders} folders, got more; do links form a cycle?`);
  }
  const entries = await readdir(folder, { encoding: 'buffer' }).catch(refusal(folder));
  for (const bytes of entries) {
    const name = bytes.toString();
    const relative = (below === '' ? name : `${below}/${name}`).normalize();
    if (isSettings(name)) continue;
    if (isOfSystem(name)) leaveOut(walk, 'names of the system', relative);
    else if (!isUtf8(bytes)) leaveOut(walk, 'names that are not UTF-8', spelled(bytes));
    else await look({ folder: path.join(folder, name), below: relative, inside: [...inside, real] }, walk);
  }
}

/** What a name stands for. */
async function look(place: Place, walk: Walk): Promise<void> {
  const { folder: file, below: relative } = place;
  const about = await stat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ELOOP') return null;
    throw fileError(error, 'read', file);
  });
  const format = unreadFormat(relative);
  if (about === null) leaveOut(walk, 'links that lead nowhere', relative);
  else if (about.isDirectory()) await walkThrough(place, walk);
  else if (!about.isFile()) leaveOut(walk, 'pipes and devices', relative);
  else if (format !== null) leaveOut(walk, `${format} pictures, a format that is not read here`, relative);
  else if (!isPictureName(relative)) leaveOut(walk, 'other files', relative);
  else if (about.size > mostPictureBytes) leaveOut(walk, 'pictures of more than 1 GiB', relative);
  else walk.pictures.push({ file, relative, bytes: about.size });
}

function leaveOut({ leftOut }: Walk, kind: string, example: string): void {
  const known = leftOut.get(kind);
  if (known === undefined) leftOut.set(kind, { count: 1, example });
  else known.count += 1;
}

function refusal(folder: string): (error: unknown) => never {
  return (error) => {
    throw fileError(error, 'read', folder);
  };
}

/** Bytes that are no text, as a shell spells them: `caf\xe9.png`. */
function spelled(bytes: Buffer): string {
  return bytes
    .toString('latin1')
    .replace(/[^\x20-\x7e]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
