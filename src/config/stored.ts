/** The resolved configuration as it is kept with the results, and whether a later command still fits it. */
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { stringify } from 'yaml';
import { defaultFamily, spelledFamily } from '../arch/families.js';
import { compareFamilies } from '../arch/series.js';
import type { SizeName } from '../arch/sizes.js';
import { UserError } from '../base/errors.js';
import { replaceFile } from '../base/files.js';
import { shown } from '../base/shown.js';
import { parseBudget, parseSizeLimits } from '../search/budget.js';
import { rangeOfReplicates, type ReplicateRange, type ReplicatesValue } from '../search/replicates.js';
import { optionSchemas } from './fields.js';
import { optionRows, type OptionKey } from './options.js';
import { formerKeys, parseConfig, readConfigFile, type ConfigFile } from './yaml-file.js';

/** Holds the values that are stored with results, by option key; an option without a value is absent. */
export type StoredConfig = Readonly<Partial<Record<OptionKey, unknown>>> & {
  /** Of results that no search made. */
  readonly importedFrom?: Origin;
};

/** Says where imported runs come from. */
export interface Origin {
  /** The name of the file, without folders. */
  readonly file: string;
  /** Of its bytes, in hexadecimal. */
  readonly sha256: string;
  /** The command that imported it, without the place it wrote to. */
  readonly command: string;
}

/** Names the file of a results folder that holds its configuration. */
export const storedConfigFile = 'config.yaml';

/** Picks what of the values belongs to the study, in the order of the option table. */
export function storedConfigOf(values: Readonly<Record<string, unknown>>): StoredConfig {
  const rows = optionRows().filter(({ key, scope }) => scope !== 'execution' && (values[key] ?? null) !== null);
  return Object.fromEntries(rows.map(({ key }) => [key, values[key]]));
}

/** Writes the text of the stored file, which `--config` reads. */
export function renderConfig(config: StoredConfig): string {
  const named = Object.entries(config).map(([key, value]) => [writtenKey(key, value), value] as const);
  return stringify(Object.fromEntries(named), { flowCollectionPadding: false, collectionStyle: 'any' });
}

/** What older releases can read keeps the name that it has for them. */
function writtenKey(key: string, value: unknown): string {
  return key === 'size' && (value === 'trainable' || value === 'total') ? formerKeys[key] : key;
}

function filePath(folder: string): string {
  return path.join(folder, storedConfigFile);
}

/**
 * Writes the configuration of a results folder. Throws a UserError, and writes nothing, where it could not be read
 * again: nothing would open the folder.
 */
export async function writeStoredConfig(folder: string, config: StoredConfig): Promise<void> {
  const path = filePath(folder);
  const text = renderConfig(config);
  const read = checkedConfig(parseConfig(text, path), path);
  if (!same(read, config)) throw new Error(`${path}: the configuration reads as another one than was to be written`);
  await replaceFile(path, text);
}

/**
 * Reads the configuration of a results folder; null where there is none. Throws a UserError for one that a newer
 * version of hgmlp wrote, as what it says may not be what we would understand, and where a value is none of its key.
 */
export async function readStoredConfig(folder: string): Promise<StoredConfig | null> {
  let file: ConfigFile;
  try {
    file = await readConfigFile(filePath(folder));
  } catch (error) {
    if (error instanceof Error && (error.cause as NodeJS.ErrnoException | undefined)?.code === 'ENOENT') return null;
    throw error;
  }
  return withNamedStrategy(checkedConfig(file, filePath(folder)));
}

/**
 * Gives the configuration of a folder with a strategy by name. A search stores it so; where `auto` was written by hand, or
 * is the default of none that was written, it means what was the default once.
 */
export function withNamedStrategy<Config extends { readonly strategy?: unknown }>(config: Config): Config {
  return config.strategy === 'auto' ? { ...config, strategy: 'random' } : config;
}

function checkedConfig(file: ConfigFile, path: string): StoredConfig {
  refuseNewer(file, path);
  refuseValues(file);
  return Object.fromEntries(file.values);
}

/** Reserved: the first release whose configuration means something else under the same keys will write its number. */
const formatKey = 'format';

function refuseNewer({ values, where }: ConfigFile, path: string): void {
  const known = knownKeys();
  const unknown = [...values.keys()].find((key) => !known.has(key));
  if (unknown === undefined) return;
  throw new UserError(
    unknown === formatKey
      ? `${path}: expected a configuration without a format, got format ${shown(values.get(unknown))}; update hgmlp`
      : `${where([unknown], 'key')}: expected keys that this version of hgmlp knows, got ${shown(unknown)}; ` +
          'update hgmlp, or take it out where it was written by hand',
  );
}

