/**
 * Ctrl-C, SIGTERM, SIGUSR1, with which batch systems say that the time is nearly up, and SIGHUP, with which a terminal says
 * that it is gone: the first asks the work to stop, the second ends the process at once.
 */
import { clock } from '../../base/clock.js';
import { exitCodes } from '../../base/errors.js';
import { outlivesTerminal } from './hang-up.js';

/** Holds the signals of the process while work that can be stopped is under way. */
export interface Interrupt {
  readonly signal: AbortSignal;
  /** Gives the signals back to whoever had them before. */
  release(): void;
}

// Windows has no SIGUSR1, and to listen for it there does nothing.
const signals: readonly NodeJS.Signals[] = [
  ...(['SIGINT', 'SIGTERM', 'SIGUSR1'] as const),
  ...(outlivesTerminal() ? [] : (['SIGHUP'] as const)),
];

/** npx hands on to us what the terminal has sent to both: only what comes later than this was sent once more. */
const onceMoreMs = 500;

/** Who may have the signals; the last one has them. */
const handlers: ((name: NodeJS.Signals) => void)[] = [];

/**
 * Aborts the controller at the first signal.
 * @param onFirst called once, when the work is asked to stop
 */
export function watchInterrupts(onFirst: () => void, controller = new AbortController()): Interrupt {
  let firstMs = 0;
  const release = takeSignals((name) => {
    if (controller.signal.aborted) {
      // The terminal and its shell may both say that it is gone, some time apart; nobody asks twice by that.
      if (name !== 'SIGHUP' && clock.monotonicMs() - firstMs > onceMoreMs) endResumable();
      return;
    }
    firstMs = clock.monotonicMs();
    controller.abort();
    onFirst();
  });
  return { signal: controller.signal, release };
}

/**
 * Lets a signal end the process at once, as one that may be resumed. It is for commands that go on when they are called
 * again: where no work watches interrupts there is nothing to save.
 */
export function endAtInterrupts(): void {
  takeSignals(endResumable);
}

/** Ends the process, as one that may be resumed, after so many milliseconds, unless it has ended by then. */
export function endAfter(durationMs: number): void {
  setTimeout(endResumable, durationMs).unref();
}

function endResumable(): never {
  process.exit(exitCodes.stoppedResumable);
}

function takeSignals(handler: (name: NodeJS.Signals) => void): () => void {
  if (handlers.push(handler) === 1) for (const signal of signals) process.on(signal, handle);
  return () => {
    handlers.splice(handlers.indexOf(handler), 1);
    if (handlers.length === 0) for (const signal of signals) process.off(signal, handle);
  };
}

function handle(name: NodeJS.Signals): void {
  handlers.at(-1)!(name);
}
