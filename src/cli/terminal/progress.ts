/** What a search shows while it runs: one live bar on a terminal, else one line for every finished run. */
import { renderDuration } from '../../base/duration.js';
import { formatExactCount } from '../../base/numbers.js';
import { measuredText } from '../../report/scores.js';
import type { Run } from '../../run/run.js';
import { specText } from '../../run/spec-text.js';
import { knownTime } from '../../run/timing.js';
import type { PlanSize } from '../../study/plan/size.js';
import type { RunCounts, TrainingProgress } from '../../study/tally.js';
import { openBar, type BarContent } from './bar.js';
import type { Terminal } from './terminal.js';

/** Says where progress is shown; `progress` is asked again whenever it is. */
export interface ProgressOptions {
  readonly terminal: Terminal;
  readonly quiet: boolean;
  readonly progress: () => TrainingProgress;
}

/** Shows how far a search is, until it is stopped. */
export interface Progress {
  onFinished(run: Run): void;
  /** Takes the bar away; nothing is shown afterwards. */
  stop(): void;
}

const refreshMs = 250;

/** Shows progress as a live bar on a terminal, else as a line for each finished run; nothing with `--quiet`. */
export function openProgress({ terminal, quiet, progress }: ProgressOptions): Progress {
  if (quiet) return { onFinished: () => undefined, stop: () => undefined };
  if (terminal.interactive) return liveProgress(progress);
  return {
    onFinished(run) {
      const now = progress();
      terminal.say(`${progressText(now)}  ${renderRun(run)}  ${remainingText(now)}`);
    },
    stop: () => undefined,
  };
}

function liveProgress(progress: () => TrainingProgress): Progress {
  const bar = openBar();
  const show = () => bar.show(contentOf(progress()));
  show();
  const timer = setInterval(show, refreshMs);
  return {
    onFinished: () => undefined,
    stop() {
      clearInterval(timer);
      bar.stop();
    },
  };
}

/** How many runs have ended, and when all will have, is always shown. */
function contentOf(progress: TrainingProgress): BarContent {
  const { share, imagesPerSecond } = progress;
  return {
    share,
    parts: [
      { text: `${Math.floor(100 * share)} % of the work`, rank: 2 },
      { text: progressText(progress), rank: 0 },
      { text: `${formatExactCount(Math.round(imagesPerSecond))} images/s`, rank: 3 },
      { text: bestText(progress), rank: 1 },
      { text: remainingText(progress), rank: 0 },
    ],
  };
}

/** Writes a number of runs, such as `120 runs`, or `at most 120 runs`. */
export function runsText({ runs, isBound }: Pick<PlanSize, 'runs' | 'isBound'>): string {
  return `${isBound ? 'at most ' : ''}${runs} runs`;
}

/** Writes `12 ended, 20 stopped`: it is said in these words wherever some are stopped; null where none is. */
export function stoppedText({ ended, stopped }: RunCounts): string | null {
  return stopped === 0 ? null : `${ended} ended, ${stopped} stopped`;
}

/** Writes `12/32 runs`, or `12/32 runs: 0 ended, 12 stopped`. */
export function progressText(progress: TrainingProgress): string {
  const { ended, stopped, planned, isBound } = progress;
  const ofThem = stoppedText(progress);
  return `${ended + stopped}/${planned} runs${isBound ? ' at most' : ''}${ofThem === null ? '' : `: ${ofThem}`}`;
}

/** Writes the best of each series so far, on validation, such as `hourglass 24.250 dB, conventional 24.013 dB`. */
export function bestText({ best: bySeries }: TrainingProgress): string {
  const best = Object.entries(bySeries).flatMap(([key, measured]) => {
    return measured === undefined ? [] : [`${key.replace('/', ' ')} ${measuredText(measured)}`];
  });
  return best.length === 0 ? 'no result yet' : best.join(', ');
}

/** Writes the time that is left at the pace so far, such as `12 min left`, or that it is unknown. */
export function remainingText({ leftMs, isBound }: TrainingProgress): string {
  return leftMs === null ? 'time left unknown' : `${isBound ? 'at most ' : ''}${renderDuration(leftMs)} left`;
}

/** Writes a run as `hourglass 785-115-4, lr 0.001, replicate 0: 24.25 dB, 280 s`, or how it ended instead. */
export function renderRun(run: Run): string {
  const what = specText(run.spec);
  const outcome = outcomeText(run);
  const time = knownTime(run.timing);
  return time === null ? `${what}: ${outcome}` : `${what}: ${outcome} (${renderDuration(time.durationMs)})`;
}

function outcomeText(run: Run): string {
  if (run.state === 'finished') return `${measuredText(run.validation)} on validation`;
  const last = run.curve.at(-1);
  if (run.state !== 'stopped' || last === undefined) return `${run.state}: ${run.reason}`;
  return `${measuredText(last.validation)} on validation ${run.reason}`;
}
