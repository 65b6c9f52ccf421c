/** From a task as a user writes it to its one name: settings of the command line join it, and folders are read. */
import path from 'node:path';
import { UserError } from '../base/errors.js';
import type { FetchProgress } from './fetching.js';
import { decodeFolder } from './folder.js';
import { isFolderName, pathOfFolder } from './folder-dataset.js';
import type { TableSetting } from './resolve-table.js';
import type { DataRoot } from './root.js';
import { isTableName, isWholeTableName } from './table-dataset.js';
import type { TableOptions } from './table/request-of-options.js';
import { isPictureKind, pictureKinds, type PictureKindName } from './task-kinds.js';
import { canonicalSetting, formatTaskName, parseTaskName, taskSettingOf, type TaskName } from './task-name.js';
import { findTask, type Task } from './tasks.js';

/** Holds values of the options that belong to tasks; null where one was not given. */
export interface TaskOptions extends TableOptions {
  readonly noiseLevel: number | null;
  readonly scale: number | null;
  readonly imageSize: number | null;
  readonly imageChannels: number | null;
}

/** The flags that are settings in a task's name. */
const settingNames = {
  noiseLevel: 'noise-level',
  scale: 'scale',
  imageSize: 'image-size',
  imageChannels: 'channels',
  splitSeed: 'split-seed',
} as const satisfies Partial<Record<keyof TaskOptions, string>>;

/** The flags that say how a table is read. */
const tableFlags = {
  target: '--target',
  targetKind: '--target-kind',
  categorical: '--categorical',
  numeric: '--numeric',
  drop: '--drop',
  columnNames: '--columns',
  delimiter: '--delimiter',
  decimalMark: '--decimal-mark',
  mostCategories: '--most-categories',
  splitColumn: '--split-column',
  splitSeed: '--split-seed',
} as const satisfies Record<keyof TableOptions, string>;

/** Holds no value of any of them: once a task is found, its name says them all. */
export const noTaskOptions: TaskOptions = {
  ...{ noiseLevel: null, scale: null, imageSize: null, imageChannels: null, splitSeed: null },
  ...{ target: null, targetKind: null, categorical: null, numeric: null, drop: null, columnNames: null },
  ...{ delimiter: null, decimalMark: null, mostCategories: null, splitColumn: null },
};

const defaultImageSize = 32;
const defaultChannels = 3;

/**
 * Finds the task that is meant. The pictures of a folder are read, and decoded into the root where they were not yet; so is
 * a table. Throws a UserError for an unknown task, a setting that does not fit or is said twice differently, and a folder or
 * a table that cannot be used.
 */
export async function resolveTask(
  written: string,
  { root, progress, options = noTaskOptions }: { root: DataRoot; progress: FetchProgress; options?: TaskOptions },
): Promise<Task> {
  if (isTableName(written)) return tableTask(written, { root, progress, options });
  refuseTableOptions(written, options, tableFlagsAlone);
  const name = withOptions(parseTaskName(written), options);
  const isUnread = isFolderName(name.dataset) && !name.settings.has('sha256');
  // A kind that is unknown is refused before the folder is read.
  if (!isUnread || !isPictureKind(name.kind)) return findTask(formatTaskName(name));
  return findTask(formatTaskName(await withFolder(name, root, progress)));
}

const tableFlagsAlone = (Object.keys(tableFlags) as (keyof TableOptions)[]).filter((key) => key !== 'splitSeed');

async function tableTask(written: string, setting: TableSetting & { readonly options: TaskOptions }): Promise<Task> {
  const { options } = setting;
  const ofPictures = (['noiseLevel', 'scale', 'imageSize', 'imageChannels'] as const).find(
    (key) => (options[key] ?? null) !== null,
  );
  if (ofPictures !== undefined) {
    const flag = ofPictures === 'imageChannels' ? 'image-channels' : flagOf(ofPictures);
    throw new UserError(`--${flag}: expected a task on pictures, got '${written}'; leave it out`);
  }
  if (isWholeTableName(written)) {
    refuseTableOptions(written, options, Object.keys(tableFlags) as (keyof TableOptions)[]);
    return findTask(written);
  }
  // Few tasks are on tables, whose reader is large.
  const { resolveTable } = await import('./resolve-table.js');
  return findTask(formatTaskName(await resolveTable(written, setting)));
}

/** Throws a UserError for an option that says how a table is read, where none is. */
function refuseTableOptions(written: string, options: TaskOptions, keys: readonly (keyof TableOptions)[]): void {
  const given = keys.find((key) => (options[key] ?? null) !== null);
  if (given === undefined) return;
  throw new UserError(
    `${tableFlags[given]}: expected a task table:<file> to read, got '${written}'; leave it out, or name a table`,
  );
}

function withOptions(name: TaskName, options: TaskOptions): TaskName {
  const settings = new Map(name.settings);
  for (const [option, key] of Object.entries(settingNames) as [keyof typeof settingNames, string][]) {
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
  const kind = pictureKinds[name.kind as PictureKindName];
  if (kind.needs !== null) settings.set('classes', String(decoded.classes));
  return { ...name, dataset: `folder:${shownName(folder)}`, settings };
}

/** The folder's own name, with what has a meaning in a task's name or a file's replaced. */
function shownName(folder: string): string {
  return path.basename(path.resolve(folder)).replace(/[^\p{L}\p{N}._-]+/gu, '-') || 'pictures';
}
