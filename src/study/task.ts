/** The task that option values ask for, under its one name. */
import { noTaskOptions, resolveTask } from '../data/resolve-task.js';
import { dataRoot } from '../data/root.js';
import type { Task } from '../data/tasks.js';
import { fetchProgressOf, type StudyContext } from './port.js';

/** Gives the context with the task's full name in place of what was written and of the options that belong to it. */
export async function withResolvedTask<Context extends StudyContext>(context: Context): Promise<Context> {
  const { values, port } = context;
  const progress = fetchProgressOf(port);
  try {
    const { name } = await resolveTask(values.task!, { root: dataRoot(values.dataFolder), progress, options: values });
    // They are in the task's name from here on.
    return { ...context, values: { ...values, ...noTaskOptions, task: name } };
  } finally {
    port.onEvent({ type: 'stepsEnded' });
  }
}

/** Refuses a task whose data cannot be read, before anything is written. */
export async function openData({ name }: Task, folder: string | null): Promise<void> {
  const { openTask } = await import('../data/task-data.js');
  await openTask(name, { folder: folder ?? undefined });
}
