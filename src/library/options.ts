/** The options of the library: those of the command line, typed, checked by the same table. */
import { UserError } from '../base/errors.js';
import { shown } from '../base/shown.js';
import type { OptionValues, Values } from '../config/fields.js';
import { rowsOf, type OptionKey } from '../config/options.js';
import { completeOptions } from '../config/resolve.js';
import { terminalKeys, type studyKeys } from '../config/study-keys.js';
import { portWith, type Port, type StudyEvent } from '../study/port.js';

/** Names the options that a comparison takes. */
export const comparisonKeys = [
  ...['axis', 'interval', 'at', 'reference', 'level', 'resamples', 'seed', 'noiseStd', 'plugin'],
] as const satisfies OptionKey[];

type GivenOptions<Key extends OptionKey> = { readonly [K in Key]?: NonNullable<OptionValues<K>[K]> | undefined };

/** Names what a caller hands in to stop a search and to hear of it. */
export interface Listeners {
  /** Stops the work when it is aborted; what is in training is saved, and the same call goes on. */
  readonly signal?: AbortSignal | undefined;
  /** Hears each message that the command line would say. */
  readonly onMessage?: ((text: string) => void) | undefined;
  /** Hears of all that happens on the way. */
  readonly onEvent?: ((event: StudyEvent) => void) | undefined;
}

/** Names plugins, which are run. */
export interface PluginOption {
  /** The file of a plugin, or several; docs/plugins.md says what one is. */
  readonly plugin?: string | readonly string[] | undefined;
}

/** Holds the options of a search by the keys of a configuration file; docs/options.md describes each. */
export interface SearchOptions
  extends Omit<GivenOptions<(typeof studyKeys)[number]>, 'budget' | 'plugin'>, PluginOption, Listeners {
  /** Such as `1M`, `0.5M..4M`, a number of parameters, or several of them. */
  readonly budget?: string | number | readonly (string | number)[] | undefined;
}

/** Holds the options of a comparison; docs/options.md describes each under `hgmlp frontier compare`. */
export interface ComparisonOptions
  extends
    Omit<GivenOptions<(typeof comparisonKeys)[number]>, 'at' | 'interval' | 'plugin'>,
    PluginOption,
    Pick<Listeners, 'onMessage'> {
  /** Such as `1M`, `1M,2M`, a number of parameters, or several of them. */
  readonly at?: string | number | readonly (string | number)[] | undefined;
  /** The smallest and the largest number of parameters, or a text such as `1M..4M`. */
  readonly interval?: string | readonly [lowest: number, highest: number] | undefined;
}

/** Throws a UserError where the options are no object. */
export function requireOptions(options: unknown): void {
  if (typeof options === 'object' && options !== null && !Array.isArray(options)) return;
  throw new UserError(`options: expected an object, got ${shown(options)}`);
}

/** Throws a UserError where what should be the path of a folder is none. */
export function requirePath(name: string, value: unknown): void {
  if (typeof value === 'string' && value !== '') return;
  throw new UserError(`${name}: expected the path of a results folder, got ${shown(value)}`);
}

/**
 * Makes the port of a study from what the caller hands in; what is left out stays silent. Throws a UserError that names
 * what is of another type.
 */
export function portOf({ signal, onMessage, onEvent }: Listeners): Port {
  if (signal !== undefined && !((signal as unknown) instanceof AbortSignal)) {
    throw new UserError(`signal: expected an AbortSignal, got ${shown(signal)}`);
  }
  for (const [name, listener] of Object.entries({ onMessage, onEvent })) {
    if (listener === undefined || typeof listener === 'function') continue;
    throw new UserError(`${name}: expected a function, got ${shown(listener)}`);
  }
  return portWith({
    ...(signal !== undefined && { signal }),
    ...(onMessage !== undefined && { say: onMessage }),
    ...(onEvent !== undefined && { onEvent }),
  });
}

/**
 * Checks what was given by the table of options, and completes it by the defaults. The environment is not read. Throws a
 * UserError that names the key.
 * @param keys those that may be given; an option of the terminal alone keeps its default
 */
export async function valuesOf(given: Readonly<Record<string, unknown>>, keys: readonly OptionKey[]): Promise<Values> {
  const rows = rowsOf([...keys, ...terminalKeys]);
  const { values } = await completeOptions({ rows, given, environment: {}, programKeys: keys });
  return values;
}
