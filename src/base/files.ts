/** Safe file writing, and what the operating system's refusals mean to the user. */
import { access, constants, mkdir, open, realpath, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { exitCodes, UserError } from './errors.js';
import { unfinishedName } from './unfinished.js';

/**
 * Writes a whole file or nothing: to a temporary file beside it, synced, then renamed. Own code, because write-file-atomic
 * (7 and 8) asks for one write and ignores how much of it was done: on a disk that fills up, the file is replaced by a
 * part of the new one without an error. `FileHandle.writeFile` goes on until all is written or refused.
 */
export async function writeFileAtomically(file: string, data: string | Uint8Array): Promise<void> {
  const target = await realpath(file).catch(() => file);
  const temporary = unfinishedName(target);
  try {
    await writeSynced(temporary, data);
    await rename(temporary, target);
    await syncFolder(path.dirname(target));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw fileError(error, 'write', file);
  }
}

async function writeSynced(file: string, data: string | Uint8Array): Promise<void> {
  const handle = await open(file, 'wx');
  try {
    await handle.writeFile(data);
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

/** Makes the folder if it is missing. Throws a UserError where nothing can be written into it. */
export async function ensureWritableFolder(folder: string): Promise<void> {
  try {
    await makeFolder(folder);
    await access(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw fileError(error, 'write to', folder);
  }
}

async function makeFolder(folder: string): Promise<void> {
  try {
    // Absolute: of a relative one in a working folder that is gone, Node 20 tries the same for ever.
    const first = await mkdir(path.resolve(folder), { recursive: true });
    if (first !== undefined) await syncNames(path.resolve(first), path.resolve(folder));
  } catch (error) {
    // Node 20 says ENOENT for every refusal of a recursive mkdir on Linux; a plain one gives the real reason.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') await mkdir(folder);
    throw error;
  }
}

/** Makes the names of folders just made last, from the first to the last inside it: what they are to hold needs them. */
async function syncNames(first: string, last: string): Promise<void> {
  for (let made = last; made.startsWith(first); made = path.dirname(made)) await syncFolder(path.dirname(made));
}

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full; free some space and run the same command again, nothing finished is lost',
  EDQUOT: 'the disk quota is used up; free some space and run the same command again, nothing finished is lost',
  EIO: 'the disk reports an input/output error; check it and run the same command again, nothing finished is lost',
  EACCES: 'permission denied; choose another folder or change its permissions',
  EPERM: 'permission denied; choose another folder or change its permissions',
  EROFS: 'the file system is read-only; choose a folder on another one',
  EISDIR: 'expected a file, got a folder',
  ENOTDIR: 'expected a folder, got a file on the way to it; choose another folder',
  EEXIST: 'expected a folder, got a file of that name; choose another folder',
  ENOENT: 'no such file or folder; check the path',
  EFBIG: 'the file would pass the size limit; raise it with ulimit -f and run the same command again',
  ENAMETOOLONG: 'the name is too long; choose a shorter one',
  ERR_INVALID_ARG_VALUE: 'the name has a zero byte; take it out',
  EMFILE: 'too many open files; raise the limit with ulimit -n',
  ENFILE: 'this machine has as many files open as it takes; end other programs, or raise fs.file-max',
};

/** What a later attempt with the same command may find mended. */
const resumable = new Set(['ENOSPC', 'EDQUOT', 'EIO', 'EFBIG']);

/** The refusal of the operating system as a UserError of one line; any other error as it is. */
export function fileError(error: unknown, action: string, file: string): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const reason = Object.hasOwn(reasons, code) ? reasons[code] : undefined;
  if (reason === undefined) return error;
  const exitCode = resumable.has(code) ? exitCodes.stoppedResumable : exitCodes.usage;
  return new UserError(`cannot ${action} ${path.normalize(file)}: ${reason}`, exitCode, { cause: error });
}
