/** Lets some through at a time, the others in the order in which they came. */

export interface Gate {
  /** Resolves when it is one's turn. Rejects once the signal is aborted. */
  enter(signal: AbortSignal): Promise<void>;
  leave(): void;
  /** How many may be inside from now on; who is inside stays. */
  widen(width: number): void;
}

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
      new Promise((resolve, reject) => {
        const leaveLine = () => {
          if (line.delete(enter)) reject(new Error('stopped'));
        };
        const enter = () => {
          signal.removeEventListener('abort', leaveLine);
          resolve();
        };
        if (signal.aborted) return reject(new Error('stopped'));
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
