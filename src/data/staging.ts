/**
 * Making a folder of data as a whole or not at all: it is filled beside its place and renamed into it.
 * What a killed process left behind is removed by the next one; what a living process fills is left alone.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { ensureWritableFolder, fileError, syncFolder } from '../base/files.js';
import { isProcessAlive } from '../base/processes.js';

/** A process on another machine that has not touched its folder for so long is taken for dead. */
const abandonedAfterMs = 24 * 3_600_000;

/**
 * Fills a folder by `fill`, which is handed an empty one, and puts it in the place of `target`, whatever stood there.
 * Where `fill` throws, `target` is as it was.
 * @param alreadyThere asked at the end, when another process may have filled the target: then that one stays
 */
export async function fillFolder(
  target: string,
  fill: (staged: string) => Promise<void>,
  alreadyThere: () => Promise<boolean> = () => Promise.resolve(false),
): Promise<void> {
  const parent = path.dirname(target);
  await ensureWritableFolder(parent);
  await removeAbandoned(target);
  const staged = stagedName(target);
  try {
    await mkdir(staged);
    await fill(staged);
    await syncFolder(staged);
    if (await alreadyThere()) return;
    await putInPlace(staged, target);
    await syncFolder(parent);
  } catch (error) {
    throw fileError(error, 'write', target);
  } finally {
    await rm(staged, { recursive: true, force: true });
  }
}

/** Beside the target: its name, then the machine and the process that fill it. */
function stagedName(target: string): string {
  return path.join(path.dirname(target), `${prefixOf(target)}${machine()}.${process.pid}.${randomUUID()}.tmp`);
}

function prefixOf(target: string): string {
  return `.${path.basename(target)}.`;
}

/** Dots separate the parts of a staged folder's name. */
function machine(): string {
  return hostname().replaceAll(/[^\w-]/g, '-');
}

/** Removes staged folders whose process is gone. */
async function removeAbandoned(target: string): Promise<void> {
  const parent = path.dirname(target);
  const prefix = prefixOf(target);
  for (const name of await readdir(parent)) {
    if (!name.startsWith(prefix) || !name.endsWith('.tmp')) continue;
    const [host, pid] = name.slice(prefix.length).split('.');
    const folder = path.join(parent, name);
    const gone = host === machine() ? !isProcessAlive(Number(pid)) : await isOld(folder);
    if (gone) await rm(folder, { recursive: true, force: true });
  }
}

async function isOld(folder: string): Promise<boolean> {
  const about = await stat(folder).catch(() => null);
  return about !== null && Date.now() - about.mtimeMs > abandonedAfterMs;
}

/** A folder cannot be renamed over one with files in it: what stands there is moved aside first. */
async function putInPlace(staged: string, target: string): Promise<void> {
  for (;;) {
    const aside = stagedName(target);
    await rename(target, aside).catch(unlessMissing);
    try {
      await rename(staged, target);
      return;
    } catch (error) {
      // Another process has just put its own there.
      if (!['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    } finally {
      await rm(aside, { recursive: true, force: true });
    }
  }
}

function unlessMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
