/** A folder with the user's pictures as a row of the table of data sets, known from a task's name alone. */
import { UserError } from '../base/errors.js';
import { withHome } from '../base/home.js';
import { valueAt } from '../base/items.js';
import type { PictureDataset } from './datasets.js';
import { copyFolder, folderCounts, openFolder, type DecodedFolder } from './folder.js';
import { formatTaskName, taskSettingOf, type TaskName, type TaskSetting } from './task-name.js';

const prefix = 'folder:';

/** What must stand in the name of a task on a folder. */
const needed = ['images', 'channels', 'image-size', 'sha256'] as const;
const settings: readonly TaskSetting[] = [...needed, 'split-seed', 'classes'];

/** Says whether a data set of this name is a folder: `folder:<path>`. */
export function isFolderName(dataset: string): boolean {
  return dataset.startsWith(prefix);
}

/** Gives the path in `folder:<path>`, with the home folder in place of `~`. */
export function pathOfFolder(dataset: string): string {
  return withHome(dataset.slice(prefix.length));
}

/** Throws a UserError where the name does not say what the folder held. */
export function folderDataset(name: TaskName): PictureDataset {
  const decoded = decodedOf(name);
  const seed = Number(taskSettingOf(name, 'split-seed'));
  return {
    name: name.dataset,
    holds: 'pictures',
    shape: { height: decoded.imageSize, width: decoded.imageSize, channels: decoded.channels },
    counts: folderCounts(decoded.images),
    classes: decoded.classes,
    source: 'pictures of the user',
    settings,
    open: (root) => openFolder(root, decoded, seed),
    state: () => Promise.resolve('ready'),
    folder: (root) => Promise.resolve(copyFolder(root, decoded)),
    fetch: async (root) => void (await openFolder(root, decoded, seed)),
  };
}

function decodedOf(name: TaskName): DecodedFolder {
  const missing = needed.filter((key) => !name.settings.has(key));
  const channels = Number(name.settings.get('channels'));
  if (missing.length > 0 || (channels !== 1 && channels !== 3)) {
    throw new UserError(
      `task: expected ${prefix}<name>/<kind>?images=<count>&channels=<1 or 3>&image-size=<pixels>&sha256=<digits>, ` +
        `got '${formatTaskName(name)}'; name the folder on the command line of search or train`,
    );
  }
  return {
    images: Number(name.settings.get('images')),
    channels,
    imageSize: Number(name.settings.get('image-size')),
    sha256: valueAt(name.settings, 'sha256'),
    classes: Number(name.settings.get('classes') ?? 1),
  };
}
