/** The values of the options that a results folder was made with. */
import path from 'node:path';
import type { OptionValues, Values } from '../config/fields.js';
import { rowsOf } from '../config/options.js';
import { completeOptions } from '../config/resolve.js';
import { readStoredConfig, storedConfigFile, withNamedStrategy, type StoredConfig } from '../config/stored.js';
import { reproductionKeys, studyKeys, terminalKeys } from '../config/study-keys.js';

/**
 * Reads the values of a search. Throws a UserError where the stored configuration is none, with the place.
 * @param runsPlugins whether its plugins are loaded, which runs them: only where the search goes on
 */
export async function storedValues(folder: string, { runsPlugins = false } = {}): Promise<Values> {
  const given = { config: path.join(folder, storedConfigFile) };
  const rows = rowsOf([...studyKeys, ...terminalKeys]);
  const { values } = await completeOptions({ rows, given, environment: {}, withoutPlugins: !runsPlugins });
  return withNamedStrategy(values);
}

/** Reads the values of a reproduction, whose stored configuration is no configuration file of a search. */
export async function storedReproductionValues(folder: string): Promise<Values> {
  const stored = (await readStoredConfig(folder))!;
  const rows = rowsOf([...reproductionKeys, ...terminalKeys]);
  const given = Object.fromEntries(rows.map(({ key }) => [key, stored[key]]));
  const { values } = await completeOptions({ rows, given, environment: {} });
  return { ...values, task: stored.task as string };
}

/**
 * Reads what a folder has that results may be added to. Null where there is none or it is to be replaced, and where it
 * cannot be read: such a folder is refused where it is opened.
 */
export async function storedToAddTo(folder: string, { fresh }: OptionValues<'fresh'>): Promise<StoredConfig | null> {
  return fresh ? null : readStoredConfig(folder).catch(() => null);
}
