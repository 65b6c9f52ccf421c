/**
 * How much a search may do: a time, a number of runs, a number of failed ones. What counts is what the run log and the
 * checkpoints hold, so a limit holds over restarts, however the search ended before, and needs no state of its own.
 */
import { clock } from '../base/clock.js';
import { mostOf } from '../base/numbers.js';
import type { StoppedTraining } from '../run/checkpoint.js';
import { keyOf, packKeyOf } from '../run/key.js';
import type { Run } from '../run/run.js';
import type { RunSpec } from '../run/spec.js';
import { knownSpans, knownTime, type TimeInterval } from '../run/timing.js';
import type { SearchEvent } from './search.js';
import type { Shard } from './shard.js';

/** Bounds what a search may do; null for no limit. */
export interface Limits {
  /** Milliseconds in which at least one training was going on. */
  readonly timeMs: number | null;
  /** Runs that have ended: finished, diverged or failed. */
  readonly runs: number | null;
  /** Runs that are recorded as failed; one that was trained again and ended otherwise is none. */
  readonly failures: number | null;
}

/** Tells which of the limits is meant. */
export type LimitName = keyof Limits;

/**
 * Gives what of the limits is for one shard, which knows nothing of the others: the runs and failures of all shards
 * make the limits together (but a failure each they may have), and the time is the same for all, as they train side by
 * side.
 */
export function shareOfLimits({ timeMs, runs, failures }: Limits, shard: Shard | null): Limits {
  if (shard === null) return { timeMs, runs, failures };
  return {
    timeMs,
    runs: runs === null ? null : shareOf(runs, shard),
    failures: failures === null ? null : Math.max(1, shareOf(failures, shard)),
  };
}

function shareOf(total: number, { number, count }: Shard): number {
  return Math.floor(total / count) + (number <= total % count ? 1 : 0);
}

/** Holds what was done of a plan before. */
export interface Done {
  /** Those that the log holds. */
  readonly runs: readonly Run[];
  /** Those that are not over. */
  readonly stopped?: readonly StoppedTraining[];
}

/**
 * Adds up the milliseconds in which at least one training was going on: the length of the union of their intervals on
 * the clock of the study, which nobody sets. What has no times of that clock (records of older releases, and of a
 * fleet) is joined by the time of day in the same way and added; of these, one that was stopped and went on counts as
 * if that had been in one piece, and where the time of day was set back between two, they count as if side by side.
 */
export function trainedMs({ runs, stopped = [] }: Done): number {
  const spans = spansOf({ runs, stopped }).map(([fromMs, toMs]) => ({ startMs: fromMs, durationMs: toMs - fromMs }));
  const byTimeOfDay = [
    ...packsOf(runs.filter(({ timing }) => knownSpans(timing?.spans) === null)),
    ...stopped
      .filter(({ spans }) => knownSpans(spans) === null)
      .map(({ startedAt, elapsedMs }) => knownTime({ startedAt, durationMs: elapsedMs })),
  ].filter((time) => time !== null);
  return unionMs(spans) + unionMs(byTimeOfDay);
}

function spansOf({ runs, stopped = [] }: Done) {
  return [...runs.map(({ timing }) => timing?.spans), ...stopped.map(({ spans }) => spans)].flatMap(
    (spans) => knownSpans(spans) ?? [],
  );
}

/** Makes the clock of a study, in whole milliseconds: it goes on from the last moment that is known of it. */
export function studyClock(done: Done): () => number {
  const lastMs = Math.max(0, mostOf(spansOf(done).map(([, toMs]) => toMs)));
  const startedMs = clock.monotonicMs();
  return () => Math.round(lastMs + clock.monotonicMs() - startedMs);
}

function unionMs(intervals: readonly TimeInterval[]): number {
  let coveredToMs = -Infinity;
  let totalMs = 0;
  for (const { startMs, durationMs } of intervals.toSorted((left, right) => left.startMs - right.startMs)) {
    const endMs = startMs + durationMs;
    totalMs += Math.max(0, endMs - Math.max(startMs, coveredToMs));
    coveredToMs = Math.max(coveredToMs, endMs);
  }
  return totalMs;
}

/** Runs of a pack start together, and the duration of each is its share of the pack's; so these add up. */
function packsOf(runs: readonly Run[]): TimeInterval[] {
  const packs = new Map<string, TimeInterval>();
  for (const { spec, timing } of runs) {
    const time = knownTime(timing);
    if (time === null) continue;
    const name = `${time.startMs} ${packKeyOf(spec)}`;
    const durationMs = (packs.get(name)?.durationMs ?? 0) + time.durationMs;
    packs.set(name, { startMs: time.startMs, durationMs });
  }
  return [...packs.values()];
}

/** Keeps a search within its limits while it trains. */
export interface LimitWatch {
  /** Whether one more run may start; it then counts as started. Once it may not, none may any more. */
  admits(spec: RunSpec): boolean;
  /** Must be told of what happens to the runs. */
  onEvent(event: SearchEvent): void;
  /** The limit that kept a run from being started or ended; null where none has. */
  reached(): LimitName | null;
  /** When the time is up, in milliseconds of `clock.monotonicMs`; null where there is no limit. */
  readonly deadlineMs: number | null;
}

/**
 * Watches the limits of a search that begins now.
 * @param nowMs the clock of the deadline; another one in tests
 */
export function watchLimits(limits: Limits, done: Done, nowMs: () => number = clock.monotonicMs): LimitWatch {
  const deadlineMs = limits.timeMs === null ? null : nowMs() + limits.timeMs - trainedMs(done);
  const started = new Set(done.runs.map(({ key }) => key));
  const failed = new Set(done.runs.filter(({ state }) => state === 'failed').map(({ key }) => key));
  let refused: LimitName | null = null;

  const isTimeUp = () => deadlineMs !== null && nowMs() >= deadlineMs;
  const atLimit = (key: string): LimitName | null => {
    if (isTimeUp()) return 'timeMs';
    if (limits.failures !== null && failed.size >= limits.failures) return 'failures';
    return limits.runs !== null && !started.has(key) && started.size >= limits.runs ? 'runs' : null;
  };
  return {
    admits(spec) {
      const key = keyOf(spec);
      refused ??= atLimit(key);
      if (refused === null) started.add(key);
      return refused === null;
    },
    onEvent(event) {
      if (event.type !== 'finished') return;
      if (event.run.state === 'failed') failed.add(event.run.key);
      else failed.delete(event.run.key);
    },
    // What is in training when the time is up is not asked for again.
    reached: () => refused ?? (isTimeUp() ? 'timeMs' : null),
    deadlineMs,
  };
}
