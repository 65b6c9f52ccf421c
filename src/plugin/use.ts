/** Names of what plugins define, as a user writes them, in their one spelling; what is used is checked. */
import { families, familyOf } from '../arch/families.js';
import { UserError } from '../base/errors.js';
import { pluginHashIn } from '../base/plugin-hash.js';
import { splitName } from '../base/settings.js';
import { pluginTaskName, type RegisteredTask } from '../data/plugin-tasks.js';
import type { TableRows } from '../data/table/table-rows.js';
import { checkFamily } from './check-family.js';
import type { LoadedPlugin } from './load.js';
import { saidBy } from './words.js';

/**
 * Gives the whole name of a family that one of the plugins defines, and checks it; any other name as it is. Throws a
 * UserError for a plugin that is not the one of the name, and for a family that is not sound.
 */
export async function wholeFamilyName(written: string, plugins: readonly LoadedPlugin[]): Promise<string> {
  const [base, query] = splitName(written);
  const plugin = plugins.find((one) => one.families.includes(base));
  if (plugin === undefined) {
    refuseUnknown(base, pluginHashIn(written), plugins);
    return written;
  }
  requireHash(written, plugin);
  const rest = query.split('&').filter((part) => part !== '' && !part.startsWith('plugin='));
  const { name } = familyOf({ family: `${base}?${[`plugin=${plugin.sha256}`, ...rest].join('&')}` });
  await checkFamily(name);
  return name;
}

/**
 * Gives the whole name of a task that one of the plugins defines, and checks its rows; any other name as it is. Throws a
 * UserError for a plugin that is not the one of the name, and for rows that are none or differ from call to call.
 */
export async function wholeTaskName(written: string, plugins: readonly LoadedPlugin[]): Promise<string> {
  const [base, query] = splitName(written);
  const plugin = plugins.find((one) => one.tasks.has(base));
  if (plugin === undefined) return written;
  requireHash(written, plugin);
  if (query !== '' && pluginHashIn(written) === null) {
    throw new UserError(
      `${saidBy(plugin.file)}expected its task ${base} without settings, got '${written}'; leave them out`,
    );
  }
  const name = pluginTaskName(base, plugin.sha256, await rowsOf(plugin, plugin.tasks.get(base)!));
  if (query === '' || name === written) return name;
  throw new UserError(`${saidBy(plugin.file)}expected the task '${name}', got '${written}'; leave its settings out`);
}

function requireHash(written: string, { file, sha256 }: LoadedPlugin): void {
  const hash = pluginHashIn(written);
  if (hash === null || hash === sha256) return;
  throw new UserError(
    `${saidBy(file)}expected the file whose SHA-256 begins with ${hash}, as '${written}' says, got one that begins with ` +
      `${sha256}; restore that file, or leave plugin= out of the name to begin anew with this one`,
  );
}

function refuseUnknown(base: string, hash: string | null, plugins: readonly LoadedPlugin[]): void {
  const own = plugins.flatMap((plugin) => plugin.families);
  if (hash !== null || own.length === 0 || families.some(({ name }) => name === base)) return;
  const known = [...families.map(({ name }) => name), ...own].join(', ');
  throw new UserError(`family: expected one of ${known}, got '${base}'; use one of them`);
}

/** Holds the number of rows of tasks that were found sound. */
const sound = new Map<RegisteredTask, TableRows>();

async function rowsOf({ file }: LoadedPlugin, task: RegisteredTask): Promise<TableRows> {
  const known = sound.get(task);
  if (known !== undefined) return known;
  const [first, second] = [await task.rows(), await task.rows()];
  const isSame = (['inputs', 'targets'] as const).every((part) =>
    Buffer.from(first[part].buffer).equals(Buffer.from(second[part].buffer)),
  );
  if (!isSame) {
    throw new UserError(
      `${saidBy(file)}task ${task.name}: expected the same rows at every call of rows(), got others at the second; draw ` +
        'them from a seed',
    );
  }
  // Without the numbers, which each training makes for itself.
  sound.set(task, { ...first, inputs: new Float32Array(0), targets: new Float32Array(0) });
  return first;
}
