/** The options of the library: those of the command line, typed, checked by the same table. */
import type { OptionValues, Values } from '../config/fields.js';
import { rowsOf, type OptionKey } from '../config/options.js';
import { completeOptions } from '../config/resolve.js';
import { terminalKeys, type studyKeys } from '../config/study-keys.js';
import { portWith, type Port, type StudyEvent } from '../study/port.js';

/** The options of a comparison. */
export const comparisonKeys = [
  ...['count', 'interval', 'at', 'referencePsnr', 'level', 'resamples', 'seed', 'noiseStd'],
] as const satisfies OptionKey[];

type GivenOptions<Key extends OptionKey> = { readonly [K in Key]?: NonNullable<OptionValues<K>[K]> | undefined };

/** What a search reaches its caller by. */
export interface Listeners {
  /** Stops the work when it is aborted; what is in training is saved, and the same call goes on. */
  readonly signal?: AbortSignal | undefined;
  /** Hears each message that the command line would say. */
  readonly onMessage?: ((text: string) => void) | undefined;
  /** Hears of all that happens on the way. */
  readonly onEvent?: ((event: StudyEvent) => void) | undefined;
}

export interface SearchOptions extends Omit<GivenOptions<(typeof studyKeys)[number]>, 'budget'>, Listeners {
  /** Such as `1M`, `0.5M..4M`, a number of parameters, or several of them. */
  readonly budget?: string | number | readonly (string | number)[] | undefined;
}

export type ComparisonOptions = GivenOptions<(typeof comparisonKeys)[number]> & Pick<Listeners, 'onMessage'>;

export function portOf({ signal, onMessage, onEvent }: Listeners): Port {
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
