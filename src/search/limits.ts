/**
 * How much a search may do: a time, a number of runs, a number of failed ones. What counts is what the run log holds, so
 * a limit holds over restarts, however the search ended before, and needs no state of its own.
 */
import { keyOf, packKeyOf } from '../run/key.js';
import type { Run, RunSpec } from '../run/run.js';
import type { SearchEvent } from './search.js';
import type { Shard } from './shard.js';

/** Null for no limit. */
export interface Limits {
  /** Milliseconds in which at least one training was going on. */
  readonly timeMs: number | null;
  /** Runs that have ended: finished, diverged or failed. */
  readonly runs: number | null;
  /** Runs that are recorded as failed; one that was trained again and ended otherwise is none. */
  readonly failures: number | null;
}

export type LimitName = keyof Limits;

/**
 * What of the limits is for one shard, which knows nothing of the others: the runs and failures of all shards make the
 * limits together (but a failure each they may have), and the time is the same for all, as they train side by side.
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

/**
 * Milliseconds in which at least one of the runs was in training: the length of the union of their intervals. Runs of a
 * pack start together, and the duration of each is its share of the pack's; so these add up.
 */
export function trainedMs(runs: Iterable<Run>): number {
  const packs = new Map<string, { startMs: number; durationMs: number }>();
  for (const { spec, timing } of runs) {
    if (timing === null) continue;
    const name = `${timing.startedAt} ${packKeyOf(spec)}`;
    const pack = packs.get(name) ?? { startMs: Date.parse(timing.startedAt), durationMs: 0 };
    packs.set(name, { ...pack, durationMs: pack.durationMs + timing.durationMs });
  }
  let coveredToMs = -Infinity;
  let totalMs = 0;
  for (const { startMs, durationMs } of [...packs.values()].sort((left, right) => left.startMs - right.startMs)) {
    const endMs = startMs + durationMs;
    totalMs += Math.max(0, endMs - Math.max(startMs, coveredToMs));
    coveredToMs = Math.max(coveredToMs, endMs);
  }
  return totalMs;
}

export interface LimitWatch {
  /** Whether one more run may start; it then counts as started. Once it may not, none may any more. */
  admits(spec: RunSpec): boolean;
  /** Must be told of what happens to the runs. */
  onEvent(event: SearchEvent): void;
  /** The limit that kept a run from being started or ended; null where none has. */
  reached(): LimitName | null;
  /** Milliseconds since 1970, when the time is up; null where there is no limit. */
  readonly deadlineMs: number | null;
}

/**
 * @param held the runs of the plan that the log holds
 * @param nowMs milliseconds since 1970; another one in tests
 */
export function watchLimits(limits: Limits, held: readonly Run[], nowMs: () => number = Date.now): LimitWatch {
  const deadlineMs = limits.timeMs === null ? null : nowMs() + limits.timeMs - trainedMs(held);
  const started = new Set(held.map(({ key }) => key));
  const failed = new Set(held.filter(({ state }) => state === 'failed').map(({ key }) => key));
  let refused: LimitName | null = null;

  const isTimeUp = () => deadlineMs !== null && nowMs() >= deadlineMs;
  const atLimit = (): LimitName | null => {
    if (isTimeUp()) return 'timeMs';
    if (limits.failures !== null && failed.size >= limits.failures) return 'failures';
    return limits.runs !== null && started.size >= limits.runs ? 'runs' : null;
  };
  return {
    admits(spec) {
      refused ??= atLimit();
      if (refused === null) started.add(keyOf(spec));
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
