/** `--max-time`, `--max-runs` and `--max-failures` of a search: what they allow, and what is said once one has ended it. */
import { asWord, shellLine } from '../base/shell-line.js';
import { durationText, parseDuration } from '../base/duration.js';
import type { Values } from '../config/fields.js';
import type { StoppedTraining } from '../run/checkpoint.js';
import { keyOf } from '../run/key.js';
import type { Run } from '../run/run.js';
import { shareOfLimits, watchLimits, type LimitName, type Limits, type LimitWatch } from '../search/limits.js';
import type { SearchEvent, SearchLoopOptions } from '../search/search.js';
import type { Shard } from '../search/shard.js';
import type { Plan } from './plan/plan.js';
import type { PlanSize } from './plan/size.js';

/** Gives the limits that the values set: milliseconds, runs and failures; null for each that is not set. */
export function limitsOf({ timeLimit, maxRuns, maxFailures }: Values): Limits {
  return { timeMs: timeLimit === null ? null : parseDuration(timeLimit), runs: maxRuns, failures: maxFailures };
}

/** A study as it must be known to count what the log holds of it. */
interface LimitedStudy {
  readonly plan: Pick<Plan, 'specs'>;
  readonly shard: Shard | null;
}

/** Holds what a results folder has of a plan. */
export interface Held {
  /** By key. */
  readonly runs: ReadonlyMap<string, Run>;
  readonly stopped: readonly StoppedTraining[];
}

/**
 * Gives a function that watches over the share of a plan, by what of it a folder holds; undefined where nothing limits
 * it.
 */
export function limitsFor({ plan, shard }: LimitedStudy, values: Values) {
  const limits = shareOfLimits(limitsOf(values), shard);
  if (Object.values(limits).every((limit) => limit === null)) return undefined;
  return ({ runs, stopped }: Held, nowMs: () => number): LimitWatch => {
    const keys = runs.size + stopped.length === 0 ? new Set<string>() : new Set(Array.from(plan.specs(runs), keyOf));
    const done = {
      runs: [...keys].flatMap((key) => runs.get(key) ?? []),
      stopped: stopped.filter((training) => training.keys.some((key) => keys.has(key))),
    };
    return watchLimits(limits, done, nowMs);
  };
}

/** Ends a plan before its end, for whoever runs it or for a limit. */
export interface Ending {
  readonly signal: AbortSignal;
  /** For the search. */
  readonly admitting: Pick<SearchLoopOptions, 'admits'>;
  onEvent(event: SearchEvent): void;
  /** What has ended it; null where that was whoever runs it, or nothing. */
  limit(): LimitName | null;
  release(): void;
}

/** Says what may end a plan, and by which clock. */
export interface EndingOptions {
  readonly limits: LimitWatch | null;
  /** The clock of these limits. */
  readonly nowMs: () => number;
  /** Of whoever runs the plan. */
  readonly signal: AbortSignal;
  /** Called once what is in training is to stop. */
  readonly onTimeUp: () => void;
}

/**
 * Watches over a plan until it is released. Its signal is aborted at the time limit, or by the signal that was given;
 * `admitting` refuses runs beyond the other limits.
 */
export function openEnding({ limits, nowMs, signal, onTimeUp }: EndingOptions): Ending {
  const deadline = openDeadline(limits?.deadlineMs ?? null, nowMs, onTimeUp);
  return {
    signal: AbortSignal.any([signal, deadline.signal]),
    admitting: limits === null ? {} : { admits: limits.admits },
    onEvent: (event) => limits?.onEvent(event),
    limit: () => (signal.aborted ? null : (limits?.reached() ?? null)),
    release: deadline.release,
  };
}

/** Timers hold no longer time. */
const longestTimerMs = 2 ** 31 - 1;
/** The clock may stand just before the deadline. */
const shortestTimerMs = 20;

/** @param atMs milliseconds of that clock, which may stand for a while; null for none */
function openDeadline(atMs: number | null, nowMs: () => number, onReached: () => void) {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const wait = (untilMs: number) => {
    const leftMs = untilMs - nowMs();
    if (leftMs > 0) {
      timer = setTimeout(() => wait(untilMs), Math.min(Math.max(leftMs, shortestTimerMs), longestTimerMs));
    } else {
      controller.abort();
      onReached();
    }
  };
  if (atMs !== null) wait(atMs);
  return { signal: controller.signal, release: () => clearTimeout(timer) };
}

/** Describes a search that a limit has ended. */
export interface EndedSearch {
  readonly limit: LimitName;
  readonly planned: PlanSize;
  /** In plan order, as far as they have ended. */
  readonly runs: readonly Run[];
  readonly folder: string;
  /** The words of the command that goes on. */
  readonly command: readonly string[];
  /** Whether that command trains again what has failed. */
  readonly triesAgain: boolean;
}

/** Writes which limit it was, how much of the plan is left, and what goes on. */
export function endedLine({ limit, planned, runs, folder, command, triesAgain }: EndedSearch, values: Values): string {
  const failed = runs.filter(({ state }) => state === 'failed').length;
  const left = planned.runs - runs.length + failed;
  const mostLeft = planned.isBound ? `at most ${left}` : left;
  const ofThem = failed === 0 ? '' : `, ${failed} of them failed`;
  const { flag, value, twice } = flags[limit](values);
  const share = values.shard === null || limit === 'timeMs' ? '' : ', its share for this shard,';
  const next =
    limit === 'failures'
      ? `mend the cause, then go on with: ${triesAgain ? '' : `${retryLine(folder)} && `}${shellLine(['hgmlp', ...command])}`
      : `go on with: ${shellLine(['hgmlp', ...withFlag(command, flag, twice)])}`;
  return `${flag} ${value}${share} has ended the search with ${mostLeft} of ${planned.runs} runs left${ofThem}; ${next}`;
}

/** Gives the command that trains runs of a folder that are not finished: again, or on. */
export function retryLine(folder: string, state: 'failed' | 'stopped' = 'failed'): string {
  return shellLine(['hgmlp', 'retry', `--${state}`, asWord(folder)]);
}

/** How each limit is written, and twice as much of it. */
const flags: Record<LimitName, (values: Values) => { flag: string; value: string; twice: string }> = {
  timeMs: ({ timeLimit }) => {
    return { flag: '--max-time', value: timeLimit!, twice: durationText(2 * parseDuration(timeLimit!)!) };
  },
  runs: ({ maxRuns }) => ({ flag: '--max-runs', value: String(maxRuns), twice: String(2 * maxRuns!) }),
  failures: ({ maxFailures }) => {
    return { flag: '--max-failures', value: String(maxFailures), twice: String(2 * maxFailures!) };
  },
};

/** The words of a command with this value of a flag in place of the one that it had. */
function withFlag(words: readonly string[], flag: string, value: string): string[] {
  const others = words.filter((word, index) => {
    return word !== flag && !word.startsWith(`${flag}=`) && words[index - 1] !== flag;
  });
  return [...others, flag, value];
}
