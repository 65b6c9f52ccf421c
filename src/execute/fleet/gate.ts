/** Lets some through at a time, the others in the order in which they came. */
import { setMaxListeners } from 'node:events';
import type { Turn } from '../../search/search.js';

/** Lets so many trainings start at a time; how many can be changed. */
export interface Gate extends Turn {
  /** How many may be inside from now on; who is inside stays. */
  widen(width: number): void;
}

/** Opens a gate to `narrowest` at a time; widening keeps it between the two. */
export function gateOf(narrowest: number, widest: number): Gate {
  let width = narrowest;
  let inside = 0;
  const line = new Set<() => void>();
  const letIn = () => {
    for (const enter of line) {
      if (inside >= width) return;
      line.delete(enter);
      inside += 1;
      enter();
    }
  };
  return {
    enter: (signal) =>
      new Promise((resolve) => {
        const leaveLine = () => {
          if (line.delete(enter)) resolve(false);
        };
        const enter = () => {
          signal.removeEventListener('abort', leaveLine);
          resolve(true);
        };
        if (signal.aborted) return resolve(false);
        // All that wait listen to the one signal of the search.
        setMaxListeners(0, signal);
        signal.addEventListener('abort', leaveLine);
        line.add(enter);
        letIn();
      }),
    leave() {
      inside -= 1;
      letIn();
    },
    widen(wanted) {
      width = Math.min(Math.max(wanted, narrowest), widest);
      letIn();
    },
  };
}
