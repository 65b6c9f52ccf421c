/** Makes a folder of data as a whole or not at all. Two processes may fill one place at once. */
import path from 'node:path';
import { fileError, placeOf } from '../base/files.js';
import { putFolders } from '../base/folders.js';

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
  let place = named;
  const write = async (staged: string) => {
    const target = await fill(staged);
    return (await alreadyThere()) ? null : target;
  };
  try {
    place = await placeOf(named);
    const hiddenName = (target: string) => `.${path.basename(target)}`;
    await putFolders({ folders: [{ place, write }], hiddenName, standing: 'replaced' });
  } catch (error) {
    throw fileError(error, 'write', place);
  }
}
