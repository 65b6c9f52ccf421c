/**
 * Which of several records of one run counts. The answer is the same in whatever order they are read, so logs may be
 * joined in any order, in any number of steps, and more than once.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Run, RunResult } from './run.js';

/**
 * Chooses between two records of one run: a finished or diverged one before one that was stopped (of several of these
 * the one with the most epochs), and that before a failed one; then the one that was started first; then the first by
 * its text.
 */
export function preferredRun(left: Run, right: Run): Run {
  const order = compareOutcomes(left, right) || compareText(JSON.stringify(left), JSON.stringify(right));
  return order <= 0 ? left : right;
}

/** Chooses in the same way where the curves are not at hand; null where only the text of the runs can decide. */
export function preferredResult(left: RunResult, right: RunResult): RunResult | null {
  const order = compareOutcomes(left, right);
  if (order === 0) return isDeepStrictEqual(asPlainData(left), asPlainData(right)) ? left : null;
  return order < 0 ? left : right;
}

function asPlainData(result: RunResult) {
  const { spec, curve, timing, imported } = result;
  const outcome = result.state === 'finished' ? [result.validation, result.test] : [result.reason, result.curve];
  return { spec, epochs: curve.length, timing, imported, outcome };
}

/** Says whether both runs have the same outcome. When they were trained, and how long it took, may differ. */
export function isSameResult(left: Run, right: Run): boolean {
  return isDeepStrictEqual({ ...left, timing: null }, { ...right, timing: null });
}

function compareOutcomes(left: RunResult, right: RunResult): number {
  return (
    rankOf(left) - rankOf(right) ||
    (left.state === 'stopped' ? right.curve.length - left.curve.length : 0) ||
    compareText(startOf(left), startOf(right))
  );
}

const ranks = { finished: 0, diverged: 0, stopped: 1, failed: 2 } as const;

function rankOf({ state }: RunResult): number {
  return ranks[state];
}

/** ISO 8601 in UTC sorts as text, and what else a log holds there does so too: the time now must not decide. */
function startOf({ timing }: RunResult): string {
  const startedAt: unknown = timing?.startedAt;
  return typeof startedAt === 'string' ? startedAt : '';
}

function compareText(left: string, right: string): number {
  return left === right ? 0 : left < right ? -1 : 1;
}
