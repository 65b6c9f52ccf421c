/** Loads plugins: modules of the user's, each known by its path and by the hash of its bytes. */
import { createHash } from 'node:crypto';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { registerFamily } from '../arch/plugin-families.js';
import { firstLine, messageOf, UserError } from '../base/errors.js';
import { readRegularFile } from '../base/regular-files.js';
import { shown } from '../base/shown.js';
import { registerTask, type RegisteredTask } from '../data/plugin-tasks.js';
import { familyFrom, taskFrom } from './define.js';
import type { Plugin, PluginTools } from './definition.js';
import { saidBy, whatItThrew } from './words.js';

/** Names a plugin by its file, with the hash that the file must have; null where any file is meant. */
export interface PluginFile {
  readonly file: string;
  /** The first 12 hexadecimal digits of the SHA-256 of its bytes. */
  readonly sha256: string | null;
}

/** Tells what a loaded plugin defines, by names without settings. */
export interface LoadedPlugin {
  /** With the whole path. */
  readonly file: string;
  readonly sha256: string;
  readonly families: readonly string[];
  readonly tasks: ReadonlyMap<string, RegisteredTask>;
}

const largestBytes = 2 ** 24;
/** Holds what was loaded, by path and hash: a file that has changed is another plugin. */
const loaded = new Map<string, Promise<LoadedPlugin>>();

/**
 * Loads the plugins and makes known what they define; each is run once in a process. Throws a UserError of one line for a
 * file that is missing, has changed, throws, or defines nothing or what is defined already.
 */
export async function loadPlugins(files: readonly PluginFile[]): Promise<LoadedPlugin[]> {
  const plugins: LoadedPlugin[] = [];
  // One after the other, so that the same one is refused at every call.
  for (const each of files) {
    const file = path.resolve(each.file);
    const sha256 = await hashOf(file, each.sha256);
    if (plugins.some((other) => other.sha256 === sha256)) continue;
    const key = `${file} ${sha256}`;
    const plugin = loaded.get(key) ?? loadOne(file, sha256);
    loaded.set(key, plugin);
    plugin.catch(() => loaded.delete(key));
    requireOwnNames(await plugin, plugins);
    plugins.push(await plugin);
  }
  return plugins;
}

async function hashOf(file: string, expected: string | null): Promise<string> {
  let bytes: Buffer;
  try {
    bytes = await readRegularFile(file, { mostBytes: largestBytes, what: 'a plugin' });
  } catch (error) {
    const which = expected === null ? 'a file' : `the file whose SHA-256 begins with ${expected}`;
    const remedy = expected === null ? 'check the path' : 'put it back, or name where it is now with --plugin';
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const got = isMissing ? 'no such file' : firstLine(messageOf(error));
    throw new UserError(`${saidBy(file)}expected ${which}, got ${got}; ${remedy}`);
  }
  const sha256 = createHash('sha256').update(bytes).digest('hex').slice(0, 12);
  if (expected === null || sha256 === expected) return sha256;
  throw new UserError(
    `${saidBy(file)}expected the file whose SHA-256 begins with ${expected}, got one that begins with ${sha256}; ` +
      'restore that file, or begin another search with --out',
  );
}

async function loadOne(file: string, sha256: string): Promise<LoadedPlugin> {
  requireReadable(file);
  const define = await defaultOf(file, sha256);
  const families = new Map<string, ReturnType<typeof familyFrom>>();
  const tasks = new Map<string, RegisteredTask>();
  const keepOnce = <Row extends { readonly name: string }>(rows: Map<string, Row>, row: Row) => {
    if (rows.has(row.name))
      throw new UserError(`${saidBy(file)}expected each name once, got '${row.name}' twice; rename one`);
    rows.set(row.name, row);
  };
  const tools: PluginTools = {
    // What it hands to program() are the values of its own settings.
    defineFamily: (definition) => keepOnce(families, familyFrom(file, definition as never)),
    defineTask: (definition) => keepOnce(tasks, taskFrom(file, definition)),
  };
  try {
    await define(tools);
  } catch (error) {
    throw whatItThrew(error, `${saidBy(file)}expected its default function to define families or tasks`);
  }
  if (families.size + tasks.size === 0) {
    throw new UserError(
      `${saidBy(file)}expected a call of defineFamily or defineTask, got none; call one in its default function`,
    );
  }
  await hashOf(file, sha256);
  for (const family of families.values()) registerFamily(family, sha256);
  for (const task of tasks.values()) registerTask(task, sha256);
  return { file, sha256, families: [...families.keys()], tasks };
}

async function defaultOf(file: string, sha256: string): Promise<Plugin> {
  let module: { readonly default?: unknown };
  try {
    // By its hash, so that a file that has changed meanwhile is read anew.
    module = (await import(/* @vite-ignore */ `${pathToFileURL(file).href}?sha256=${sha256}`)) as typeof module;
  } catch (error) {
    const text = firstLine(messageOf(error));
    const isTakenForCommonJs = error instanceof SyntaxError && /'export'|import statement outside/.test(text);
    if (!isTakenForCommonJs) throw whatItThrew(error, `${saidBy(file)}expected a module that can be loaded`);
    throw new UserError(
      `${saidBy(file)}expected an ES module, got one that Node.js takes for CommonJS (${text}); name it ` +
        `${path.basename(file).replace(/\.\w+$/, '.mjs')}`,
    );
  }
  // What is loaded as CommonJS may stand one deeper.
  const given = (module.default as { readonly default?: unknown } | undefined)?.default ?? module.default;
  if (typeof given === 'function') return given as Plugin;
  throw new UserError(
    `${saidBy(file)}expected a function as its default export, got ${shown(given)}; write ` +
      "'export default function ({ defineFamily, defineTask }) { … }'",
  );
}

/** Throws a UserError for a file that Node.js does not run. */
function requireReadable(file: string): void {
  const ending = path.extname(file);
  if (['.js', '.mjs', '.cjs'].includes(ending)) return;
  const name = path.basename(file);
  if (ending !== '.ts' && ending !== '.mts') {
    throw new UserError(`${saidBy(file)}expected a .js, .mjs, .ts or .mts file, got ${name}; rename it`);
  }
  if (stripsTypes()) return;
  throw new UserError(
    `${saidBy(file)}expected a .js file on Node ${process.versions.node.split('.')[0]}, got ${name}; compile it or use ` +
      'Node 22.18 or newer',
  );
}

function stripsTypes(): boolean {
  return Boolean((process.features as { readonly typescript?: unknown }).typescript);
}

function requireOwnNames(plugin: LoadedPlugin, others: readonly LoadedPlugin[]): void {
  for (const other of others) {
    const twice = [...plugin.families, ...plugin.tasks.keys()].find(
      (name) => other.families.includes(name) || other.tasks.has(name),
    );
    if (twice === undefined) continue;
    throw new UserError(
      `${saidBy(plugin.file)}expected names that no other plugin has, got '${twice}' of ${other.file} too; name one of the ` +
        'two plugins',
    );
  }
}
