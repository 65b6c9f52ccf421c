/** The options of the library: those of the command line, typed, checked by the same table. */
import type { OptionValues, Values } from '../config/fields.js';
import type { CommandName, OptionKey } from '../config/options.js';
import { resolveOptions } from '../config/resolve.js';
import { portWith, type Port, type StudyEvent } from '../study/port.js';

/** The options of a search, by the keys of a configuration file; docs/options.md describes each. */
export const searchKeys = [
  ...['task', 'noiseLevel', 'scale', 'imageSize', 'imageChannels', 'splitSeed'],
  ...['budget', 'count', 'strategy', 'effort', 'lookEvery', 'reductionFactor', 'tolerance', 'audit', 'untilStable'],
  ...['candidates', 'shapes', 'space', 'grid', 'inputProjection', 'outputProjection'],
  ...['learningRates', 'replicates', 'epochs', 'batchSize', 'learningRateStep', 'weightDecay', 'flips', 'seed'],
  ...['device', 'engine', 'workers', 'devices', 'pack', 'queue', 'shard', 'shared'],
  ...['maxRuns', 'timeLimit', 'maxFailures', 'name', 'dataFolder', 'out', 'config', 'fresh'],
] as const satisfies OptionKey[];

/** The options of a comparison. */
export const comparisonKeys = [
  ...['count', 'interval', 'at', 'referencePsnr', 'level', 'resamples', 'seed', 'noiseStd'],
] as const satisfies OptionKey[];

type Given<Key extends OptionKey> = { readonly [K in Key]?: NonNullable<OptionValues<K>[K]> | undefined };

/** What a search reaches its caller by. */
export interface Listeners {
  /** Stops the work when it is aborted; what is in training is saved, and the same call goes on. */
  readonly signal?: AbortSignal | undefined;
  /** Hears each message that the command line would say. */
  readonly onMessage?: ((text: string) => void) | undefined;
  /** Hears of all that happens on the way. */
  readonly onEvent?: ((event: StudyEvent) => void) | undefined;
}

export interface SearchOptions extends Omit<Given<(typeof searchKeys)[number]>, 'budget'>, Listeners {
  /** Such as `1M`, `0.5M..4M`, a number of parameters, or several of them. */
  readonly budget?: string | number | readonly (string | number)[] | undefined;
}

export type ComparisonOptions = Given<(typeof comparisonKeys)[number]> & Pick<Listeners, 'onMessage'>;

export function portOf({ signal, onMessage, onEvent }: Listeners): Port {
  return portWith({
    ...(signal !== undefined && { signal }),
    ...(onMessage !== undefined && { say: onMessage }),
    ...(onEvent !== undefined && { onEvent }),
  });
}

/**
 * Checks what was given by the table of options, and completes it by the defaults of the command. The environment is not
 * read. Throws a UserError that names the key.
 */
export async function valuesOf(
  command: CommandName,
  given: Readonly<Record<string, unknown>>,
  keys: readonly OptionKey[],
): Promise<Values> {
  const { values } = await resolveOptions({ command, flags: given, environment: {}, programKeys: keys });
  return values;
}
