/** The plugins that a results folder was made with, and those that are named now. */
import { UserError } from '../base/errors.js';
import type { Values } from '../config/fields.js';
import type { StoredConfig } from '../config/stored.js';

/**
 * Throws a UserError where a plugin is named now, but none that is the file that the results were made with.
 * @param stored of the folder; null where it has no results that are added to
 */
export function requireSamePlugins(
  folder: string,
  stored: StoredConfig | null,
  { plugin }: Pick<Values, 'plugin'>,
): void {
  const made = (stored?.plugin ?? []) as NonNullable<Values['plugin']>;
  const named = plugin ?? [];
  const missing = made.find(({ sha256 }) => !named.some((one) => one.sha256 === sha256));
  if (missing === undefined || named.length === 0) return;
  const now = named.find(({ file }) => file === missing.file) ?? named[0]!;
  throw new UserError(
    `plugin ${now.file}: expected the file that ${folder} was made with, whose SHA-256 begins with ${missing.sha256}, got one ` +
      `that begins with ${now.sha256}; restore that file, or choose another folder with --out`,
  );
}
