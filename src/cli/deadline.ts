/** Keeps a plan from running past its time. */
import type { RunSpec } from '../run/run.js';
import type { SearchEvent } from '../search/search.js';

export interface Deadline {
  /** Whether the log answers for a run, which then takes no time. */
  readonly isDone: (spec: RunSpec) => boolean;
  /** Milliseconds since 1970. */
  readonly deadlineMs: number;
  readonly durationMsOf: (spec: RunSpec) => number;
  /** Told of every run that is not started. */
  readonly onLate: (spec: RunSpec) => void;
  /** Milliseconds since 1970; another one in tests. */
  readonly nowMs?: () => number;
}

/** The specs, one at a time as they are asked for, without those that would end after the deadline if they began now. */
export function* withinTime(
  specs: Iterable<RunSpec>,
  { isDone, deadlineMs, durationMsOf, onLate, nowMs = Date.now }: Deadline,
): Generator<RunSpec, void, void> {
  for (const spec of specs) {
    if (isDone(spec) || nowMs() + durationMsOf(spec) <= deadlineMs) yield spec;
    else onLate(spec);
  }
}

/** Corrects estimated durations by how long the runs that have finished took. */
export function runningClock(estimateMs: (spec: RunSpec) => number) {
  let estimatedMs = 0;
  let takenMs = 0;
  return {
    durationMsOf: (spec: RunSpec) => estimateMs(spec) * (estimatedMs === 0 ? 1 : takenMs / estimatedMs),
    onEvent(event: SearchEvent) {
      if (event.type !== 'finished' || event.run.state !== 'finished') return;
      estimatedMs += estimateMs(event.run.spec);
      takenMs += event.run.timing.durationMs;
    },
  };
}
