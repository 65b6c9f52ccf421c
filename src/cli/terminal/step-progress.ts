/** What slow work other than a search shows, such as fetching data: a bar on a terminal, else a line now and then. */
import { clock } from '../../base/clock.js';
import { formatExactCount, formatGigabytes } from '../../base/numbers.js';
import type { FetchProgress } from '../../data/fetching.js';
import { openBar, type Bar } from './bar.js';
import type { Terminal } from './terminal.js';

/** Shows how far slow work such as fetching data is, one step after the other. */
export interface StepProgress extends FetchProgress {
  /** Takes the bar away; nothing is shown afterwards. */
  stop(): void;
}

type Total = Parameters<FetchProgress['step']>[1];

const lineEveryMs = 10_000;
const refreshMs = 100;

/**
 * Shows steps as a live bar on a terminal, else as a line at their beginning and every ten seconds; nothing with
 * `--quiet`.
 */
export function openStepProgress(terminal: Terminal, quiet: boolean): StepProgress {
  if (quiet) return { step: nothing, advance: nothing, note: nothing, stop: nothing };
  return terminal.interactive ? liveProgress(terminal) : plainProgress(terminal);
}

function nothing(): void {
  // Quiet.
}

function plainProgress(terminal: Terminal): StepProgress {
  let total: Total;
  let done = 0;
  let saidMs = 0;
  return {
    step(what, amount) {
      total = amount;
      done = 0;
      saidMs = clock.monotonicMs();
      terminal.say(amount ? `${what}: ${render(amount.amount, amount.unit)}` : what);
    },
    advance(amount) {
      done += amount;
      if (total === undefined || clock.monotonicMs() - saidMs < lineEveryMs) return;
      saidMs = clock.monotonicMs();
      terminal.say(`  ${render(done, total.unit)} of ${render(total.amount, total.unit)}`);
    },
    note: (text) => terminal.say(text),
    stop: nothing,
  };
}

function liveProgress(terminal: Terminal): StepProgress {
  let bar: Bar | null = null;
  let name = '';
  let [done, all, shownMs] = [0, 0, 0];
  const show = () => {
    shownMs = clock.monotonicMs();
    const share = all > 0 ? Math.min(1, done / all) : 0;
    const parts = [
      { text: `${Math.floor(100 * share)} %`, rank: 0 },
      { text: name, rank: 0, mayBeCut: true },
    ];
    bar?.show({ share, parts });
  };
  const stop = () => {
    bar?.stop();
    bar = null;
  };
  return {
    step(what, total) {
      stop();
      if (total === undefined) return terminal.say(what);
      name = `${what}: ${render(total.amount, total.unit)}`;
      [done, all] = [0, total.amount];
      bar = openBar();
      show();
    },
    advance(amount) {
      done += amount;
      if (done >= all || clock.monotonicMs() - shownMs >= refreshMs) show();
    },
    note: (text) => terminal.say(text),
    stop,
  };
}

function render(amount: number, unit: string): string {
  return unit === 'bytes' ? renderBytes(amount) : `${formatExactCount(amount)} ${unit}`;
}

/** Writes a number of bytes with powers of ten, such as `139 MB` or `4.1 GB`. */
export function renderBytes(bytes: number): string {
  if (bytes < 1e9) return `${formatExactCount(Math.round(bytes / 1e6))} MB`;
  return formatGigabytes(bytes);
}
