/** Counts the events of a search into the few figures that are shown of it. */
import { shapeOf, type Shape } from '../arch/arch.js';
import { clock } from '../base/clock.js';
import { formatExactCount } from '../base/numbers.js';
import { keyOf } from '../run/key.js';
import type { EpochRecord, Run } from '../run/run.js';
import type { RunSpec } from '../run/spec.js';
import type { SearchEvent } from '../search/search.js';
import type { PlanSize } from '../study/plan/size.js';
import { renderDuration } from './duration.js';

export interface TallyOptions {
  /** All that is to be done, as far as it is known now. */
  readonly size: () => PlanSize;
  /** The cost of a run against others, in any unit. */
  readonly workOf: (spec: RunSpec) => number;
  /** Images that one epoch of a run trains on. */
  readonly imagesPerEpoch: (spec: RunSpec) => number;
  /** Runs of the plan that are recorded already; failed ones will be trained again. */
  readonly known?: Iterable<Run>;
}

/** What has come of the runs of a plan so far. */
export interface RunCounts {
  /** Finished, diverged or failed. */
  readonly ended: number;
  /** Stopped before their end, for now or for good. */
  readonly stopped: number;
}

/** `12 ended, 20 stopped`: said in these words wherever some are stopped; null where none is. */
export function stoppedText({ ended, stopped }: RunCounts): string | null {
  return stopped === 0 ? null : `${ended} ended, ${stopped} stopped`;
}

export type Tally = ReturnType<typeof openTally>;

export function openTally({ size, workOf, imagesPerEpoch, known = [] }: TallyOptions) {
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
    add(event: SearchEvent) {
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
    /** From 0 to 1. */
    share: () => (size().work > 0 ? Math.min(1, work.done() / size().work) : 0),
    /** `12/32 runs`, or `12/32 runs: 0 ended, 12 stopped`. */
    runs() {
      const { runs, isBound } = size();
      const ofThem = stoppedText(counts());
      return `${states.size}/${runs} runs${isBound ? ' at most' : ''}${ofThem === null ? '' : `: ${ofThem}`}`;
    },
    /** Of this command. */
    rate: () =>
      `${formatExactCount(Math.round((1000 * images) / Math.max(1, clock.monotonicMs() - startedMs)))} images/s`,
    best: best.text,
    remaining() {
      const left = size().work - work.done();
      // What is chosen on the way may come to more than was likely.
      if (work.own() <= 0 || left < 0) return 'time left unknown';
      const leftMs = ((clock.monotonicMs() - startedMs) * left) / work.own();
      return `${size().isBound ? 'at most ' : ''}${renderDuration(leftMs)} left`;
    },
  };
}

/** The work that is done, by this command and by earlier ones. */
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
    /** What this command did of it. */
    own: () => own,
    addEpoch({ spec, epoch, again }: Extract<SearchEvent, { type: 'epoch' }>) {
      const key = keyOf(spec);
      const next = ofEpochs(spec, epoch.epoch);
      // Without its checkpoint a training begins anew.
      if (!again || next > doneAt(key)) set(key, next);
      if (!again) own += ofEpochs(spec, 1);
    },
    /** What no epoch has told of a run that has just ended: a fleet does not tell of all. */
    addOwn({ key, spec, curve }: Run) {
      own += Math.max(0, ofEpochs(spec, curve.length) - doneAt(key));
    },
    addRun({ key, spec, state, curve }: Run) {
      set(key, state === 'stopped' ? ofEpochs(spec, curve.length) : workOf(spec));
    },
  };
}

/** The best of each shape at the end of any epoch, on validation. */
function openBest() {
  const bestDb = new Map<Shape, number>();
  return {
    see(spec: RunSpec, { validation: { psnrDb } }: Pick<EpochRecord, 'validation'>) {
      const shape = shapeOf(spec.arch);
      // One that has diverged has none that is a number.
      if (psnrDb > (bestDb.get(shape) ?? -Infinity)) bestDb.set(shape, psnrDb);
    },
    text: () => [...bestDb].map(([shape, psnrDb]) => `${shape} ${psnrDb.toFixed(2)} dB`).join(', ') || 'no result yet',
  };
}
