/**
 * Which of several records of one run counts. The answer is the same in whatever order they are read, so logs may be
 * joined in any order, in any number of steps, and more than once.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Run } from './run.js';

/**
 * A finished or diverged run before one that was stopped, of those the one that came farthest, and that before a failed
 * one; then the one that was started first; then the first by its text.
 */
export function preferredRun(left: Run, right: Run): Run {
  return compareRecords(left, right) <= 0 ? left : right;
}

/** Whether both say the same of the network. When they were trained, and how long it took, may differ. */
export function isSameResult(left: Run, right: Run): boolean {
  return isDeepStrictEqual({ ...left, timing: null }, { ...right, timing: null });
}

function compareRecords(left: Run, right: Run): number {
  return (
    rankOf(left) - rankOf(right) ||
    (left.state === 'stopped' ? right.curve.length - left.curve.length : 0) ||
    compareText(startOf(left), startOf(right)) ||
    compareText(JSON.stringify(left), JSON.stringify(right))
  );
}

const ranks = { finished: 0, diverged: 0, stopped: 1, failed: 2 } as const;

function rankOf({ state }: Run): number {
  return ranks[state];
}

/** ISO 8601 in UTC sorts as text, and what else a log holds there does so too: the time now must not decide. */
function startOf({ timing }: Run): string {
  const startedAt: unknown = timing?.startedAt;
  return typeof startedAt === 'string' ? startedAt : '';
}

function compareText(left: string, right: string): number {
  return left === right ? 0 : left < right ? -1 : 1;
}
