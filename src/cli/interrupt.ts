/** Ctrl-C and SIGTERM: the first asks the work to stop, the second ends the process at once. */
import { exitCodes } from '../base/errors.js';

export interface Interrupt {
  readonly signal: AbortSignal;
  /** Gives the signals back to the system. */
  release(): void;
}

const signals = ['SIGINT', 'SIGTERM'] as const;

/** @param onFirst called once, when the work is asked to stop */
export function watchInterrupts(onFirst: () => void): Interrupt {
  const controller = new AbortController();
  const handle = () => {
    if (controller.signal.aborted) process.exit(exitCodes.stoppedResumable);
    controller.abort();
    onFirst();
  };
  for (const signal of signals) process.on(signal, handle);
  return {
    signal: controller.signal,
    release() {
      for (const signal of signals) process.off(signal, handle);
    },
  };
}