function knownKeys(): ReadonlySet<string> {
  const ofOptions = optionRows().filter(({ scope }) => scope !== 'execution');
  return new Set([...ofOptions.map(({ key }) => key), 'importedFrom']);
}

function refuseValues({ values, where }: ConfigFile): void {
  const origin = values.get('importedFrom');
  for (const { key, expects } of optionRows()) {
    const value = values.get(key);
    // An import is called as its folder is, by a name that no command makes a path of.
    const isName = key === 'name' && origin !== undefined && typeof value === 'string';
    if (value === undefined || isName || optionSchemas[key].safeParse(value).success) continue;
    throw new UserError(`${where([key], 'value')}: ${key}: expected ${expects}, got ${shown(value)}`);
  }
  if (origin === undefined || isOrigin(origin)) return;
  const place = where(['importedFrom'], 'value');
  throw new UserError(`${place}: importedFrom: expected file, sha256 and command, got ${shown(origin)}`);
}

function isOrigin(value: unknown): value is Origin {
  const { file, sha256, command } = Object(value) as Partial<Record<keyof Origin, unknown>>;
  return [file, sha256, command].every((text) => typeof text === 'string');
}

/** Lists the differences that a resumed search must not have, one readable line each; empty where it may go on. */
export function forbiddenChanges(stored: StoredConfig, requested: StoredConfig): string[] {
  return forbiddenKeys(stored, requested).map((key) =>
    differenceText(key, [stored, 'in the results'], [requested, 'now']),
  );
}

/** Lists the options in which a resumed search must not differ, but does. */
export function forbiddenKeys(stored: StoredConfig, requested: StoredConfig): OptionKey[] {
  return optionRows()
    .filter(({ key, scope }) => {
      if (scope === 'label') return false;
      if (key === 'lookEvery' && oneNeverLooks(stored, requested)) return false;
      const mayStay = scope === 'more' ? isMore : same;
      return !mayStay(meaningOf(key, stored), meaningOf(key, requested));
    })
    .map(({ key }) => key);
}

/** Joins a configuration with the place where it stands, in words. */
export type PlacedConfig = readonly [config: StoredConfig, place: string];

/** Writes a difference between two configurations, such as `epochs: 10 in the results, 30 now`. */
export function differenceText(key: OptionKey, ...[left, right]: readonly [PlacedConfig, PlacedConfig]): string {
  const parts = [left, right].map(([config, place]) => `${valueText(config[key])} ${place}`);
  return `${key}: ${parts.join(', ')}`;
}

/** A budget may be written in several ways: `1M` is `1000k`; and a number of replicates is a range. */
function meaningOf(key: OptionKey, { [key]: value, size }: StoredConfig): unknown {
  if (key === 'replicates' && value !== undefined) return rangeOfReplicates(value as ReplicatesValue);
  // Stored where it is another one than the default.
  if (key === 'families' && value !== undefined)
    return (value as string[]).map(spelledFamily).toSorted(compareFamilies);
  if (key === 'family') return spelledFamily((value ?? defaultFamily) as string);
  if (typeof value !== 'string') return value;
  if (key === 'limit') return parseSizeLimits(value).toSorted((left, right) => (left.size < right.size ? -1 : 1));
  if (key !== 'budget') return value;
  const { wanted, atLeast } = parseBudget(value, size as SizeName | undefined);
  return { wanted, atLeast };
}

function same(stored: unknown, requested: unknown): boolean {
  return isDeepStrictEqual(asPlain(stored), asPlain(requested));
}

/** A folder says how often its search looks at results only where it does; strategies and replicates tell the rest. */
function oneNeverLooks(stored: StoredConfig, requested: StoredConfig): boolean {
  return stored.lookEvery === undefined || requested.lookEvery === undefined;
}

/** A higher number, a range with both ends as high, or a list with everything that was there before. */
function isMore(stored: unknown, requested: unknown): boolean {
  if (isRange(stored) && isRange(requested)) return requested.least >= stored.least && requested.most >= stored.most;
  if (Array.isArray(stored) && Array.isArray(requested)) return stored.every((item) => requested.includes(item));
  if (typeof stored === 'number' && typeof requested === 'number') return requested >= stored;
  return same(stored, requested);
}

function isRange(value: unknown): value is ReplicateRange {
  return value instanceof Object && 'least' in value && 'most' in value;
}

function asPlain(value: unknown): unknown {
  return value === undefined ? null : JSON.parse(JSON.stringify(value));
}

function valueText(value: unknown): string {
  return value === undefined ? 'not given' : JSON.stringify(value);
}
