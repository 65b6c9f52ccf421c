/** Tasks: a data set and how it is turned into (input, target) pairs. Every data set has every kind. */
import { closest } from 'fastest-levenshtein';
import type { Dimensions } from '../arch/arch.js';
import { UserError } from '../base/errors.js';
import { datasets, type DatasetRow } from './datasets.js';
import { folderDataset, isFolderName } from './folder-dataset.js';
import type { ImageShape } from './images.js';
import type { MakePairs } from './pairs.js';
import { isTaskKind, taskKinds, type TaskKind } from './task-kinds.js';
import { pictureMetrics, type TaskMetrics } from '../run/metrics.js';
import { formatTaskName, parseTaskName, type TaskName, type TaskSetting } from './task-name.js';
import { recipeFor, type TaskRecipe } from './task-recipes.js';

export { publishedLearningRates, type TaskRecipe } from './task-recipes.js';

/** Describes what a network is to learn: a data set, and what a kind of task makes of it. */
export interface Task {
  /** The one spelling of its name: `mnist/denoising`, `mnist/super-resolution?scale=4`. */
  readonly name: string;
  /** What stands before the kind, such as `mnist` or `folder:photos`. */
  readonly dataset: string;
  readonly dimensions: Dimensions;
  /** Of the train split, without flips. */
  readonly trainingImages: number;
  /** What it is measured by; the first decides. */
  readonly metrics: TaskMetrics;
  /** The pictures that targets and outputs show; null where they show none. */
  readonly pictures: ImageShape | null;
  readonly makePairs: MakePairs;
  /** True where an image, flipped or not, gives the same training input in every epoch: no noise. */
  readonly inputsRepeat: boolean;
  /** The targets are images of classes. */
  readonly needsPrototypes: boolean;
  readonly recipe: TaskRecipe;
  /** What is opened to train it; null for a task that is known on paper only. */
  readonly source: DatasetRow | null;
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
  if (parsed.dataset === elsewhere) return taskOnPaper(parsed);
  const { dataset, kind } = parsed;
  const source = isFolderName(dataset) ? null : datasets.find((row) => row.name === dataset);
  if (source === undefined || !isTaskKind(kind)) throw unknownTask(parsed);
  const row = source ?? folderDataset(parsed);
  return taskOf(row, taskKinds[kind], parsed, recipeFor(dataset, kind));
}

function taskOf(source: DatasetRow, kind: TaskKind, name: TaskName, recipe: TaskRecipe): Task {
  requireSettings(name, [...kind.settings, ...(source.settings ?? [])]);
  if (kind.needsPrototypes && source.classes < 2) {
    throw new UserError(
      `${name.dataset}/${name.kind}: expected at least two classes, got one; put the pictures of each into a folder of ` +
        'its own',
    );
  }
  return {
    name: formatTaskName(name),
    dataset: name.dataset,
    trainingImages: source.counts.train,
    metrics: pictureMetrics,
    pictures: source.shape,
    inputsRepeat: kind.inputsRepeat,
    needsPrototypes: kind.needsPrototypes,
    recipe,
    source,
    ...kind.pairsOf(source.shape, name),
  };
}

/** `elsewhere/<name>?input=<width>&output=<width>&images=<count>`: its results can be read and its search planned. */
function taskOnPaper(name: TaskName): Task {
  const needed = ['images', 'input', 'output'] as const;
  requireSettings(name, needed);
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
    metrics: pictureMetrics,
    pictures: null,
    makePairs: () => refuseTraining(formatTaskName(name)),
    inputsRepeat: false,
    needsPrototypes: false,
    recipe: recipeFor(elsewhere, 'denoising'),
    source: null,
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

function unknownTask({ dataset, kind, settings }: TaskName): UserError {
  const kinds = Object.keys(taskKinds);
  const names = datasets.map((row) => row.name);
  const got = formatTaskName({ dataset, kind, settings });
  const near = isFolderName(dataset) ? kinds.map((name) => `${dataset}/${name}`) : combinations(names, kinds);
  return new UserError(
    `task: expected <data set>/<kind> with a data set of ${names.join(', ')}, folder:<path>, and a kind of ` +
      `${kinds.join(', ')}; got '${got}'; did you mean '${closest(`${dataset}/${kind}`, near)}'?`,
  );
}

function combinations(names: readonly string[], kinds: readonly string[]): string[] {
  return names.flatMap((name) => kinds.map((kind) => `${name}/${kind}`));
}
