/**
 * Several results folders that are written together: each whole, into a hidden folder, and then all are put in place. A
 * folder that is new is renamed into its place. One that stands is kept, as it may be a link, the root of a disk or hold
 * files that are not ours, and what is in it is exchanged name by name. Where anything fails, what stood there stands
 * again. A process that is killed leaves the hidden folder, which the next command that writes there takes away.
 */
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { exitCodes, UserError } from '../base/errors.js';
import { ensureWritableFolder, fileError, makeOneFolder, nullIfMissing, placeOf, syncFolder } from '../base/files.js';
import { isAbandoned, unfinishedName } from '../base/unfinished.js';
import { storedConfigFile } from '../config/stored.js';
import { isClaim } from '../run/claim.js';
import { isBystander, stagingName } from './folder.js';

export interface NewFolder {
  /** Its name in the parent; what a folder of that name holds is replaced, but for claims and what every folder may have. */
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

/** Throws a UserError where the disk refuses, or the signal was given. Links lead to the folders that are written. */
export async function writeTogether({ parent, folders, signal }: Staging): Promise<void> {
  const staged: Staged[] = [];
  try {
    try {
      for (const { name, write } of folders) {
        const stage = await stageFor(await placeOf(path.join(parent, name)));
        staged.push(stage);
        await makeOneFolder(stage.hidden);
        await mkdir(stage.fresh);
        await write(stage.fresh);
        requireGoingOn(signal);
      }
      await putInPlace(staged);
    } finally {
      for (const { hidden } of staged) await rm(hidden, { recursive: true, force: true });
    }
  } catch (error) {
    throw fileError(error, 'write to', parent);
  }
}

interface Staged {
  readonly target: string;
  /** Whether the target is a folder already. */
  readonly stands: boolean;
  /** Inside the target where that stands, else beside it. */
  readonly hidden: string;
  /** What is to be put in place. */
  readonly fresh: string;
  /** What stood there. */
  readonly replaced: string;
}

async function stageFor(target: string): Promise<Staged> {
  const about = await stat(target).catch(nullIfMissing);
  const place = about === null ? path.dirname(target) : target;
  // Where a file has the name, this says so.
  await ensureWritableFolder(place);
  for (const name of await readdir(place)) {
    const left = path.join(place, name);
    if (name.startsWith(stagingName) && (await isAbandoned(left))) await rm(left, { recursive: true, force: true });
  }
  const hidden = unfinishedName(path.join(place, stagingName));
  const inHidden = (name: string) => path.join(hidden, name);
  return { target, stands: about !== null, hidden, fresh: inHidden('fresh'), replaced: inHidden('replaced') };
}

function requireGoingOn(signal: AbortSignal): void {
  if (signal.aborted) throw new UserError('stopped; nothing was written', exitCodes.stoppedResumable);
}

async function putInPlace(staged: readonly Staged[]): Promise<void> {
  const undo: (() => Promise<void>)[] = [];
  const move = async (from: string, to: string) => {
    await rename(from, to);
    undo.unshift(() => rename(to, from));
  };
  try {
    for (const stage of staged) await (stage.stands ? exchange(stage, move) : putNew(stage, move));
  } catch (error) {
    for (const step of undo) await step();
    throw error;
  }
}

type Move = (from: string, to: string) => Promise<void>;

async function putNew({ fresh, target }: Staged, move: Move): Promise<void> {
  try {
    await move(fresh, target);
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    throw new UserError(
      `${target}: expected no folder, got one that came into being meanwhile; run the same command again`,
      exitCodes.stoppedResumable,
      { cause: error },
    );
  }
  await syncFolder(path.dirname(target));
}

async function exchange({ target, hidden, fresh, replaced }: Staged, move: Move): Promise<void> {
  await mkdir(replaced);
  const stays = (name: string) => name === path.basename(hidden) || isClaim(name) || isBystander(name);
  const old = (await readdir(target)).filter((name) => !stays(name));
  for (const name of old) await move(path.join(target, name), path.join(replaced, name));
  for (const name of configLast(await readdir(fresh))) await move(path.join(fresh, name), path.join(target, name));
  await syncFolder(target);
}

/** Without it the folder is no results folder yet. */
function configLast(names: readonly string[]): string[] {
  return [...names.filter((name) => name !== storedConfigFile), storedConfigFile].filter((name) =>
    names.includes(name),
  );
}
