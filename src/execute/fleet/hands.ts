/** What a worker has in hand, and whether it takes more. */
import type { Worker } from 'bullmq';
import { clock } from '../../base/clock.js';

/** Holds the jobs that a worker has taken. */
export type Hands = ReturnType<typeof handsOf>;

/** Counts the runs that are in hand and done. */
export function handsOf(maxRuns: number | null) {
  const most = maxRuns ?? Infinity;
  const waiting: (() => void)[] = [];
  let closed = false;
  let packs = 0;
  let inHand = 0;
  let done = 0;
  let givenBack = 0;
  let lastBusyMs = clock.monotonicMs();
  return {
    take(runs: number) {
      packs += 1;
      inHand += runs;
    },
    leave(runs: number, runsDone: number) {
      packs -= 1;
      inHand -= runs;
      done += runsDone;
      if (closed && runsDone === 0) givenBack += 1;
      lastBusyMs = clock.monotonicMs();
      if (packs === 0) for (const resolve of waiting.splice(0)) resolve();
    },
    full: () => closed || inHand + done >= most,
    enough: () => done >= most,
    close: () => void (closed = true),
    empty: () => (packs === 0 ? Promise.resolve() : new Promise<void>((resolve) => waiting.push(resolve))),
    idleMs: () => (packs > 0 ? 0 : clock.monotonicMs() - lastBusyMs),
    /** What is still in hand goes to others as well, once its lease has run out. */
    count: () => ({ runs: done, givenBack: givenBack + packs }),
  };
}

const restMs = 3_000;

/** Makes the tap through which jobs come to a worker. What is in hand is never waited for. */
export function tapOf(worker: Worker, hands: Pick<Hands, 'full'>) {
  let resting = false;
  const open = async () => {
    if (!resting && !hands.full()) await worker.resume();
  };
  return {
    /** Unless the hands are full, or it rests. */
    open,
    close: () => worker.pause(true),
    async rest() {
      if (resting) return;
      resting = true;
      await worker.pause(true);
      const wake = () => {
        resting = false;
        void open();
      };
      setTimeout(wake, restMs).unref();
    },
  };
}
