/** Tasks: a data set and how it is turned into (input, target) pairs. Every data set of pictures has every kind for pictures. */
import { closest } from 'fastest-levenshtein';
import type { Dimensions } from '../arch/arch.js';
import { UserError } from '../base/errors.js';
import { entryOf } from '../base/items.js';
import { metricsDecidedBy, type TaskMetrics } from '../run/metrics.js';
import { datasets, type DatasetRow, type PictureDataset, type TableDataset } from './datasets.js';
import { folderDataset, isFolderName } from './folder-dataset.js';
import type { Dataset, ImageShape } from './images.js';
import { openPicturePairs } from './picture-pairs.js';
import { pluginRows } from './plugin-tasks.js';
import type { DataRoot } from './root.js';
import { isTableName, tableDataset, type NamedTable } from './table-dataset.js';
import { openTablePairs, refuseFlips } from './table-pairs.js';
import { isPictureKind, pictureKinds, tableKinds, type PictureKindName } from './task-kinds.js';
import {
  formatTaskName,
  metricWords,
  parseTaskName,
  taskSettingOf,
  type TaskName,
  type TaskSetting,
} from './task-name.js';
import type { TaskPairs } from './task-pairs.js';
import { recipeFor, tableRecipe, type TaskRecipe } from './task-recipes.js';

export { publishedLearningRates, type TaskRecipe } from './task-recipes.js';

/** Describes what a network is to learn: a data set, and what a kind of task makes of it. */
export interface Task {
  /** The one spelling of its name: `mnist/denoising`, `mnist/super-resolution?scale=4`. */
  readonly name: string;
  /** What stands before the kind, such as `mnist` or `folder:photos`. */
  readonly dataset: string;
  readonly dimensions: Dimensions;
  /** Of the train split, without flips; rows where it holds no pictures. */
  readonly trainingImages: number;
  /** What it is measured by; the first decides. */
  readonly metrics: TaskMetrics;
  /** The pictures that targets and outputs show; null where they show none. */
  readonly pictures: ImageShape | null;
  /** True where an item, flipped or not, gives the same training input in every epoch: no noise. */
  readonly inputsRepeat: boolean;
  readonly recipe: TaskRecipe;
  /** The data set; null for a table or a plugin of the user, and for a task that is known on paper only. */
  readonly source: DatasetRow | null;
  /** Throws a UserError for flips that its data do not have. */
  checkFlips(flips: number): void;
  /**
   * Opens its data; null for a task that is known on paper only. Throws a UserError where they are missing or damaged.
   * @param given pictures in place of those of the data set
   */
  readonly open: ((root: DataRoot, given?: Dataset) => Promise<TaskPairs>) | null;
}

/** The data set of tasks that were trained elsewhere. */
const elsewhere = 'elsewhere';

/** Lists the tasks with published frontiers. Source: arXiv 2510.01796. */
export const tasks: readonly Task[] = [
  'mnist/denoising',
  'mnist/super-resolution',
  'mnist/generative-classification',
  'imagenet32/denoising',
  'imagenet32/super-resolution',
].map(findTask);

/**
 * Finds the task of that name, from the name alone: nothing is read. Throws a UserError that says the nearest and lists
 * all, or says which setting does not fit.
 */
export function findTask(name: string): Task {
  const parsed = parseTaskName(name);
  const { dataset, kind, settings } = parsed;
  if (settings.has('plugin')) return tableTask(pluginRows(parsed), parsed, null);
  if (dataset === elsewhere) return taskOnPaper(parsed);
  if (isFolderName(dataset) && isPictureKind(kind)) return pictureTask(folderDataset(parsed), kind, parsed);
  if (isTableName(dataset)) return tableTask(tableDataset(parsed), parsed, null);
  const row = datasets.find((one) => one.name === dataset);
  if (row?.holds === 'pictures' && isPictureKind(kind)) return pictureTask(row, kind, parsed);
  if (row?.holds === 'rows' && row.kind === kind) {
    return tableTask({ ...row, trainingRows: row.counts.train }, parsed, row);
  }
  throw unknownTask(parsed);
}

