/** Merges the values of a command's options, once: flags before environment before configuration file before defaults. */
import type { z } from 'zod';
import { UserError } from '../base/errors.js';
import { withHome } from '../base/home.js';
import { fields, type OptionValues } from './fields.js';
import { nearestName } from '../base/nearest.js';
import { formatExactCount } from '../base/numbers.js';
import { shown } from '../base/shown.js';
import { environmentName, options, optionsOf, type CommandName, type Option, type OptionKey } from './options.js';
import { readConfigFile, type ConfigFile, type KeyPath } from './yaml-file.js';

export interface ResolveRequest {
  readonly command: CommandName;
  /** By option key, as the command line gave them; absent where it did not. */
  readonly flags: Readonly<Record<string, unknown>>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Where the values come from a program and not from a command line: the keys that it may give, by which errors name them. */
  readonly programKeys?: readonly OptionKey[];
}

export interface Resolved {
  /** Every option of the command; null for one that has no value. */
  readonly values: OptionValues<OptionKey>;
  /** Where the value of each option was given, as errors name it: `--seed`, `HGMLP_SEED`, `study.yaml:2:7: seed`. */
  readonly places: Readonly<Partial<Record<OptionKey, string>>>;
  /** Likely mistakes that are no errors. */
  readonly warnings: readonly string[];
}

export type Row = Option & { readonly key: OptionKey };

/** The values of the command's options. Throws a UserError that says where a wrong value stands. */
export async function resolveOptions(request: ResolveRequest): Promise<Resolved> {
  const { command, flags, environment, programKeys } = request;
  const rows = optionsOf(command);
  if (programKeys !== undefined) refuseUnknown(Object.keys(flags), programKeys);
  const configPath = flags['config'] ?? fromEnvironment('config', environment);
  const takesFile = rows.some((row) => row.key === 'config');
  if (takesFile && configPath === '') throw new UserError("--config: expected a file, got ''");
  const file = takesFile && typeof configPath === 'string' ? await readConfigFile(withHome(configPath)) : null;
  if (file) refuseUnknownKeys(file, rows);

  const found = rows.map((row) => ({ row, given: givenOf(row, { ...request, file }) }));
  const values = Object.fromEntries(
    found.map(({ row, given }) => [row.key, valueOf(row, given)]),
  ) as OptionValues<OptionKey>;
  const places = Object.fromEntries(found.map(({ row, given }) => [row.key, given?.place([])]));
  return { values, places, warnings: environmentWarnings(environment) };
}

interface Sources extends ResolveRequest {
  readonly file: ConfigFile | null;
}

/** A value as it was given, and how its place is named. */
interface Given {
  readonly raw: unknown;
  readonly place: Place;
}

function valueOf(row: Row, given: Given | null): unknown {
  if (given !== null) return checked(row, given.raw, given.place);
  return row.default === null ? null : checked(row, row.default, () => row.key);
}

function givenOf(row: Row, { flags, environment, file, programKeys }: Sources): Given | null {
  const { key } = row;
  const flag = flags[key];
  if (flag !== undefined) return { raw: flag, place: programKeys === undefined ? () => flagName(row) : keyPlace(key) };
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

function keyPlace(key: OptionKey): Place {
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
function fromEnvironment(key: OptionKey, environment: ResolveRequest['environment']): string | undefined {
  const name = environmentName(key);
  return name === null ? undefined : environment[name] || undefined;
}

/** Names the place of the value at a path inside the option ([] is the option itself), or of an unknown key in it. */
type Place = (path: KeyPath, unknownKey?: string) => string;

function checked(row: Row, raw: unknown, place: Place): unknown {
  const result = (fields[row.key] as z.ZodType).safeParse(raw);
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

/** `--budget` of `--budget <parameters>`. */
export function flagName(row: Row): string {
  return row.flag?.split(' ')[0] ?? row.key;
}

function refuseUnknownKeys(file: ConfigFile, rows: readonly Row[]): void {
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

function environmentWarnings(environment: ResolveRequest['environment']): string[] {
  const names = (Object.keys(options) as OptionKey[]).map(environmentName);
  const known = [...new Set(names)].filter((name) => name !== null);
  return Object.keys(environment)
    .filter((name) => name.startsWith(prefix) && !known.includes(name))
    .map((name) => ({ name, nearest: nearestName(withoutPrefix(name), known.map(withoutPrefix)) }))
    .filter(({ nearest }) => nearest !== null)
    .map(({ name, nearest }) => `the environment has ${name}, which means nothing; did you mean ${prefix}${nearest}?`);
}
