/** Safe file writing, and what the operating system's refusals mean to the user. */
import {
  access,
  constants,
  lstat,
  mkdir,
  open,
  readlink,
  realpath,
  rename,
  rm,
  stat,
  type FileHandle,
} from 'node:fs/promises';
import path from 'node:path';
import { exitCodes, UserError } from './errors.js';
import { filesUsedUp } from './machine-limits.js';
import { unfinishedName } from './unfinished.js';

/** Is what a file shall hold; in pieces where it may be longer than a string can be. */
export type FileContent = string | Uint8Array | Iterable<string>;

/**
 * Writes a whole file or nothing, under a name that the user has chosen: a link leads to what is written. Throws a
 * UserError where the disk refuses, and where something else than a file stands there.
 */
export async function writeFileAtomically(file: string, data: FileContent): Promise<void> {
  await put(await placeOfFile(file), data, file);
}

/**
 * Does the same for a file of ours in a folder of ours: a link of its name is replaced, not followed, so that nothing
 * is written elsewhere, whatever links a folder from elsewhere holds.
 */
export async function replaceFile(file: string, data: FileContent): Promise<void> {
  await put(file, data, file);
}

/**
 * To a temporary file beside it, synced, then renamed. Own code, because write-file-atomic (7 and 8) asks for one write and
 * ignores how much of it was done: on a disk that fills up, the file is replaced by a part of the new one without an error.
 * `FileHandle.writeFile` goes on until all is written or refused.
 */
async function put(target: string, data: FileContent, shownName: string): Promise<void> {
  const temporary = unfinishedName(target);
  try {
    await writeSynced(temporary, data);
    await rename(temporary, target);
    await syncFolder(path.dirname(target));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw fileError(error, 'write', shownName);
  }
}

/**
 * Finds the path at which a file that the user has named is to be written, with links followed. Throws a UserError
 * where something other than a file is there.
 */
export async function placeOfFile(file: string): Promise<string> {
  try {
    const about = await stat(file).catch(nullIfMissing);
    // A device or a pipe would be replaced by a file.
    if (about !== null && !about.isFile()) throw refusalOf(about.isDirectory() ? 'EISDIR' : notRegular);
    return await placeOf(file);
  } catch (error) {
    throw fileError(error, 'write', file);
  }
}

async function writeSynced(file: string, data: FileContent): Promise<void> {
  const handle = await open(file, 'wx');
  try {
    const pieces = typeof data === 'string' || data instanceof Uint8Array ? [data] : data;
    // Each is written where the one before has ended.
    for (const piece of pieces) await handle.writeFile(piece);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes the names in a folder last: those of new and renamed files are on the disk once it resolves. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows opens no folder as a file, and needs no such sync.
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
}

/** Makes the folder if it is missing, behind a link too. Throws a UserError where nothing can be written into it. */
export async function ensureWritableFolder(folder: string): Promise<void> {
  try {
    // In a working folder that is gone there is no place, whatever its name was.
    if (!path.isAbsolute(folder)) await access('.');
    await makeFolder(await placeOf(folder));
    await access(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw fileError(error, 'write to', folder);
  }
}

/**
 * Does the same for a folder inside another one, which is not made: where the outer folder has gone, it must not come
 * back by itself.
 */
export async function ensureFolderWithin(folder: string): Promise<void> {
  try {
    if (!(await isThere(folder))) await makeOneFolder(folder);
    await access(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw fileError(error, 'write to', folder);
  }
}

/** Throws a UserError where a link stands in the place of a folder that a results folder holds, as one from elsewhere may. */
export async function refuseLink(folder: string): Promise<void> {
  const about = await lstat(folder).catch(() => null);
  if (about?.isSymbolicLink() !== true) return;
  throw new UserError(`${folder}: expected a folder, got a link, which may lead anywhere; put the folder in its place`);
}

/**
 * Says whether a path still leads to the file that is open. Where a file system does not number its files, the name
 * decides.
 */
export async function isInPlace(file: string, handle: FileHandle): Promise<boolean> {
  const [there, opened] = [await lstat(file, { bigint: true }).catch(nullIfGone), await handle.stat({ bigint: true })];
  return there !== null && (there.ino === opened.ino || there.ino === 0n || opened.ino === 0n);
}

/** Finds where a path leads once links are followed, whether or not anything is there. Throws the system's error. */
export async function placeOf(target: string): Promise<string> {
  const resolved = path.resolve(target);
  const place = await realpath(resolved).catch(nullIfMissing);
  if (place !== null) return place;
  const parent = path.dirname(resolved);
  if (parent === resolved) return resolved;
  const inParent = path.join(await placeOf(parent), path.basename(resolved));
  const link = await readlink(inParent).catch(() => null);
  // Links that lead in a circle are not missing.
  return link === null ? inParent : placeOf(path.resolve(path.dirname(inParent), link));
}

/** One after the other, as Node 20 asks a file system that takes no folders, such as /proc, for one for ever. */
async function makeFolder(folder: string): Promise<void> {
  const missing: string[] = [];
  let at = folder;
  for (; !(await isThere(at)); at = path.dirname(at)) missing.unshift(at);
  for (const each of missing) await makeOneFolder(each);
}

/** Makes a folder in one that is there. Its name lasts, as what it is to hold needs it. Throws the system's error. */
export async function makeOneFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Another process was faster; or there is no place for folders although there is one around it.
    if (code === 'ENOENT' && (await isThere(path.dirname(folder)))) throw refusalOf('ENOTSUP', error);
    if (code !== 'EEXIST') throw error;
  }
  await syncFolder(path.dirname(folder));
}

/** Whether the folder is there. Throws the system's error for anything else of its name. */
async function isThere(folder: string): Promise<boolean> {
  const about = await stat(folder).catch(nullIfMissing);
  if (about !== null && !about.isDirectory()) throw refusalOf('EEXIST');
  return about !== null;
}

/** Gives null for the error of a file that is not there, and throws any other. */
export function nullIfMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}