function pictureTask(source: PictureDataset, kindName: PictureKindName, name: TaskName): Task {
  const kind = pictureKinds[kindName];
  requireSettings(name, [...kind.settings, ...(source.settings ?? [])]);
  if (kind.needs !== null && source.classes < 2) {
    throw new UserError(
      `${name.dataset}/${name.kind}: expected at least two classes, got one; put the pictures of each into a folder of ` +
        'its own',
    );
  }
  const { inputsRepeat, needs } = kind;
  const pairs = { ...kind.pairsOf(source, name), name: formatTaskName(name), inputsRepeat, needs };
  return {
    name: pairs.name,
    dataset: name.dataset,
    dimensions: pairs.dimensions,
    trainingImages: source.counts.train,
    metrics: kind.metricsFor(source.classes),
    pictures: kind.showsPictures ? source.shape : null,
    inputsRepeat,
    recipe: recipeFor(name.dataset, kindName),
    source,
    checkFlips: () => undefined,
    open: async (root, given) => openPicturePairs(pairs, given ?? (await source.open(root))),
  };
}

function tableTask(source: NamedTable, parsed: TaskName, row: TableDataset | null): Task {
  requireSettings(parsed, source.settings ?? []);
  const { loss, metrics } = tableKinds[source.kind];
  const name = formatTaskName(parsed);
  return {
    name,
    dataset: parsed.dataset,
    dimensions: { input: source.inputs, output: source.outputs, loss },
    trainingImages: source.trainingRows,
    metrics,
    pictures: null,
    inputsRepeat: true,
    recipe: { ...tableRecipe, ...source.recipe },
    source: row,
    checkFlips: (flips) => refuseFlips(name, flips),
    open: async (root) => openTablePairs(name, await source.open(root)),
  };
}

/** `elsewhere/<name>?input=<width>&output=<width>&images=<count>`: its results can be read and its search planned. */
function taskOnPaper(name: TaskName): Task {
  const needed = ['images', 'input', 'output'] as const;
  requireSettings(name, [...needed, 'metric']);
  const [images, input, output] = needed.map((key) => Number(name.settings.get(key)));
  if (name.kind === '' || !images || !input || !output) {
    throw new UserError(
      `task: expected elsewhere/<name>?input=<width>&output=<width>&images=<count>, got '${formatTaskName(name)}'`,
    );
  }
  return {
    name: formatTaskName(name),
    dataset: elsewhere,
    dimensions: { input, output },
    trainingImages: images,
    metrics: metricsDecidedBy(entryOf(metricWords, taskSettingOf(name, 'metric')!)),
    pictures: null,
    inputsRepeat: false,
    recipe: recipeFor(elsewhere, 'denoising'),
    source: null,
    checkFlips: () => undefined,
    open: null,
  };
}

/** Throws the UserError that says why a task that is known on paper only cannot be trained. */
export function refuseTraining(name: string): never {
  throw new UserError(
    `${name}: expected a task with images to train on, got one whose results come from elsewhere; ` +
      'its frontiers can be shown and compared, not trained',
  );
}

function requireSettings({ dataset, kind, settings }: TaskName, allowed: readonly TaskSetting[]): void {
  const wrong = [...settings.keys()].find((key) => !allowed.some((name) => name === key));
  if (wrong === undefined) return;
  const known = allowed.length === 0 ? 'no setting' : `only ${allowed.join(', ')}`;
  const flag = wrong === 'channels' ? '--image-channels' : `--${wrong}`;
  throw new UserError(`${dataset}/${kind}: expected ${known}, got ${wrong}; leave it out (${flag})`);
}

function unknownTask(name: TaskName): UserError {
  const { dataset, kind } = name;
  const kinds = Object.keys(pictureKinds);
  const combined = (sets: readonly string[]) => sets.flatMap((one) => kinds.map((other) => `${one}/${other}`));
  const pictures = datasets.filter(({ holds }) => holds === 'pictures').map((row) => row.name);
  const tables = datasets.flatMap((row) => (row.holds === 'rows' ? [`${row.name}/${row.kind}`] : []));
  const ofTable = tables.filter((one) => one.startsWith(`${dataset}/`));
  const near = isFolderName(dataset) ? combined([dataset]) : [...combined(pictures), ...tables];
  return new UserError(
    `task: expected <data set>/<kind> with a data set of ${pictures.join(', ')}, folder:<path>, and a kind of ` +
      `${kinds.join(', ')}, or ${tables.join(', ')}, or table:<file>; got '${formatTaskName(name)}'; ` +
      `did you mean '${closest(`${dataset}/${kind}`, ofTable.length > 0 ? ofTable : near)}'?`,
  );
}
