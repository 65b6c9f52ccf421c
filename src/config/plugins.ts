/** Plugins among the values of options: loaded before what they define is named by other options. */
import path from 'node:path';
import type { LoadedPlugin, PluginFile } from '../plugin/load.js';
import type { OptionKey } from './options.js';

/** Takes values of options as they were given to what the other options make of them. */
export interface PluginNames {
  /** Gives the whole name of a family or a task, where a plugin defines it; any other value as it was given. */
  whole(key: OptionKey, raw: unknown): Promise<unknown>;
  /**
   * Gives those that the names are of, with their hashes, null where there is none, and what is to be said of others.
   * @param values of the options, once they are checked
   */
  used(values: { readonly family?: unknown; readonly families?: unknown; readonly task?: unknown }): {
    readonly plugin: PluginFile[] | null;
    readonly warnings: readonly string[];
  };
}

/** Loads the plugins, which runs them. Throws a UserError for one that cannot be used. */
export async function pluginNames(files: readonly PluginFile[]): Promise<PluginNames> {
  // Few use any; the checks of one need an engine.
  const [{ loadPlugins }, { wholeFamilyName, wholeTaskName }] = await Promise.all([
    import('../plugin/load.js'),
    import('../plugin/use.js'),
  ]);
  const plugins = await loadPlugins(files);
  return {
    async whole(key, raw) {
      if (key === 'families' && raw !== null && raw !== undefined) {
        const names = typeof raw === 'string' ? raw.split(',') : raw;
        if (!Array.isArray(names)) return raw;
        return names.map((name: unknown) => (typeof name === 'string' ? wholeFamilyName(name.trim(), plugins) : name));
      }
      if (typeof raw !== 'string') return raw;
      if (key === 'task') return wholeTaskName(raw, plugins);
      return key === 'family' ? wholeFamilyName(raw, plugins) : raw;
    },
    used(values) {
      const all = plugins.map(({ file, sha256 }) => ({ file, sha256 }));
      // A command that names neither reads what others have named.
      if (values.family === undefined && values.task === undefined) return { plugin: all, warnings: [] };
      const names = [values.family, values.families, values.task].map(String).join(' ');
      const isUsed = ({ sha256 }: PluginFile) => names.includes(`plugin=${sha256}`);
      const plugin = all.filter(isUsed);
      const warnings = plugins.filter((one) => !isUsed(one)).map(unusedWords);
      return { plugin: plugin.length === 0 ? null : plugin, warnings };
    },
  };
}

function unusedWords({ file, families, tasks }: LoadedPlugin): string {
  const flags = [...families.map((name) => `--family ${name}`), ...[...tasks.keys()].map((name) => `--task ${name}`)];
  return `plugin ${path.basename(file)}: nothing of it is used; name what it defines: ${flags.join(', ')}`;
}
