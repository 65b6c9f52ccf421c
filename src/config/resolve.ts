/** Merges the values of options, once: what was given before environment before configuration file before defaults. */
import type { z } from 'zod';
import { UserError } from '../base/errors.js';
import { withHome } from '../base/home.js';
import { optionSchemas, type OptionValues } from './fields.js';
import { nearestName } from '../base/nearest.js';
import { formatExactCount } from '../base/numbers.js';
import { shown } from '../base/shown.js';
import { environmentName, options, optionsOf, type CommandName, type OptionKey, type OptionRow } from './options.js';
import { pluginNames, type PluginNames } from './plugins.js';
import { readConfigFile, type ConfigFile, type KeyPath } from './yaml-file.js';

/** Says which options are wanted, and what was given of them. */
export interface OptionRequest {
  /** The options to check and complete; of several wrong values, that of the first row is refused. */
  readonly rows: readonly OptionRow[];
  /** By option key, as a command line, a results folder or a program gave them; absent where it did not. */
  readonly given: Readonly<Record<string, unknown>>;
  /** Variables by name; an empty one counts as absent. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Where the values come from a program and not from a command line: the keys that it may give, by which errors name them. */
  readonly programKeys?: readonly OptionKey[];
  /** Leaves plugins alone, where the values are only read: what others have written runs nothing. */
  readonly withoutPlugins?: boolean;
}

/** Holds the values of the options that were wanted, and where each was given. */
export interface Resolved {
  /** Every option that was wanted; null for one that has no value. */
  readonly values: OptionValues<OptionKey>;
  /** Where the value of each option was given, as errors name it: `--seed`, `HGMLP_SEED`, `study.yaml:2:7: seed`. */
  readonly places: Readonly<Partial<Record<OptionKey, string>>>;
  /** Likely mistakes that are no errors. */
  readonly warnings: readonly string[];
}

/** Says what a command line gave to a command; `flags` by option key. */
export interface CommandLineRequest extends Pick<OptionRequest, 'environment'> {
  readonly command: CommandName;
  readonly flags: OptionRequest['given'];
}

/** Completes and checks the options of a command. Throws a UserError that says where a wrong value stands. */
export function resolveOptions({ command, flags, environment }: CommandLineRequest): Promise<Resolved> {
  return completeOptions({ rows: optionsOf(command), given: flags, environment });
}

/**
 * Completes what was given by the environment, by the configuration file, where `config` is among the options, and by the
 * defaults, and checks it. Throws a UserError that says where a wrong value stands.
 */
export async function completeOptions(request: OptionRequest): Promise<Resolved> {
  const { rows, given, environment, programKeys } = request;
  if (programKeys !== undefined) refuseUnknown(Object.keys(given), programKeys);
  const configPath = given['config'] ?? fromEnvironment('config', environment);
  const takesFile = rows.some((row) => row.key === 'config');
  if (takesFile && configPath === '') throw new UserError("--config: expected a file, got ''");
  const file = takesFile && typeof configPath === 'string' ? await readConfigFile(withHome(configPath)) : null;
  if (file) refuseUnknownKeys(file, rows);

  const written = rows.map((row) => ({ row, first: firstGiven(row, { ...request, file }) }));
  const plugins = request.withoutPlugins ? null : await pluginsOf(written);
  // One after the other, so that the same one is refused at every call.
  const found: FoundOption[] = [];
  for (const one of written) found.push(plugins === null ? one : await withWholeName(one, plugins));
  const values = Object.fromEntries(
    found.map(({ row, first }) => [row.key, valueOf(row, first)]),
  ) as OptionValues<OptionKey>;
  const places = Object.fromEntries(found.map(({ row, first }) => [row.key, first?.place([])]));
  const warnings = environmentWarnings(environment);
  if (plugins === null) return { values, places, warnings };
  const { plugin, warnings: ofPlugins } = plugins.used(values);
  return { values: { ...values, plugin }, places, warnings: [...ofPlugins, ...warnings] };
}

interface FoundOption {
  readonly row: OptionRow;
  readonly first: GivenValue | null;
}

/** Null where none is named. */
async function pluginsOf(found: readonly FoundOption[]): Promise<PluginNames | null> {
  const named = found.find(({ row }) => row.key === 'plugin');
  const files = named === undefined ? null : (valueOf(named.row, named.first) as OptionValues<'plugin'>['plugin']);
  return files === null ? null : pluginNames(files);
}

async function withWholeName({ row, first }: FoundOption, plugins: PluginNames): Promise<FoundOption> {
  return { row, first: first && { ...first, raw: await plugins.whole(row.key, first.raw) } };
}

interface Sources extends OptionRequest {
  readonly file: ConfigFile | null;
}

/** A value as it was given, and how its place is named. */
interface GivenValue {
  readonly raw: unknown;
  readonly place: NamePlace;
}

