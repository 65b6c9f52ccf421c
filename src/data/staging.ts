/**
 * Making a folder of data as a whole or not at all: it is filled beside its place and renamed into it.
 * What a killed process left behind is removed by the next one; what a living process fills is left alone.
 */
import { readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { ensureWritableFolder, fileError, makeOneFolder, placeOf, syncFolder } from '../base/files.js';
import { isAbandoned, unfinishedName } from '../base/unfinished.js';

/**
 * Fills a folder by `fill`, which is handed an empty one, and puts it in the place of `named`, whatever stood there; or of
 * the folder beside it that `fill` gives. Where `fill` throws, all is as it was.
 * @param alreadyThere asked at the end, when another process may have filled the target: then that one stays
 */
export async function fillFolder(
  named: string,
  fill: (staged: string) => Promise<string | void>,
  alreadyThere: () => Promise<boolean> = () => Promise.resolve(false),
): Promise<void> {
  // A link stays, and leads to what is filled.
  const target = await placeOf(named).catch((error: unknown) => {
    throw fileError(error, 'write', named);
  });
  const parent = path.dirname(target);
  await ensureWritableFolder(parent);
  await removeAbandoned(target);
  const staged = stagedName(target);
  try {
    await makeOneFolder(staged);
    const place = (await fill(staged)) ?? target;
    await syncFolder(staged);
    if (await alreadyThere()) return;
    await putInPlace(staged, place);
    await syncFolder(parent);
  } catch (error) {
    throw fileError(error, 'write', target);
  } finally {
    await rm(staged, { recursive: true, force: true });
  }
}

/** Beside the target, and hidden. */
function stagedName(target: string): string {
  return unfinishedName(path.join(path.dirname(target), `.${path.basename(target)}`));
}

/** Removes staged folders whose process is gone. */
async function removeAbandoned(target: string): Promise<void> {
  const parent = path.dirname(target);
  for (const name of await readdir(parent)) {
    if (!name.startsWith(`.${path.basename(target)}.`) || !name.endsWith('.tmp')) continue;
    const folder = path.join(parent, name);
    if (await isAbandoned(folder)) await rm(folder, { recursive: true, force: true });
  }
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
