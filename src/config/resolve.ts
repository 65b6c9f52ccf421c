/** Merges the values of a command's options, once: flags before environment before configuration file before defaults. */
import { closest, distance } from 'fastest-levenshtein';
import type { z } from 'zod';
import { UserError } from '../base/errors.js';
import { fields, type OptionValues } from './fields.js';
import { environmentName, optionsOf, type CommandName, type Option, type OptionKey } from './options.js';
import { readConfigFile, type ConfigFile } from './yaml-file.js';

export interface ResolveRequest {
  readonly command: CommandName;
  /** By option key, as the command line gave them; absent where it did not. */
  readonly flags: Readonly<Record<string, unknown>>;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export interface Resolved {
  /** Every option of the command; null for one that has no value. */
  readonly values: OptionValues<OptionKey>;
  /** Likely mistakes that are no errors. */
  readonly warnings: readonly string[];
}

type Row = Option & { readonly key: OptionKey };

/** The values of the command's options. Throws a UserError that says where a wrong value stands. */
export async function resolveOptions({ command, flags, environment }: ResolveRequest): Promise<Resolved> {
  const rows = optionsOf(command);
  const configPath = flags['config'] ?? environment[environmentName('config')];
  const takesFile = rows.some((row) => row.key === 'config');
  const file = takesFile && typeof configPath === 'string' ? await readConfigFile(configPath) : null;
  if (file) refuseUnknownKeys(file, rows);

  const entries = rows.map((row) => [row.key, valueOf(row, { flags, environment, file })] as const);
  const values = Object.fromEntries(entries) as OptionValues<OptionKey>;
  return { values, warnings: environmentWarnings(environment) };
}

interface Sources {
  readonly flags: ResolveRequest['flags'];
  readonly environment: ResolveRequest['environment'];
  readonly file: ConfigFile | null;
}

function valueOf(row: Row, { flags, environment, file }: Sources): unknown {
  const flag = flags[row.key];
  if (flag !== undefined) return checked(row, flag, flagName(row));
  const name = environmentName(row.key);
  if (environment[name] !== undefined) return checked(row, environment[name], name);
  const written = file?.values.get(row.key);
  if (written !== undefined && written !== null) return checked(row, written, `${file!.where(row.key)}: ${row.key}`);
  return row.default === null ? null : checked(row, row.default, row.key);
}

function checked(row: Row, raw: unknown, source: string): unknown {
  const result = (fields[row.key] as z.ZodType).safeParse(raw);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const inside = issue && typeof raw === 'object' && !Array.isArray(raw) ? `${detailOf(issue)}; ` : '';
  throw new UserError(`${source}: ${inside}expected ${row.expects}, got ${shown(raw)}`);
}

function detailOf(issue: z.core.$ZodIssue): string {
  const path = issue.path.join('.');
  return path === '' ? issue.message : `${path}: ${issue.message}`;
}

function shown(raw: unknown): string {
  const json = typeof raw === 'string' ? `'${raw}'` : JSON.stringify(raw);
  return json.length > 80 ? `${json.slice(0, 80)}…` : json;
}

/** `--budget` of `--budget <parameters>`. */
function flagName(row: Row): string {
  return row.flag?.split(' ')[0] ?? row.key;
}

function refuseUnknownKeys(file: ConfigFile, rows: readonly Row[]): void {
  const known = rows.filter((row) => row.scope !== 'execution').map((row) => row.key);
  for (const key of file.values.keys()) {
    if (known.some((name) => name === key)) continue;
    const flag = rows.find((row) => row.key === key);
    const advice = flag
      ? `it belongs on the command line: ${flagName(flag)}`
      : `did you mean '${closest(key, known)}'? Known are ${known.join(', ')}`;
    throw new UserError(`${file.where(key)}: expected a known option, got '${key}'; ${advice}`);
  }
}

function environmentWarnings(environment: ResolveRequest['environment']): string[] {
  const commands: CommandName[] = ['search', 'train', 'frontier show', 'frontier plot'];
  const known = [...new Set(commands.flatMap((command) => optionsOf(command).map(({ key }) => environmentName(key))))];
  return Object.keys(environment)
    .filter((name) => name.startsWith('HGMLP_') && !known.includes(name))
    .map((name) => ({ name, nearest: closest(name, known) }))
    .filter(({ name, nearest }) => distance(name, nearest) <= 3)
    .map(({ name, nearest }) => `the environment has ${name}, which means nothing; did you mean ${nearest}?`);
}
