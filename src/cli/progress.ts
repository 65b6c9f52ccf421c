/** What a search shows while it runs: one live bar on a terminal, else one line for every finished run. */
import type { Run } from '../run/run.js';
import { specText } from '../run/spec-text.js';
import { knownTime } from '../run/timing.js';
import type { SearchEvent } from '../search/search.js';
import { openBar, type BarContent } from './bar.js';
import { renderDuration } from './duration.js';
import { openTally, type RunCounts, type Tally, type TallyOptions } from './tally.js';
import type { Terminal } from './terminal.js';

export interface ProgressOptions extends TallyOptions {
  readonly terminal: Terminal;
  readonly quiet: boolean;
}

export interface Progress {
  onEvent(event: SearchEvent): void;
  /** What has come of the runs so far; the same as is shown. */
  counts(): RunCounts;
  /** Takes the bar away; nothing is shown afterwards. */
  stop(): void;
}

const refreshMs = 250;

export function openProgress({ terminal, quiet, ...options }: ProgressOptions): Progress {
  const tally = openTally(options);
  const { counts } = tally;
  if (quiet) return { onEvent: tally.add, counts, stop: () => undefined };
  if (!terminal.interactive) return plainProgress(terminal, tally);
  return liveProgress(tally);
}

function plainProgress(terminal: Terminal, tally: Tally): Progress {
  return {
    onEvent(event) {
      tally.add(event);
      if (event.type === 'finished') terminal.say(`${tally.runs()}  ${renderRun(event.run)}  ${tally.remaining()}`);
    },
    counts: tally.counts,
    stop: () => undefined,
  };
}

function liveProgress(tally: Tally): Progress {
  const bar = openBar();
  bar.show(contentOf(tally));
  const timer = setInterval(() => bar.show(contentOf(tally)), refreshMs);
  return {
    onEvent: tally.add,
    counts: tally.counts,
    stop() {
      clearInterval(timer);
      bar.stop();
    },
  };
}

/** How many runs have ended, and when all will have, is always shown. */
function contentOf(tally: Tally): BarContent {
  const share = tally.share();
  return {
    share,
    parts: [
      { text: `${Math.floor(100 * share)} % of the work`, rank: 2 },
      { text: tally.runs(), rank: 0 },
      { text: tally.rate(), rank: 3 },
      { text: tally.best(), rank: 1 },
      { text: tally.remaining(), rank: 0 },
    ],
  };
}

/** `hourglass 785-115-4, lr 0.001, replicate 0: 24.25 dB, 280 s`, or how the run ended instead. */
export function renderRun(run: Run): string {
  const what = specText(run.spec);
  const outcome = outcomeText(run);
  const time = knownTime(run.timing);
  return time === null ? `${what}: ${outcome}` : `${what}: ${outcome} (${renderDuration(time.durationMs)})`;
}

function outcomeText(run: Run): string {
  if (run.state === 'finished') return `${run.validation.psnrDb.toFixed(3)} dB on validation`;
  const last = run.curve.at(-1);
  if (run.state !== 'stopped' || last === undefined) return `${run.state}: ${run.reason}`;
  return `${last.validation.psnrDb.toFixed(3)} dB on validation ${run.reason}`;
}
