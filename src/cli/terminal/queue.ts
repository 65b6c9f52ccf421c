/** The address of a fleet's Redis as a command was given it, and what of it may be shown. */
import { UserError } from '../../base/errors.js';
import { parseAddress, withoutCredentials, type RedisAddress } from '../../execute/fleet/address.js';
import type { CommandContext } from '../context.js';

/**
 * Takes away what other processes could see of a fleet's address, in the list of processes and in the environment of those
 * that we start.
 */
export function hideQueue({ values, commandLine }: Pick<CommandContext, 'values' | 'commandLine'>): void {
  if ((values.queue ?? null) === null) return;
  // The title takes the place of the command line.
  if (commandLine.some(hasCredentials)) process.title = `hgmlp ${commandLine[0]}`;
  delete process.env['HGMLP_QUEUE'];
  // With DEBUG=ioredis:* the client, which is loaded after this, would print the password that it sends.
  delete process.env['DEBUG'];
}

/** Gives the address that a command cannot do without. Throws a UserError for what is none. */
export function requireQueue(context: CommandContext): RedisAddress {
  hideQueue(context);
  const { queue } = context.values;
  if ((queue ?? null) !== null) return parseAddress(queue!);
  throw new UserError(
    '--queue: expected the address of a Redis, got nothing; add --queue redis://<host>, or HGMLP_QUEUE',
  );
}

/** Gives the command line without an address that has a user or a password in it. */
export function showableWords(commandLine: readonly string[]): readonly string[] {
  return commandLine.filter(
    (word, index) => !hasCredentials(word) && !(word === '--queue' && hasCredentials(commandLine[index + 1] ?? '')),
  );
}

/** Says what is missing from those words; empty where nothing is. */
export function unshownText(commandLine: readonly string[]): string {
  return commandLine.some(hasCredentials) ? ' (and the address of the queue in HGMLP_QUEUE)' : '';
}

const hasCredentials = (word: string) => withoutCredentials(word) !== word;
