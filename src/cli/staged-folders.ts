/**
 * Several folders that come into being together: each is written whole in a hidden folder beside, then all are renamed.
 * Where anything fails before the last rename, what stood there stands again. A process that is killed leaves the hidden
 * folder, which the next command that writes there takes away.
 */
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { exitCodes, UserError } from '../base/errors.js';
import { ensureWritableFolder, fileError, syncFolder } from '../base/files.js';
import { isProcessAlive } from '../base/processes.js';

export interface NewFolder {
  /** Its name in the parent; a folder of that name is replaced. */
  readonly name: string;
  /** Writes all that it holds. */
  readonly write: (folder: string) => Promise<void>;
}

export interface Staging {
  /** Where the folders come to stand. Made if it is missing. */
  readonly parent: string;
  readonly folders: readonly NewFolder[];
  /** Until the first rename, an abort leaves everything as it was. */
  readonly signal: AbortSignal;
}

const prefix = '.hgmlp-unfinished-';

/** Throws a UserError where the disk refuses, or the signal was given. */
export async function writeTogether({ parent, folders, signal }: Staging): Promise<void> {
  await ensureWritableFolder(parent);
  await removeAbandoned(parent);
  const staging = await mkdtemp(path.join(parent, `${prefix}${process.pid}-`));
  try {
    for (const { name, write } of folders) {
      const folder = path.join(staging, name);
      await mkdir(folder);
      await write(folder);
      requireGoingOn(signal);
    }
    await renameAll(staging, parent, folders);
    await syncFolder(parent);
  } catch (error) {
    throw fileError(error, 'write to', parent);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

function requireGoingOn(signal: AbortSignal): void {
  if (signal.aborted) throw new UserError('stopped; nothing was written', exitCodes.stoppedResumable);
}

async function renameAll(staging: string, parent: string, folders: readonly NewFolder[]): Promise<void> {
  const undo: (() => Promise<void>)[] = [];
  try {
    for (const { name } of folders) {
      const target = path.join(parent, name);
      const replaced = path.join(staging, `${name}.replaced`);
      if (await moved(target, replaced)) undo.unshift(() => rename(replaced, target));
      await rename(path.join(staging, name), target);
      undo.unshift(() => rename(target, path.join(staging, name)));
    }
  } catch (error) {
    for (const step of undo) await step();
    throw error;
  }
}

async function moved(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

/** What processes that are no more left behind. */
async function removeAbandoned(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const processId = name.startsWith(prefix) ? Number.parseInt(name.slice(prefix.length), 10) : NaN;
    if (!Number.isNaN(processId) && !isProcessAlive(processId)) await rm(path.join(parent, name), { recursive: true });
  }
}
