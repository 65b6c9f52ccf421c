/** The task that option values ask for, under its one name. */
import { resolveTask } from '../data/resolve-task.js';
import { dataRoot } from '../data/root.js';
import type { CommandContext } from './context.js';
import { openStepProgress } from './step-progress.js';

/** The settings are in the task's name from here on. */
const noTaskOptions = { noiseLevel: null, scale: null, imageSize: null, imageChannels: null, splitSeed: null } as const;

/** The context with the task's full name in place of what was written and of the options that belong to it. */
export async function withResolvedTask(context: CommandContext): Promise<CommandContext> {
  const { values, terminal } = context;
  const progress = openStepProgress(terminal, values.quiet!);
  try {
    const { name } = await resolveTask(values.task!, { root: dataRoot(values.dataFolder), progress, options: values });
    return { ...context, values: { ...values, ...noTaskOptions, task: name } };
  } finally {
    progress.stop();
  }
}
