/** From what a file calls a task to a Task: one of our table, or one of somebody else's with the widths that were said. */
import { UserError } from '../base/errors.js';
import { metricWordOf } from '../data/task-name.js';
import { findTask, type Task } from '../data/tasks.js';
import type { DecidingMetric } from '../run/metrics.js';

/** Says what must be known of a task that is not in our table. */
export interface TaskFacts {
  readonly inputWidth: number;
  readonly outputWidth: number;
  readonly trainingImages: number;
}

/** Is the task that a name means, or why it means none. */
export type NamedTask =
  { readonly task: Task; readonly fault?: never } | { readonly task?: never; readonly fault: string };

/** `mnist` and `super_resolution`, or `mnist/super_resolution` alone, is `mnist/super-resolution`. */
export function taskName(dataset: string | null, task: string): string {
  const whole = dataset === null || task.includes('/') ? task : `${dataset}/${task}`;
  return whole.startsWith('elsewhere/') ? whole : whole.toLowerCase().replaceAll('_', '-');
}

/**
 * Finds the task of a name that `taskName` gave; a fault where it is not in the table and no facts say what it is.
 * @param deciding the metric that decides in a task that is not in the table
 */
export function taskOf(name: string, facts: TaskFacts | null, deciding: DecidingMetric = 'psnrDb'): NamedTask {
  try {
    return { task: findTask(name) };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    if (facts === null) {
      return { fault: `${error.message} Or say what the task is: --input-width, --output-width and --training-images` };
    }
  }
  return { task: findTask(elsewhereName(name, facts, deciding)) };
}

/** Says whether a name that `taskName` gave is that of a Task without further facts. */
export function isOurs(name: string): boolean {
  return taskOf(name, null).fault === undefined;
}

/** `svhn/denoising` with its facts is `elsewhere/svhn-denoising?input=3072&output=3072&images=73257`. */
export function elsewhereName(
  name: string,
  { inputWidth, outputWidth, trainingImages }: TaskFacts,
  deciding: DecidingMetric = 'psnrDb',
): string {
  const sizes = `input=${inputWidth}&output=${outputWidth}&images=${trainingImages}`;
  return `elsewhere/${slugOf(name)}?${sizes}${deciding === 'psnrDb' ? '' : `&metric=${metricWordOf(deciding)}`}`;
}

/** Makes a name that may be a folder: letters, digits, dots, dashes and underscores. */
export function slugOf(name: string): string {
  const slug = name.replace(/[^\w.-]+/g, '-').replace(/^[.-]+|[.-]+$/g, '');
  return slug === '' ? 'import' : slug;
}

/** Gives the name of a task without what it is set to, as the name of a folder. */
export function taskSlug(name: string): string {
  return slugOf(name.replace(/^elsewhere\//, '').replace(/\?.*$/, ''));
}

/**
 * Names the folders of tasks beside each other: by their names, and with what they are set to where those are the same.
 */
export function taskFolders(names: readonly string[]): string[] {
  const slugs = names.map(taskSlug);
  const isAlone = (slug: string) => slugs.filter((other) => other === slug).length === 1;
  return names.map((name) => {
    const slug = taskSlug(name);
    return isAlone(slug) || !name.includes('?') ? slug : slugOf(`${slug}-${name.slice(name.indexOf('?') + 1)}`);
  });
}
