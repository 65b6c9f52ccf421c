/** A table of the user's as a data set, known from a task's name alone. */
import { UserError } from '../base/errors.js';
import { withHome } from '../base/home.js';
import { valueAt } from '../base/items.js';
import type { TableDataset } from './datasets.js';
import { openTableCopy, type DescribedTable } from './table-copy.js';
import { targetKinds } from './table/request.js';
import { isTableKind } from './task-kinds.js';
import type { TaskRecipe } from './task-recipes.js';
import { formatTaskName, type TaskName, type TaskSetting } from './task-name.js';

const prefix = 'table:';

/** What must stand in the name of a task on a table. */
const needed = ['target', 'rows', 'sha256', 'input', 'output'] as const satisfies readonly TaskSetting[];

/** Says whether a data set of this name is a table: `table:<file>`. */
export function isTableName(dataset: string): boolean {
  return dataset.startsWith(prefix);
}

/** Gives the path in `table:<file>`, with the home folder in place of `~`. */
export function pathOfTable(written: string): string {
  return withHome(written.slice(prefix.length));
}

const wholeName = new RegExp(`^${prefix}[^/?]+/(${targetKinds.join('|')})\\?`);

/** Says whether a task's name is a whole one, as results have it: no file is needed to know the task. */
export function isWholeTableName(written: string): boolean {
  return wholeName.test(written);
}

/** Holds what is known of a table from the name of its task. */
export interface NamedTable extends Pick<TableDataset, 'kind' | 'inputs' | 'outputs' | 'settings' | 'open'> {
  readonly trainingRows: number;
  /** What differs from the recipe of tables. */
  readonly recipe?: Partial<TaskRecipe>;
}

/** Throws a UserError where the name does not say what the table held. */
export function tableDataset(name: TaskName): NamedTable {
  const { kind, settings } = name;
  if (!isTableKind(kind) || needed.some((key) => !settings.has(key))) {
    throw new UserError(
      `task: expected ${prefix}<file>/<kind>?target=<name>&rows=<count>&sha256=<digits>&input=<width>&output=<width>, got ` +
        `'${formatTaskName(name)}'; name the file on the command line of search or train: --task ${prefix}<file> --target <column>`,
    );
  }
  const described: DescribedTable = {
    kind,
    inputs: Number(settings.get('input')),
    outputs: Number(settings.get('output')),
    trainingRows: Number(settings.get('rows')),
    sha256: valueAt(settings, 'sha256'),
  };
  return { ...described, settings: needed, open: (root) => openTableCopy(root, described) };
}

/** Gives the name of the task on a table. */
export function tableTaskName(file: string, targets: readonly string[], described: DescribedTable): TaskName {
  return {
    dataset: `${prefix}${shortWordOf(file, 'table')}`,
    kind: described.kind,
    settings: new Map([
      ['target', shortWordOf(targets.join('-'), 'target')],
      ['rows', String(described.trainingRows)],
      ['sha256', described.sha256],
      ['input', String(described.inputs)],
      ['output', String(described.outputs)],
    ]),
  };
}

/** A name with what has a meaning in a task's name or a file's replaced, so short that a folder may be named by it. */
function shortWordOf(name: string, without: string): string {
  return [...name.replace(/[^\p{L}\p{N}._-]+/gu, '-')].slice(0, 40).join('') || without;
}
