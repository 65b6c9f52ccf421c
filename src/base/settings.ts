/** Settings behind a name, as `?key=value&key=value`. */
import { UserError } from './errors.js';

/** Says of which name settings are read, for errors. */
export interface SettingsPlace {
  /** The option that holds the name, such as `task`. */
  readonly option: string;
  readonly name: string;
}

/** Splits a name before its settings: `gated?gate=tanh` into `gated` and `gate=tanh`, which is empty where there are none. */
export function splitName(name: string): [base: string, query: string] {
  const at = name.indexOf('?');
  return at < 0 ? [name, ''] : [name.slice(0, at), name.slice(at + 1)];
}

/**
 * Reads what stands behind the question mark of a name. Throws a UserError where a setting stands twice or without a value,
 * and what `canonical` throws.
 * @param canonical gives the one spelling of a value, and throws for what is none
 */
export function readSettings(
  query: string,
  { option, name }: SettingsPlace,
  canonical: (key: string, text: string) => string,
): Map<string, string> {
  const settings = new Map<string, string>();
  for (const part of query === '' ? [] : query.split('&')) {
    const at = part.indexOf('=');
    const key = part.slice(0, Math.max(at, 0));
    if (at < 0 || settings.has(key)) {
      throw new UserError(`${option}: expected each setting once, as <name>=<value>, got '${part}' in '${name}'`);
    }
    settings.set(key, canonical(key, part.slice(at + 1)));
  }
  return settings;
}
