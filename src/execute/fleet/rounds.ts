/** Work that is done again and again, one round at a time. */
import { setTimeout } from 'node:timers/promises';

/** Begins at once; a round that fails is followed by the next one. */
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

/** Waits no longer than that for what Redis may never answer. */
export async function within(limitMs: number, work: Promise<unknown>): Promise<void> {
  const over = new AbortController();
  const limit = setTimeout(limitMs, undefined, { signal: over.signal }).catch(() => undefined);
  await Promise.race([work.catch(() => undefined), limit]);
  over.abort();
}
