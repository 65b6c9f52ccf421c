/** From a task as a user writes it to its one name: settings of the command line join it, and folders are read. */
import path from 'node:path';
import { UserError } from '../base/errors.js';
import type { FetchProgress } from './fetching.js';
import { decodeFolder } from './folder.js';
import { isFolderName, pathOfFolder } from './folder-dataset.js';
import type { DataRoot } from './root.js';
import { taskKinds, isTaskKind } from './task-kinds.js';
import { canonicalSetting, formatTaskName, parseTaskName, taskSettingOf, type TaskName } from './task-name.js';
import { findTask, type Task } from './tasks.js';

/** Values of the options that belong to tasks; null where one was not given. */
export interface TaskOptions {
  readonly noiseLevel: number | null;
  readonly scale: number | null;
  readonly imageSize: number | null;
  readonly imageChannels: number | null;
  readonly splitSeed: number | null;
}

const noOptions: TaskOptions = { noiseLevel: null, scale: null, imageSize: null, imageChannels: null, splitSeed: null };

/** The flags and their settings. */
const settingNames = {
  noiseLevel: 'noise-level',
  scale: 'scale',
  imageSize: 'image-size',
  imageChannels: 'channels',
  splitSeed: 'split-seed',
} as const satisfies Record<keyof TaskOptions, string>;

const defaultImageSize = 32;
const defaultChannels = 3;

/**
 * Finds the task that is meant. The pictures of a folder are read, and decoded into the root where they were not yet.
 * Throws a UserError for an unknown task, a setting that does not fit or is said twice differently, and a folder that
 * cannot be used.
 */
export async function resolveTask(
  written: string,
  { root, progress, options = noOptions }: { root: DataRoot; progress: FetchProgress; options?: TaskOptions },
): Promise<Task> {
  const name = withOptions(parseTaskName(written), options);
  const isUnread = isFolderName(name.dataset) && !name.settings.has('sha256');
  // A kind that is unknown is refused before the folder is read.
  if (!isUnread || !isTaskKind(name.kind)) return findTask(formatTaskName(name));
  return findTask(formatTaskName(await withFolder(name, root, progress)));
}

function withOptions(name: TaskName, options: TaskOptions): TaskName {
  const settings = new Map(name.settings);
  for (const [option, key] of Object.entries(settingNames) as [keyof TaskOptions, string][]) {
    if (options[option] === null) continue;
    const value = canonicalSetting(key, String(options[option]), `--${flagOf(option)}`);
    const written = settings.get(key);
    if (written !== undefined && written !== value) {
      throw new UserError(
        `--${flagOf(option)}: expected what the task's name says, ${written}, got ${value}; say it in one place`,
      );
    }
    settings.set(key, value);
  }
  return { ...name, settings };
}

/** `imageSize` to `image-size`. */
function flagOf(option: string): string {
  return option.replace(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`);
}

async function withFolder(name: TaskName, root: DataRoot, progress: FetchProgress): Promise<TaskName> {
  const folder = pathOfFolder(name.dataset);
  const imageSize = Number(taskSettingOf(name, 'image-size') ?? defaultImageSize);
  const channels = Number(taskSettingOf(name, 'channels') ?? defaultChannels);
  if (channels !== 1 && channels !== 3) throw new UserError(`--image-channels: expected 1 or 3, got ${channels}`);
  const decoded = await decodeFolder(root, folder, { imageSize, channels }, progress);
  const settings = new Map(name.settings)
    .set('images', String(decoded.images))
    .set('channels', String(channels))
    .set('image-size', String(imageSize))
    .set('sha256', decoded.sha256);
  const kind = taskKinds[name.kind as keyof typeof taskKinds];
  if (kind.needsPrototypes) settings.set('classes', String(decoded.classes));
  return { ...name, dataset: `folder:${shownName(folder)}`, settings };
}

/** The folder's own name, with what has a meaning in a task's name or a file's replaced. */
function shownName(folder: string): string {
  return path.basename(path.resolve(folder)).replace(/[^\p{L}\p{N}._-]+/gu, '-') || 'pictures';
}
