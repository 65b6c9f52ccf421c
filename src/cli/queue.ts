/** The address of a fleet's Redis as a command was given it, and what of it may be shown. */
import { UserError } from '../base/errors.js';
import { parseAddress, withoutCredentials, type RedisAddress } from '../execute/fleet/address.js';
import type { CommandContext } from './context.js';

/**
 * The address; null where the command has none. What other processes could see of it, in the list of processes and in the
 * environment of those that we start, is taken away. Throws a UserError for what is no address.
 */
export function takeQueue({ values, commandLine }: CommandContext): RedisAddress | null {
  const queue = values.queue ?? null;
  if (queue === null) return null;
  // The title takes the place of the command line.
  if (commandLine.some(hasCredentials)) process.title = `hgmlp ${commandLine[0]}`;
  delete process.env['HGMLP_QUEUE'];
  // With DEBUG=ioredis:* the client, which is loaded after this, would print the password that it sends.
  delete process.env['DEBUG'];
  return parseAddress(queue);
}

/** The same, where a command cannot do without. */
export function requireQueue(context: CommandContext): RedisAddress {
  const address = takeQueue(context);
  if (address !== null) return address;
  throw new UserError(
    '--queue: expected the address of a Redis, got nothing; add --queue redis://<host>, or HGMLP_QUEUE',
  );
}

/** The command line without an address that has a user or a password in it. */
export function showableWords(commandLine: readonly string[]): readonly string[] {
  return commandLine.filter(
    (word, index) => !hasCredentials(word) && !(word === '--queue' && hasCredentials(commandLine[index + 1] ?? '')),
  );
}

/** What has to be said beside those words; empty where they are all. */
export function unshownText(commandLine: readonly string[]): string {
  return commandLine.some(hasCredentials) ? ' (and the address of the queue in HGMLP_QUEUE)' : '';
}

const hasCredentials = (word: string) => withoutCredentials(word) !== word;
