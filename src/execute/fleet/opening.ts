/** Opens one thing after the other; where one of them fails, those before it are closed again, so that no process hangs on. */
import type { EventEmitter } from 'node:events';
import type { RedisAddress } from './address.js';
import { isMute, isRefused } from './answers.js';
import { explained } from './connection.js';
import { within } from './rounds.js';

/** Takes note of what is open. */
export interface Cleanup {
  /** Notes how to close what has just been opened. */
  readonly closeWith: (close: () => unknown) => void;
}

/** Closing may wait for an answer of a Redis that gives none. */
const longestClosingMs = 1_000;

/**
 * Gives what `open` gives. Rejects with what it throws, once all that it had opened is closed: with a UserError for what
 * Redis says.
 */
export async function openAll<Result>(
  open: (cleanup: Cleanup) => Promise<Result>,
  address: RedisAddress,
): Promise<Result> {
  const closings: (() => unknown)[] = [];
  try {
    return await open({ closeWith: (close) => void closings.push(close) });
  } catch (error) {
    // Before it is closed, so that others are turned away as we were.
    const fault = isRefused(error) || isMute(error) ? await explained(error, address) : error;
    await within(longestClosingMs, Promise.allSettled(closings.reverse().map((close) => close())));
    throw fault;
  }
}

/** Resolves once a part of BullMQ is connected. Rejects with the first error that it has: it would try for ever. */
export async function readyOrRefused(part: EventEmitter & { waitUntilReady(): Promise<unknown> }): Promise<void> {
  let refuse!: (error: unknown) => void;
  const refused = new Promise((_, reject) => (refuse = reject));
  part.on('error', refuse);
  await Promise.race([part.waitUntilReady(), refused]).finally(() => part.off('error', refuse));
}
