/** Tasks that plugins define, by their names and the hashes of the files that define them. */
import { UserError } from '../base/errors.js';
import { valueAt } from '../base/items.js';
import type { NamedTable } from './table-dataset.js';
import type { TableRows } from './table/table-rows.js';
import { isTableKind } from './task-kinds.js';
import { formatTaskName, type TaskName, type TaskSetting } from './task-name.js';
import type { TaskRecipe } from './task-recipes.js';

/** Holds what only the plugin knows of its task. */
export interface RegisteredTask {
  /** `spiral/classification`. */
  readonly name: string;
  /** What differs from the recipe of tables. */
  readonly recipe: Partial<TaskRecipe>;
  /** Makes the rows anew. Throws a UserError where they are none. */
  rows(): Promise<TableRows>;
}

const registered = new Map<string, RegisteredTask>();

/** Makes a task known. One of the same name in another file, or in the file as it was before, stays known beside it. */
export function registerTask(task: RegisteredTask, sha256: string): void {
  registered.set(`${task.name} ${sha256}`, task);
}

/** What must stand in the name of a task of a plugin. */
const needed = ['plugin', 'rows', 'input', 'output'] as const satisfies readonly TaskSetting[];

/** Gives the name of the task of a plugin that has these rows. */
export function pluginTaskName(name: string, sha256: string, rows: TableRows): string {
  const slash = name.lastIndexOf('/');
  const settings = new Map([
    ['plugin', sha256],
    ['rows', String(rows.counts.train)],
    ['input', String(rows.inputWidth)],
    ['output', String(rows.targetWidth)],
  ]);
  return formatTaskName({ dataset: name.slice(0, slash), kind: name.slice(slash + 1), settings });
}

/**
 * Gives what is known of the task from its name, and its rows where its plugin is loaded. Throws a UserError where the name
 * does not say all.
 */
export function pluginRows(name: TaskName): NamedTable {
  const { dataset, kind, settings } = name;
  if (!isTableKind(kind) || needed.some((key) => !settings.has(key))) {
    throw new UserError(
      'task: expected <name>/<kind>?plugin=<digits>&rows=<count>&input=<width>&output=<width> of a plugin, got ' +
        `'${formatTaskName(name)}'; name its file with --plugin and the task without settings`,
    );
  }
  const [trainingRows, inputs, outputs] = (['rows', 'input', 'output'] as const).map((key) =>
    Number(settings.get(key)),
  ) as [number, number, number];
  const sha256 = valueAt(settings, 'plugin');
  const known = registered.get(`${dataset}/${kind} ${sha256}`);
  return {
    ...{ kind, inputs, outputs, trainingRows, settings: needed },
    ...(known !== undefined && { recipe: known.recipe }),
    async open() {
      if (known === undefined) throw notLoaded(name, sha256);
      const rows = await known.rows();
      const got = [rows.counts.train, rows.inputWidth, rows.targetWidth];
      if (got.join() === [trainingRows, inputs, outputs].join()) return rows;
      throw new UserError(
        `task ${dataset}/${kind}: expected ${trainingRows} training rows of ${inputs} inputs and ${outputs} outputs, as ` +
          `its name says, got ${got.join(', ')}; have rows() of its plugin give the same at every call`,
      );
    },
  };
}

function notLoaded({ dataset, kind }: TaskName, sha256: string): UserError {
  return new UserError(
    `task: expected the plugin that has the rows of ${dataset}/${kind}, a file whose SHA-256 begins with ${sha256}, got no ` +
      'such plugin; name that file with --plugin (config.yaml of its results says where it was)',
  );
}
