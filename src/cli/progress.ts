/** What a search shows while it runs: one live bar on a terminal, else one line for every finished run. */
import { shapeOf, type Shape } from '../arch/arch.js';
import { clock } from '../base/clock.js';
import { formatExactCount } from '../base/numbers.js';
import { keyOf } from '../run/key.js';
import type { EpochRecord, Run, RunSpec } from '../run/run.js';
import { specText } from '../run/spec-text.js';
import { knownTime } from '../run/timing.js';
import type { SearchEvent } from '../search/search.js';
import { openBar } from './bar.js';
import { renderDuration } from './duration.js';
import type { Terminal } from './terminal.js';

export interface PlanSize {
  readonly runs: number;
  /** What all runs cost, in the unit of `workOf`. */
  readonly work: number;
  /** Whether it may end with fewer. */
  readonly isBound?: boolean;
}

export interface ProgressOptions {
  readonly terminal: Terminal;
  readonly quiet: boolean;
  /** All that is to be done, as far as it is known now. */
  readonly size: () => PlanSize;
  /** The cost of a run against others, in any unit. */
  readonly workOf: (spec: RunSpec) => number;
  /** Images that one epoch of a run trains on. */
  readonly imagesPerEpoch: (spec: RunSpec) => number;
}

export interface Progress {
  onEvent(event: SearchEvent): void;
  /** Takes the bar away; nothing is shown afterwards. */
  stop(): void;
}

const barFormat = '{bar} {runs} | {rate} | {best} | {remaining}';
const refreshMs = 1000;

export function openProgress(options: ProgressOptions): Progress {
  const tally = tallyOf(options);
  if (options.quiet) return { onEvent: () => undefined, stop: () => undefined };
  if (!options.terminal.interactive) return plainProgress(options, tally);
  return liveProgress(options, tally);
}

function plainProgress({ terminal }: ProgressOptions, tally: Tally): Progress {
  return {
    onEvent(event) {
      tally.add(event);
      if (event.type === 'finished') terminal.say(`${tally.runs()}  ${renderRun(event.run)}  ${tally.remaining()}`);
    },
    stop: () => undefined,
  };
}

function liveProgress({ size }: ProgressOptions, tally: Tally): Progress {
  const bar = openBar(barFormat);
  const payload = () => ({
    runs: tally.runs(),
    rate: tally.rate(),
    best: tally.best(),
    remaining: tally.remaining(),
  });
  const refresh = () => {
    bar.setTotal(size().work);
    bar.update(tally.work(), payload());
  };
  bar.start(size().work, 0, payload());
  const timer = setInterval(refresh, refreshMs);
  return {
    onEvent(event) {
      tally.add(event);
      if (bar.isActive) refresh();
    },
    stop() {
      clearInterval(timer);
      if (bar.isActive) bar.stop();
    },
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

type Tally = ReturnType<typeof tallyOf>;

/** Counts events into the few figures that are shown. */
function tallyOf({ size, workOf, imagesPerEpoch }: ProgressOptions) {
  const startedMs = clock.monotonicMs();
  /** Work done, by the key of the run. */
  const inFlight = new Map<string, number>();
  const best = new Map<Shape, number>();
  /** The same of those that are not, for now or for good. */
  const done = new Map<string, number>();
  const ended = new Set<string>();
  const stopped = new Set<string>();
  const trainedHere = new Set<string>();
  /** Of the finished work and of that in flight, what was done by earlier commands. */
  let earlierWork = 0;
  let images = 0;
  let stopsEarly = false;

  const see = (spec: RunSpec, { validation }: Pick<EpochRecord, 'validation'>) => {
    const shape = shapeOf(spec.arch);
    best.set(shape, Math.max(best.get(shape) ?? -Infinity, validation.psnrDb));
  };
  const work = () => [...done.values(), ...inFlight.values()].reduce((sum, part) => sum + part, 0);
  const workSoFar = ({ spec, state, curve }: Run) =>
    workOf(spec) * (state === 'stopped' ? curve.length / spec.recipe.epochs : 1);
  const elapsedMs = () => clock.monotonicMs() - startedMs;

  return {
    add(event: SearchEvent) {
      if (event.type === 'started') {
        const key = keyOf(event.spec);
        inFlight.set(key, done.get(key) ?? 0);
        done.delete(key);
      } else if (event.type === 'epoch') {
        inFlight.set(keyOf(event.spec), (workOf(event.spec) * event.epoch.epoch) / event.spec.recipe.epochs);
        if (event.again && trainedHere.has(keyOf(event.spec))) return;
        if (event.again) earlierWork += workOf(event.spec) / event.spec.recipe.epochs;
        else images += imagesPerEpoch(event.spec);
        see(event.spec, event.epoch);
      } else if (event.type !== 'split') {
        const { run } = event;
        inFlight.delete(run.key);
        if (event.type === 'finished') trainedHere.add(run.key);
        else earlierWork += workSoFar(run) - (done.get(run.key) ?? 0);
        done.set(run.key, workSoFar(run));
        ended.add(run.key);
        if (run.state === 'stopped') stopped.add(run.key);
        else stopped.delete(run.key);
        stopsEarly ||= run.state === 'stopped';
        if (run.state === 'finished') see(run.spec, run);
      }
    },
    work,
    runs() {
      const { runs, isBound } = size();
      // Of those that are stopped some may yet go on.
      const toTheEnd = stopsEarly ? `, ${ended.size - stopped.size} to the end` : '';
      return `${ended.size}/${runs} runs${isBound ? ' at most' : ''}${toTheEnd}`;
    },
    rate: () => `${formatExactCount(Math.round((1000 * images) / Math.max(1, elapsedMs())))} images/s`,
    best: () => [...best].map(([shape, psnrDb]) => `${shape} ${psnrDb.toFixed(2)} dB`).join(', ') || 'no result yet',
    remaining() {
      const done = work() - earlierWork;
      const left = size().work - work();
      // What is chosen on the way may come to more than was likely.
      if (done <= 0 || left < 0) return 'time left unknown';
      return `${size().isBound ? 'at most ' : ''}${renderDuration((elapsedMs() * left) / done)} left`;
    },
  };
}
