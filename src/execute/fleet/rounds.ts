/** Work that is done again and again, one round at a time. */
import { setTimeout } from 'node:timers/promises';

/** Does the round at once, and again after each pause until it is stopped; one that fails is followed by the next. */
export function everySoOften(pauseMs: number, round: () => Promise<void>): { stop(): void } {
  const stopped = new AbortController();
  const pause = () => setTimeout(pauseMs, undefined, { signal: stopped.signal }).catch(() => undefined);
  const go = async () => {
    while (!stopped.signal.aborted) {
      await round().catch(() => undefined);
      await pause();
    }
  };
  void go();
  return { stop: () => stopped.abort() };
}

/**
 * Waits for work, but no longer than so many milliseconds, as Redis may never answer; what the work throws is ignored.
 */
export async function within(limitMs: number, work: Promise<unknown>): Promise<void> {
  const over = new AbortController();
  const limit = setTimeout(limitMs, undefined, { signal: over.signal }).catch(() => undefined);
  await Promise.race([work.catch(() => undefined), limit]);
  over.abort();
}