function valueOf(row: OptionRow, given: GivenValue | null): unknown {
  if (given !== null) return checked(row, given.raw, given.place);
  return row.default === null ? null : checked(row, row.default, () => row.key);
}

/** Null where the value was given nowhere, so that the default holds. */
function firstGiven(row: OptionRow, { given, environment, file, programKeys }: Sources): GivenValue | null {
  const { key } = row;
  const raw = given[key];
  if (raw !== undefined) return { raw, place: programKeys === undefined ? () => flagName(row) : keyPlace(key) };
  const variable = fromEnvironment(key, environment);
  if (variable !== undefined) return { raw: variable, place: () => environmentName(key)! };
  const written = file?.values.get(key);
  if (written === undefined || written === null) return null;
  return {
    raw: written,
    place(path, unknownKey) {
      const inFile = [key, ...path];
      const place =
        unknownKey === undefined ? file!.where(inFile, 'value') : file!.where([...inFile, unknownKey], 'key');
      return `${place}: ${inFile.join('.')}`;
    },
  };
}

function keyPlace(key: OptionKey): NamePlace {
  return (path, unknownKey) => [key, ...path, ...(unknownKey === undefined ? [] : [unknownKey])].join('.');
}

function refuseUnknown(given: readonly string[], known: readonly OptionKey[]): void {
  const key = given.find((name) => !known.some((other) => other === name));
  if (key === undefined) return;
  throw new UserError(`options: expected a known option, got ${shown(key)}; ${adviceFor(key, known)}`);
}

function adviceFor(key: string, known: readonly string[]): string {
  const nearest = nearestName(key, known);
  return `${nearest === null ? '' : `did you mean '${nearest}'? `}Known are ${known.join(', ')}`;
}

/** An empty variable counts as absent, so that `HGMLP_SEED= hgmlp search` unsets it. */
function fromEnvironment(key: OptionKey, environment: OptionRequest['environment']): string | undefined {
  const name = environmentName(key);
  return name === null ? undefined : environment[name] || undefined;
}

/** Names the place of the value at a path inside the option ([] is the option itself), or of an unknown key in it. */
type NamePlace = (path: KeyPath, unknownKey?: string) => string;

function checked(row: OptionRow, raw: unknown, place: NamePlace): unknown {
  const result = (optionSchemas[row.key] as z.ZodType).safeParse(raw);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  const path = issue.path as KeyPath;
  if (issue.code === 'unrecognized_keys') {
    const [key] = issue.keys;
    throw new UserError(`${place(path, key)}: expected ${issue.message}, got ${shown(key)}`);
  }
  // For a plain value or a list, the option's own words say best what it expects; a mapping needs the place inside.
  const isMapping = typeof raw === 'object' && !Array.isArray(raw) && path.length > 0;
  if (isMapping) throw new UserError(`${place(path)}: expected ${issue.message}, got ${shown(valueAt(raw, path))}`);
  // Where the option's words name no largest number.
  const isTooLarge = issue.code === 'too_big' && /from \d+$/.test(row.expects);
  const bound = isTooLarge ? ` to ${formatExactCount(Number(issue.maximum))}` : '';
  throw new UserError(`${place([])}: expected ${row.expects}${bound}, got ${shown(raw)}`);
}

function valueAt(raw: unknown, path: KeyPath): unknown {
  return path.reduce<unknown>((value, step) => (value as Record<string | number, unknown> | undefined)?.[step], raw);
}

/** Gives the flag alone, such as `--budget` of `--budget <parameters>`; the key of an option that has none. */
export function flagName(row: OptionRow): string {
  return row.flag?.split(' ')[0] ?? row.key;
}

function refuseUnknownKeys(file: ConfigFile, rows: readonly OptionRow[]): void {
  const known = rows.filter((row) => row.scope !== 'execution').map((row) => row.key);
  for (const key of file.values.keys()) {
    if (known.some((name) => name === key)) continue;
    const flag = rows.find((row) => row.key === key);
    const advice = flag ? `it belongs on the command line: ${flagName(flag)}` : adviceFor(key, known);
    throw new UserError(`${file.where([key], 'key')}: expected a known option, got ${shown(key)}; ${advice}`);
  }
}

const prefix = 'HGMLP_';
const withoutPrefix = (name: string) => name.slice(prefix.length);

function environmentWarnings(environment: OptionRequest['environment']): string[] {
  const names = (Object.keys(options) as OptionKey[]).map(environmentName);
  const known = [...new Set(names)].filter((name) => name !== null);
  return Object.keys(environment)
    .filter((name) => name.startsWith(prefix) && !known.includes(name))
    .map((name) => ({ name, nearest: nearestName(withoutPrefix(name), known.map(withoutPrefix)) }))
    .filter(({ nearest }) => nearest !== null)
    .map(({ name, nearest }) => `the environment has ${name}, which means nothing; did you mean ${prefix}${nearest}?`);
}
