/** Counts the events of a search into the few figures that tell how far it is. */
import { seriesKey, seriesOf, type Series } from '../arch/series.js';
import { clock } from '../base/clock.js';
import { scoreOf, type Measurement } from '../run/metrics.js';
import { keyOf } from '../run/key.js';
import type { EpochRecord, Run } from '../run/run.js';
import type { RunSpec } from '../run/spec.js';
import type { SearchEvent } from '../search/search.js';
import type { PlanSize } from './plan/size.js';

/** Says what a tally counts by. */
export interface TallyOptions {
  /** Gives all that is to be done, as far as it is known now. */
  readonly size: () => PlanSize;
  /** Gives the cost of a run against others, in any unit. */
  readonly workOf: (spec: RunSpec) => number;
  /** Gives the images that one epoch of a run trains on. */
  readonly imagesPerEpoch: (spec: RunSpec) => number;
  /** Runs of the plan that are recorded already; failed ones will be trained again. */
  readonly known?: Iterable<Run>;
}

/** Tells what has come of the runs of a plan so far. */
export interface RunCounts {
  /** Finished, diverged or failed. */
  readonly ended: number;
  /** Stopped before their end, for now or for good. */
  readonly stopped: number;
}

/** Tells how far the training of a plan is. */
export interface TrainingProgress extends RunCounts {
  /** Runs of the plan as far as it is known now. */
  readonly planned: number;
  /** Whether it may end with fewer. */
  readonly isBound: boolean;
  /** Of the multiply-adds of the plan, from 0 to 1. */
  readonly share: number;
  /** Of this call, not of earlier ones. */
  readonly imagesPerSecond: number;
  /**
   * The best of each series at the end of any epoch, on validation: by its shape, `hourglass`, and where there are several
   * families by its key, `gated/hourglass`.
   */
  readonly best: Readonly<Partial<Record<string, Measurement>>>;
  /** Milliseconds that are left at this pace; null where it cannot be told. */
  readonly leftMs: number | null;
}

/** Counts events as they come, and gives the figures at any time. */
export interface Tally {
  add(event: SearchEvent): void;
  counts(): RunCounts;
  progress(): TrainingProgress;
}

/** Begins a tally with the runs that are recorded already; its clock runs from now on. */
export function openTally({ size, workOf, imagesPerEpoch, known = [] }: TallyOptions): Tally {
  const startedMs = clock.monotonicMs();
  const best = openBest();
  const work = openWork(workOf);
  /** By the key of the run. */
  const states = new Map<string, Run['state']>();
  let images = 0;

  const addRun = (run: Run) => {
    states.set(run.key, run.state);
    for (const epoch of run.curve) best.see(run.spec, epoch);
    if (run.state === 'finished') best.see(run.spec, run);
    work.addRun(run);
  };
  const counts = (): RunCounts => {
    const stopped = [...states.values()].filter((state) => state === 'stopped').length;
    return { ended: states.size - stopped, stopped };
  };
  for (const run of known) if (run.state !== 'failed') addRun(run);

  return {
    add(event) {
      if (event.type === 'epoch') {
        best.see(event.spec, event.epoch);
        work.addEpoch(event);
        if (!event.again) images += imagesPerEpoch(event.spec);
      } else if (event.type === 'finished' || event.type === 'skipped') {
        if (event.type === 'finished') work.addOwn(event.run);
        addRun(event.run);
      }
    },
    counts,
    progress() {
      const planned = size();
      const elapsedMs = clock.monotonicMs() - startedMs;
      const left = planned.work - work.done();
      return {
        ...counts(),
        planned: planned.runs,
        isBound: planned.isBound ?? false,
        share: planned.work > 0 ? Math.min(1, work.done() / planned.work) : 0,
        imagesPerSecond: (1000 * images) / Math.max(1, elapsedMs),
        best: best.bySeries(),
        // What is chosen on the way may come to more than was likely.
        leftMs: work.own() <= 0 || left < 0 ? null : (elapsedMs * left) / work.own(),
      };
    },
  };
}

/** Counts the work that is done, by this call and by earlier ones. */
function openWork(workOf: TallyOptions['workOf']) {
  /** By the key of the run. */
  const doneOf = new Map<string, number>();
  let [done, own] = [0, 0];
  const doneAt = (key: string) => doneOf.get(key) ?? 0;
  const set = (key: string, next: number) => {
    done += next - doneAt(key);
    doneOf.set(key, next);
  };
  const ofEpochs = (spec: RunSpec, epochs: number) => (workOf(spec) * epochs) / spec.recipe.epochs;
  return {
    done: () => done,
    /** Gives what this call did of it. */
    own: () => own,
    addEpoch({ spec, epoch, again }: Extract<SearchEvent, { type: 'epoch' }>) {
      const key = keyOf(spec);
      const next = ofEpochs(spec, epoch.epoch);
      // Without its checkpoint a training begins anew.
      if (!again || next > doneAt(key)) set(key, next);
      if (!again) own += ofEpochs(spec, 1);
    },
    /**
     * Adds what no epoch has told of a run that has just ended: a fleet does not tell of all. What patience has spared
     * counts as done, so that the pace is that at which the plan gets shorter.
     */
    addOwn({ key, spec, curve, state }: Run) {
      const isWhole = state === 'finished' && spec.recipe.patience !== undefined;
      own += Math.max(0, (isWhole ? workOf(spec) : ofEpochs(spec, curve.length)) - doneAt(key));
    },
    addRun({ key, spec, state, curve }: Run) {
      set(key, state === 'stopped' ? ofEpochs(spec, curve.length) : workOf(spec));
    },
  };
}

/** Keeps the best of each series at the end of any epoch, on validation. */
function openBest() {
  const best = new Map<string, { readonly series: Required<Series>; readonly measured: Measurement }>();
  return {
    see(spec: RunSpec, { validation }: Pick<EpochRecord, 'validation'>) {
      const series = seriesOf(spec.arch);
      const key = seriesKey(series);
      const before = best.get(key)?.measured;
      // One that has diverged has none that is a number.
      if (scoreOf(validation) > (before === undefined ? -Infinity : scoreOf(before)))
        best.set(key, { series, measured: validation });
    },
    bySeries(): Partial<Record<string, Measurement>> {
      const all = [...best.values()];
      const isOfSeveral = new Set(all.map(({ series }) => series.family)).size > 1;
      return Object.fromEntries(
        all.map(({ series, measured }) => [isOfSeveral ? seriesKey(series) : series.shape, measured]),
      );
    },
  };
}
