/** Gives out the runs of a plan so that it keeps to its time, although its durations are estimates. */
import { keyOf } from '../run/key.js';
import type { RunSpec } from '../run/run.js';
import { fitIntoTime, nextToStart } from './fit.js';
import type { SearchEvent } from './search.js';

export interface InTimeOptions {
  /** Estimated milliseconds of a run on one worker. */
  readonly estimateMs: (spec: RunSpec) => number;
  readonly workers: number;
  /** Milliseconds since 1970. */
  readonly deadlineMs: number;
  /** Milliseconds since 1970; another one in tests. */
  readonly nowMs?: () => number;
}

export interface InTime {
  /** Chosen one at a time, as they are asked for; ends when none fits any more. */
  readonly specs: Iterable<RunSpec>;
  /** Must be told of what happens to the runs. */
  onEvent(event: SearchEvent): void;
  /** The runs that were given out, and those that will be by what is known now. */
  planned(): readonly RunSpec[];
}

interface Observed {
  readonly estimateMs: number;
  readonly startedMs: number;
  /** Of the run. */
  readonly doneShare: number;
  /** Until that share was done. */
  readonly takenMs: number;
  readonly ended: boolean;
}

/**
 * Before each start the runs are fitted anew into what time is left, in the order of the groups, with estimates
 * corrected by what the started runs take. So where these take longer it is groups of a low rank that go without, where
 * they take less there is time for more groups, and a run that would end after the deadline is not started.
 * @param groups the runs of each point, what tells most first
 */
export function inTime(
  groups: readonly (readonly RunSpec[])[],
  { estimateMs, workers, deadlineMs, nowMs = Date.now }: InTimeOptions,
): InTime {
  let waiting = groups.map((group) => [...group]).filter((group) => group.length > 0);
  const observed = new Map<string, Observed>();
  const durationMsOf = (spec: RunSpec) => estimateMs(spec) * paceOf([...observed.values()]);

  const given: RunSpec[] = [];
  const trials = () => Math.max(0, workers - given.length);
  const fitting = () =>
    fitIntoTime(waiting, {
      durationsMs: (group) => group.map(durationMsOf),
      workers,
      maxTimeMs: deadlineMs - nowMs(),
      busyMs: stillBusyMs([...observed.values()], nowMs()),
      trials: trials(),
    }).picked.flat();
  let picked = fitting();

  const takeNext = (): RunSpec | undefined => {
    picked = fitting();
    const next = nextToStart(picked, durationMsOf, trials());
    if (next === undefined) return undefined;
    given.push(next);
    picked = picked.filter((spec) => spec !== next);
    waiting = waiting.map((group) => group.filter((spec) => spec !== next)).filter((group) => group.length > 0);
    const start = { estimateMs: estimateMs(next), startedMs: nowMs(), doneShare: 0, takenMs: 0, ended: false };
    observed.set(keyOf(next), start);
    return next;
  };

  function* taken(): Generator<RunSpec, void, void> {
    for (let next = takeNext(); next !== undefined; next = takeNext()) yield next;
  }

  return {
    specs: taken(),
    onEvent(event) {
      if (event.type !== 'started' && event.type !== 'epoch' && event.type !== 'finished') return;
      const spec = event.type === 'finished' ? event.run.spec : event.spec;
      const run = observed.get(keyOf(spec));
      if (run === undefined) return;
      if (event.type === 'started') {
        // A run that was looked at ahead may have waited.
        observed.set(keyOf(spec), { ...run, startedMs: nowMs() });
        return;
      }
      const takenMs = nowMs() - run.startedMs;
      if (event.type === 'epoch') {
        observed.set(keyOf(spec), { ...run, takenMs, doneShare: event.epoch.epoch / spec.recipe.epochs });
      } else {
        // A run that failed says nothing about how long one takes.
        const finished = event.run.state === 'finished' ? { takenMs, doneShare: 1 } : {};
        observed.set(keyOf(spec), { ...run, ...finished, ended: true });
      }
    },
    planned: () => [...given, ...picked],
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
