/**
 * Folders that come into being as a whole, one or several together: each is written into a hidden one, and renamed into
 * its place once all are written. Where anything fails, what stood there stands again. A process that is killed leaves the
 * hidden folder, which the next one that writes there takes away; one that a living process fills is left alone.
 */
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { exitCodes, UserError } from './errors.js';
import { ensureWritableFolder, makeOneFolder, nullIfMissing, placeOf, syncFolder } from './files.js';
import { abandonedAmong, unfinishedName } from './unfinished.js';

/** Describes one folder that is to be put in place, and how it is written. */
export interface PlacedFolder {
  /** Where it comes to stand; a link stays, and leads to what is written. */
  readonly place: string;
  /**
   * Writes all that it holds into an empty folder. May give another place beside the first one, or null where nothing is to
   * be put in place after all.
   */
  readonly write: (folder: string) => Promise<string | null | void>;
}

/** Describes folders that are put in place together, all of them or none. */
export interface Putting {
  readonly folders: readonly PlacedFolder[];
  /** How what is hidden for a place is called: other processes know by it what a dead one has left. */
  readonly hiddenName: (place: string) => string;
  /**
   * What becomes of a folder that stands in a place. `replaced`: all of it, also where another process has put it there
   * meanwhile, so that the last one stands. Else it stays, as it may be a link or the root of a disk, and what is in it is
   * exchanged.
   */
  readonly standing: 'replaced' | Exchange;
  /** Until the first rename, an abort leaves everything as it was. */
  readonly signal?: AbortSignal;
}

/** Says which contents of a folder that stays are kept, and in which order the others are exchanged. */
export interface Exchange {
  /** Whether what has this name in the folder stays there. */
  readonly keeps: (name: string) => boolean;
  /** The name that comes in last: without it the folder is not whole. */
  readonly last: string;
}

/** Throws a UserError where the signal was given, or a folder came into being in a place; else the system's error. */
export async function putFolders(putting: Putting): Promise<void> {
  const staged: Staged[] = [];
  try {
    for (const { place, write } of putting.folders) {
      const stage = await stageFor(await placeOf(place), putting);
      staged.push(stage);
      await makeOneFolder(stage.hidden);
      await mkdir(stage.fresh);
      const target = await write(stage.fresh);
      stage.target = target === undefined ? stage.target : target;
      if (putting.signal?.aborted === true) {
        throw new UserError('stopped; nothing was written', exitCodes.stoppedResumable);
      }
    }
    await putInPlace(staged, putting);
  } finally {
    for (const { hidden } of staged) await rm(hidden, { recursive: true, force: true });
  }
}

interface Staged {
  /** Null where nothing is to be put in place. */
  target: string | null;
  /** Whether the target is a folder that stays. */
  readonly stays: boolean;
  /** Inside the target where that stays, else beside it. */
  readonly hidden: string;
  /** What is to be put in place. */
  readonly fresh: string;
  /** What stood there. */
  readonly replaced: string;
}

async function stageFor(target: string, { hiddenName, standing }: Putting): Promise<Staged> {
  const stays = standing !== 'replaced' && (await stat(target).catch(nullIfMissing)) !== null;
  const place = stays ? target : path.dirname(target);
  // Where a file has the name, this says so.
  await ensureWritableFolder(place);
  const name = hiddenName(target);
  const left = (await readdir(place)).filter((each) => each.startsWith(`${name}.`));
  for (const each of await abandonedAmong(place, left)) await rm(each, { recursive: true, force: true });
  const hidden = unfinishedName(path.join(place, name));
  const inHidden = (part: string) => path.join(hidden, part);
  return { target, stays, hidden, fresh: inHidden('fresh'), replaced: inHidden('replaced') };
}

type Move = (from: string, to: string) => Promise<void>;

async function putInPlace(staged: readonly Staged[], { standing }: Putting): Promise<void> {
  const undo: (() => Promise<void>)[] = [];
  const move: Move = async (from, to) => {
    await rename(from, to);
    undo.unshift(() => rename(to, from));
  };
  try {
    for (const { target, ...stage } of staged) {
      if (target === null) continue;
      await syncFolder(stage.fresh);
      if (standing === 'replaced') await replace(target, stage, move);
      else if (stage.stays) await exchange(target, stage, standing, move);
      else await putNew(target, stage, move);
      await syncFolder(stage.stays ? target : path.dirname(target));
    }
  } catch (error) {
    for (const step of undo) await step().catch(nullIfMissing);
    throw error;
  }
}

type Stage = Omit<Staged, 'target'>;

async function putNew(target: string, { fresh }: Stage, move: Move): Promise<void> {
  try {
    await move(fresh, target);
  } catch (error) {
    if (!isTaken(error)) throw error;
    throw new UserError(
      `${target}: expected no folder, got one that came into being meanwhile; run the same command again`,
      exitCodes.stoppedResumable,
      { cause: error },
    );
  }
}

/** A folder cannot be renamed over one with files in it: what stands there is moved aside first. */
async function replace(target: string, { fresh, replaced }: Stage, move: Move): Promise<void> {
  for (;;) {
    await move(target, replaced).catch(nullIfMissing);
    try {
      return await move(fresh, target);
    } catch (error) {
      if (!isTaken(error)) throw error;
      // Another process has just put its own there, which is to be replaced now.
      await rm(replaced, { recursive: true, force: true });
    }
  }
}

async function exchange(target: string, stage: Stage, { keeps, last }: Exchange, move: Move): Promise<void> {
  const { hidden, fresh, replaced } = stage;
  await mkdir(replaced);
  const old = (await readdir(target)).filter((name) => name !== path.basename(hidden) && !keeps(name));
  for (const name of old) await move(path.join(target, name), path.join(replaced, name));
  const names = await readdir(fresh);
  const inOrder = [...names.filter((name) => name !== last), ...names.filter((name) => name === last)];
  for (const name of inOrder) await move(path.join(fresh, name), path.join(target, name));
}

function isTaken(error: unknown): boolean {
  return ['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '');
}
