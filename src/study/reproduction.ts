/** From option values to what a reproduction may train: every published point of a task, what tells most first. */
import { closest } from 'fastest-levenshtein';
import { UserError } from '../base/errors.js';
import type { Values } from '../config/fields.js';
import { shown } from '../base/shown.js';
import { storedConfigOf, type StoredConfig } from '../config/stored.js';
import { findTask, type Task } from '../data/tasks.js';
import { rankPoints, type RankedPoint } from '../frontier/pick.js';
import { learningRateOf, publishedTasks, readPublishedPoints, type PublishedPoint } from '../frontier/published.js';
import type { Workforce } from '../execute/workforce.js';
import type { RunSpec } from '../run/spec.js';
import type { Fit } from '../search/fit.js';
import { fixedReplicates } from '../search/replicates.js';
import { recipeOf } from './recipe.js';

/** Joins a published point with the runs that would reproduce it. */
export interface RankedSpecs extends RankedPoint {
  readonly learningRate: number;
  /** One per replicate. */
  readonly specs: readonly RunSpec[];
}

/** Describes all that a reproduction of a task may train. */
export interface ReproductionStudy extends PublishedTask {
  /** All points of the task, what tells most first. */
  readonly ranked: readonly RankedSpecs[];
  /** The epochs that are trained, and those of the published recipe. */
  readonly epochs: { readonly trained: number; readonly published: number };
  readonly config: StoredConfig;
}

/** Tells which points are trained, and what the choice was made from. */
export interface ReproductionPlan extends Fit<RankedSpecs> {
  readonly workforce: Workforce;
  /** Milliseconds of a run on one worker. */
  readonly durationMsOf: (spec: RunSpec) => number;
  /** Whether the log answers for a run. */
  readonly isDone: (spec: RunSpec) => boolean;
}

/** Joins a task with its published frontier. */
export interface PublishedTask {
  readonly task: Task;
  readonly published: readonly PublishedPoint[];
}

/** Finds the task of that name. Throws a UserError for one without a published frontier. */
export async function publishedTask(name: string | undefined): Promise<PublishedTask> {
  const points = await readPublishedPoints();
  const task = findTask(checkedTask(name, publishedTasks(points)));
  return { task, published: points.filter((point) => point.task === task.name) };
}

/** Gives the name of the study, which is that of its folder in results/. */
export function reproductionName({ name }: Task): string {
  return `reproduce-${name.replaceAll('/', '-')}`;
}

/**
 * Makes the runs of every published point that the values ask for. Where the learning rate of a point was not
 * published, that of a point with the same widths and depth is taken, else that of the task.
 */
export function reproductionOf({ task, published }: PublishedTask, values: Values): ReproductionStudy {
  const recipe = recipeOf(values, task);
  const replicates = fixedReplicates(values.replicates!);
  const ranked = rankPoints(published).map((row) => {
    const learningRate = learningRateOf(row.point, published, task.recipe.learningRate);
    const specs = Array.from({ length: replicates }, (_, replicate) => ({
      task: task.name,
      arch: row.point.arch,
      recipe: { ...recipe, learningRate, replicate },
      engine: values.engine!,
    }));
    return { ...row, learningRate, specs };
  });
  // The published number of epochs is stored as none, however it was asked for.
  const epochs = recipe.epochs === task.recipe.epochs ? null : recipe.epochs;
  return {
    task,
    published,
    ranked,
    epochs: { trained: recipe.epochs, published: task.recipe.epochs },
    config: storedConfigOf({ ...values, task: task.name, epochs, name: reproductionName(task) }),
  };
}

function checkedTask(name: string | undefined, known: readonly string[]): string {
  if (name !== undefined && known.includes(name)) return name;
  const [got, advice] =
    name === undefined ? ['none', 'name one of them'] : [shown(name), `did you mean '${closest(name, known)}'?`];
  throw new UserError(`task: expected one with a published frontier (${known.join(', ')}), got ${got}; ${advice}`);
}
