/** `--max-time`, `--max-runs` and `--max-failures` of a search: what they allow, and what is said once one has ended it. */
import { durationText, parseDuration } from '../config/duration.js';
import { keyOf } from '../run/key.js';
import type { Run, RunSpec } from '../run/run.js';
import { shareOfLimits, watchLimits, type LimitName, type Limits, type LimitWatch } from '../search/limits.js';
import type { Shard } from '../search/shard.js';
import type { CommandContext } from './context.js';
import { shellLine } from './shell-line.js';

type Values = CommandContext['values'];

export function limitsOf({ timeLimit, maxRuns, maxFailures }: Values): Limits {
  return { timeMs: timeLimit === null ? null : parseDuration(timeLimit), runs: maxRuns, failures: maxFailures };
}

/** A plan as it must be known to count what the log holds of it. */
interface LimitedPlan {
  readonly shard: Shard | null;
  /** Enumerates anew at each call. */
  specs(): Iterable<RunSpec>;
}

/** Watches over the share of a plan; undefined where nothing limits it. What is known is the runs of the log, by key. */
export function limitsFor(plan: LimitedPlan, values: Values) {
  const limits = shareOfLimits(limitsOf(values), plan.shard);
  if (Object.values(limits).every((limit) => limit === null)) return undefined;
  return (known: ReadonlyMap<string, Run>): LimitWatch => {
    const keys = known.size === 0 ? [] : [...new Set(Array.from(plan.specs(), keyOf))];
    return watchLimits(
      limits,
      keys.flatMap((key) => known.get(key) ?? []),
    );
  };
}

export interface Deadline {
  /** Aborted once the time is up. */
  readonly signal: AbortSignal;
  release(): void;
}

/** Timers hold no longer time; in milliseconds. */
const longestTimer = 2 ** 31 - 1;

/** @param atMs milliseconds since 1970; null for none */
export function openDeadline(atMs: number | null, onReached: () => void): Deadline {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const wait = (untilMs: number) => {
    const leftMs = untilMs - Date.now();
    if (leftMs > 0) timer = setTimeout(() => wait(untilMs), Math.min(leftMs, longestTimer));
    else {
      controller.abort();
      onReached();
    }
  };
  if (atMs !== null) wait(atMs);
  return { signal: controller.signal, release: () => clearTimeout(timer) };
}

export interface EndedSearch {
  readonly limit: LimitName;
  readonly planned: number;
  /** In plan order, as far as they have ended. */
  readonly runs: readonly Run[];
  readonly folder: string;
  /** The words of the command that goes on. */
  readonly command: readonly string[];
}

/** What the user reads: which limit it was, how much of the plan is left, and what goes on. */
export function endedLine({ limit, planned, runs, folder, command }: EndedSearch, values: Values): string {
  const failed = runs.filter(({ state }) => state === 'failed').length;
  const left = planned - runs.length + failed;
  const ofThem = failed === 0 ? '' : `, ${failed} of them failed`;
  const { flag, value, twice } = flags[limit](values);
  const share = values.shard === null || limit === 'timeMs' ? '' : ', its share for this shard,';
  const next =
    limit === 'failures'
      ? `mend the cause, then go on with: ${retryLine(folder)} && ${shellLine(['hgmlp', ...command])}`
      : `go on with: ${shellLine(['hgmlp', ...withFlag(command, flag, twice)])}`;
  return `${flag} ${value}${share} has ended the search with ${left} of ${planned} runs left${ofThem}; ${next}`;
}

/** The command that trains the failed runs of a folder again. */
export function retryLine(folder: string): string {
  return shellLine(['hgmlp', 'retry', '--failed', folder]);
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
