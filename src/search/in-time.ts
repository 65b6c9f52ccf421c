/** Gives out the runs of a plan so that it keeps to its time, although its durations are estimates. */
import { clock } from '../base/clock.js';
import { keyOf } from '../run/key.js';
import type { RunSpec } from '../run/spec.js';
import { fitIntoTime, inPacks, nextToStart } from './fit.js';
import type { SearchEvent } from './search.js';

/** Tells what the runs are likely to take, and until when they must be done. */
export interface InTimeOptions {
  /** Estimated milliseconds of a run on one worker: its share of the pack's. */
  readonly estimateMs: (spec: RunSpec) => number;
  /** The most runs of a group that train side by side; 1 where it is left out. */
  readonly packSize?: number;
  readonly workers: number;
  /** Milliseconds of `clock.monotonicMs`. */
  readonly deadlineMs: number;
  /** The clock of the deadline; another one in tests. */
  readonly nowMs?: () => number;
}

/** Gives out runs one by one, as long as they are likely to end in time. */
export interface InTime {
  /** Chosen one at a time, as they are asked for; ends when none fits any more. */
  readonly specs: Iterable<RunSpec>;
  /** Must be told of what happens to the runs. */
  onEvent(event: SearchEvent): void;
  /** The runs that were given out, and those that will be by what is known now. */
  planned(): readonly RunSpec[];
}

/** Runs that train side by side; a run alone is a pack as well. */
type Pack = readonly RunSpec[];

/** Of a pack. */
interface Observed {
  /** Of what there is to do. */
  readonly estimateMs: number;
  /** The share of the whole that was done earlier. */
  readonly earlierShare: number;
  readonly startedMs: number;
  /** Of what there is to do. */
  readonly doneShare: number;
  /** Until that share was done. */
  readonly takenMs: number;
  readonly ended: boolean;
}

/**
 * Gives out runs so that they end in time. Before each start the runs are fitted anew into what time is left, in the
 * order of the groups, with estimates corrected by what the started runs take. So where these take longer it is groups
 * of a low rank that go without, where they take less there is time for more groups, and a run that would end after the
 * deadline is not started.
 * @param groups the runs of each point, what tells most first
 */
export function inTime(
  groups: readonly (readonly RunSpec[])[],
  { estimateMs, packSize = 1, workers, deadlineMs, nowMs = clock.monotonicMs }: InTimeOptions,
): InTime {
  let waiting = groups.map((group) => inPacks(group, packSize)).filter((packs) => packs.length > 0);
  const estimateOf = (pack: Pack) => pack.reduce((sum, spec) => sum + estimateMs(spec), 0);
  const observer = observePacks(estimateOf, nowMs);
  const durationMsOf = (pack: Pack) => estimateOf(pack) * observer.pace();

  const given: Pack[] = [];
  const trials = () => Math.max(0, workers - given.length);
  const fitting = () =>
    fitIntoTime(waiting, {
      durationsMs: (packs) => packs.map(durationMsOf),
      workers,
      maxTimeMs: deadlineMs - nowMs(),
      busyMs: observer.stillBusyMs(),
      trials: trials(),
    }).picked.flat();
  let picked = fitting();

  const takeNext = (): Pack | undefined => {
    picked = fitting();
    const next = nextToStart(picked, durationMsOf, trials());
    if (next === undefined) return undefined;
    given.push(next);
    picked = picked.filter((pack) => pack !== next);
    waiting = waiting.map((packs) => packs.filter((pack) => pack !== next)).filter((packs) => packs.length > 0);
    observer.begin(next);
    return next;
  };

  function* taken(): Generator<RunSpec, void, void> {
    for (let next = takeNext(); next !== undefined; next = takeNext()) yield* next;
  }

  return { specs: taken(), onEvent: observer.onEvent, planned: () => [...given, ...picked].flat() };
}

/** Observes how long the packs that were given out take, and by that how far estimates may be trusted. */
function observePacks(estimateOf: (pack: Pack) => number, nowMs: () => number) {
  const observed = new Map<Pack, Observed>();
  /** By the key of each run that was given out. */
  const packOf = new Map<string, Pack>();
  const observe = (spec: RunSpec, changeOf: (takenMs: number, before: Observed, pack: Pack) => Partial<Observed>) => {
    const pack = packOf.get(keyOf(spec));
    const before = pack && observed.get(pack);
    if (pack === undefined || before === undefined) return;
    observed.set(pack, { ...before, ...changeOf(nowMs() - before.startedMs, before, pack) });
  };
  return {
    begin(pack: Pack): void {
      for (const spec of pack) packOf.set(keyOf(spec), pack);
      const counts = { earlierShare: 0, startedMs: nowMs(), doneShare: 0, takenMs: 0 };
      observed.set(pack, { estimateMs: estimateOf(pack), ...counts, ended: false });
    },
    pace: () => paceOf([...observed.values()]),
    stillBusyMs: () => stillBusyMs([...observed.values()], nowMs()),
    onEvent(event: SearchEvent): void {
      // What was looked at ahead may have waited.
      if (event.type === 'started') observe(event.spec, () => ({ startedMs: nowMs() }));
      if (event.type === 'epoch') {
        const share = event.epoch.epoch / event.spec.recipe.epochs;
        observe(event.spec, (takenMs, { earlierShare }, pack) =>
          event.again
            ? { earlierShare: share, estimateMs: estimateOf(pack) * (1 - share) }
            : { takenMs, doneShare: (share - earlierShare) / (1 - earlierShare) },
        );
      }
      if (event.type !== 'finished') return;
      // A run that failed says nothing about how long one takes.
      const isTold = event.run.state === 'finished';
      observe(event.run.spec, (takenMs) => ({ ended: true, ...(isTold && { takenMs, doneShare: 1 }) }));
    },
  };
}

/** How many times longer than estimated the work took that is done; 1 where none is. */
function paceOf(observed: readonly Observed[]): number {
  const sumOf = (value: (run: Observed) => number) => observed.reduce((sum, run) => sum + value(run), 0);
  const estimatedMs = sumOf((run) => run.estimateMs * run.doneShare);
  return estimatedMs === 0 ? 1 : sumOf((run) => run.takenMs) / estimatedMs;
}

function stillBusyMs(observed: readonly Observed[], nowMs: number): number[] {
  const pace = paceOf(observed);
  return observed
    .filter(({ ended }) => !ended)
    .map(({ estimateMs, startedMs }) => Math.max(0, startedMs + estimateMs * pace - nowMs));
}
