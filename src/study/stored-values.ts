/** The values of the options that a results folder was made with. */
import path from 'node:path';
import type { OptionValues } from '../config/fields.js';
import { optionsOf, type OptionKey } from '../config/options.js';
import { resolveOptions } from '../config/resolve.js';
import { readStoredConfig, storedConfigFile, type StoredConfig } from '../config/stored.js';

/** Of a search, or of a reproduction. Throws a UserError where the stored configuration is none, with the place. */
export async function storedValues(
  folder: string,
  command: 'search' | 'reproduce' = 'search',
): Promise<OptionValues<OptionKey>> {
  if (command === 'search') {
    const config = path.join(folder, storedConfigFile);
    const { values } = await resolveOptions({ command, flags: { config }, environment: {} });
    // Every search stores what it was by name; written by hand without one, it is what was the default then.
    return values.strategy === 'auto' ? { ...values, strategy: 'random' } : values;
  }
  // It is no configuration file of a search, and the command takes none.
  const stored = (await readStoredConfig(folder))!;
  const own = optionsOf(command).flatMap(({ key }) => (stored[key] === undefined ? [] : [[key, stored[key]] as const]));
  const { values } = await resolveOptions({ command, flags: Object.fromEntries(own), environment: {} });
  return { ...values, task: stored.task as string };
}

/**
 * What a folder has that results may be added to. Null where there is none or it is to be replaced, and where it cannot be
 * read: such a folder is refused where it is opened.
 */
export async function storedToAddTo(folder: string, { fresh }: OptionValues<'fresh'>): Promise<StoredConfig | null> {
  return fresh ? null : readStoredConfig(folder).catch(() => null);
}
