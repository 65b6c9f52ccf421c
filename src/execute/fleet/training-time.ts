/** How long a fleet has trained for a search, by a clock that nobody sets. */
import { clock } from '../../base/clock.js';

/** Adds up for how long a fleet has trained. */
export interface TrainingTime {
  /** To be called when a pack comes into the hands of a worker, or out of them, and with what else has changed. */
  update(change?: Partial<Circumstances>): void;
  /** Milliseconds in which, as far as is known, at least one pack was in the hands of a worker. */
  elapsedMs(): number;
}

interface Circumstances {
  /** Nothing is known of what workers do while Redis is away, or refuses what it is asked for. */
  readonly isAway: boolean;
  readonly isCalm: boolean;
  /** How many trainings workers that are there do at a time: one that died has its packs until somebody else asks for them. */
  readonly slots: number;
}

/** Counts the time while a worker is there, Redis does what it is asked for, and a pack is in hand. */
export function watchTraining(inFlight: ReadonlyMap<string, { readonly inHandSinceMs: number | null }>): TrainingTime {
  let circumstances: Circumstances = { isAway: false, isCalm: true, slots: 0 };
  let earlierMs = 0;
  let sinceMs: number | null = null;
  const elapsedMs = () => earlierMs + (sinceMs === null ? 0 : clock.monotonicMs() - sinceMs);
  return {
    update(change = {}) {
      circumstances = { ...circumstances, ...change };
      const { isAway, isCalm, slots } = circumstances;
      const isTraining =
        !isAway && isCalm && slots > 0 && [...inFlight.values()].some(({ inHandSinceMs }) => inHandSinceMs !== null);
      if (isTraining === (sinceMs !== null)) return;
      earlierMs = elapsedMs();
      sinceMs = isTraining ? clock.monotonicMs() : null;
    },
    elapsedMs,
  };
}