/** Makes the error for a folder that is no longer the one that a process began to write into. */
export function folderLost(folder: string): UserError {
  return new UserError(
    `${folder}: expected the folder that this process began to write into, got none or another (moved, removed, replaced, ` +
      'or taken over by another process); see to it, then run the same command again',
    exitCodes.stoppedResumable,
  );
}

/** Does the same also where a file has taken the place of a folder on the way. */
export function nullIfGone(error: NodeJS.ErrnoException): null {
  return error.code === 'ENOTDIR' ? null : nullIfMissing(error);
}

/** An error as the system would give it. */
function refusalOf(code: string, cause?: unknown): Error {
  return Object.assign(new Error(code, { cause }), { code });
}

const notRegular = 'not a regular file';

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full; free some space and run the same command again, nothing finished is lost',
  EDQUOT: 'the disk quota is used up; free some space and run the same command again, nothing finished is lost',
  EIO: 'the disk reports an input/output error; check it and run the same command again, nothing finished is lost',
  EACCES: 'permission denied; choose another folder or change its permissions',
  EPERM: 'permission denied; choose another folder or change its permissions',
  EROFS: 'the file system is read-only; choose a folder on another one',
  ENOTSUP: 'the file system there takes no such file or folder; choose a folder on another one',
  EISDIR: 'expected a file, got a folder; move it away',
  ENOTDIR: 'expected a folder, got a file on the way to it; choose another folder',
  EEXIST: 'expected a folder, got a file of that name; choose another folder',
  ENOENT: 'no such file or folder; check the path',
  ELOOP: 'links lead in a circle; take one of them away',
  EFBIG: 'the file would pass the size limit; raise it with ulimit -f and run the same command again',
  ENAMETOOLONG: 'the name is too long; choose a shorter one',
  ERR_INVALID_ARG_VALUE: 'the name has a zero byte; take it out',
  ENXIO: 'expected a file, got a socket or a device',
  ENODEV: 'expected a file, got a socket or a device',
  EMFILE: 'too many open files; raise the limit with ulimit -n',
  ENFILE: filesUsedUp,
  [notRegular]: 'expected a file, got a pipe or a device; move it away',
};

/** What a later attempt with the same command may find mended. */
const resumable = new Set(['ENOSPC', 'EDQUOT', 'EIO', 'EFBIG']);

/** Turns the refusal of the operating system into a UserError of one line; gives any other error as it is. */
export function fileError(error: unknown, action: string, file: string): unknown {
  const reason = reasonOf(error);
  if (reason === null) return error;
  const { code } = error as { readonly code: string };
  const exitCode = resumable.has(code) ? exitCodes.stoppedResumable : exitCodes.usage;
  return new UserError(`cannot ${action} ${path.normalize(file)}: ${reason}`, exitCode, { cause: error });
}

function reasonOf(error: unknown): string | null {
  if (!(error instanceof Error && 'code' in error)) return null;
  const code = String(error.code);
  if (Object.hasOwn(reasons, code)) return reasons[code]!;
  return isOfFile(error as NodeJS.ErrnoException) && !faults.has(code)
    ? `the system refuses it (${code}); choose another place`
    : null;
}

/** File systems refuse in ways of their own. Of a file that is open the system's error has no path. */
function isOfFile(error: NodeJS.ErrnoException): boolean {
  const call = error.syscall ?? '';
  return ['read', 'write', 'fsync', 'fdatasync'].includes(call) || (error.path !== undefined && !/^spawn/.test(call));
}

/** A file that we have closed, and connections that have ended, which are no files. */
const faults = new Set(['EBADF', 'EPIPE', 'ECONNRESET']);
