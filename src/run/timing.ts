/**
 * What of the times in logs and checkpoints can be so. Older releases took durations from a clock that may be set while
 * it is read, and whatever a file holds there, its run counts all the same: such a time is just not known.
 */
import { clock } from '../base/clock.js';
import type { Span } from './run.js';

/** Gives when a training began and how long it took, both by one clock. */
export interface TimeInterval {
  readonly startMs: number;
  readonly durationMs: number;
}

const dayMs = 24 * 3_600_000;
/** No training takes longer. */
const longestMs = 366 * dayMs;
/** So far a clock may have been ahead when a run began, by a time zone or an hour of summer, and be set right since. */
const mostAheadMs = dayMs;

/** Times as they were read: of any kind. */
export interface GivenTimes {
  readonly startedAt?: unknown;
  readonly durationMs?: unknown;
}

/**
 * Says when a training began, in milliseconds since 1970, and how long it took. Null, not known, where it began at no
 * time of day or in the future, or took less than nothing or more than a year.
 */
export function knownTime(given: GivenTimes | null): TimeInterval | null {
  const startMs = timeOf(given?.startedAt);
  const durationMs = given?.durationMs;
  return startMs !== null && startMs <= clock.timeOfDay().getTime() + mostAheadMs && isDuration(durationMs)
    ? { startMs, durationMs }
    : null;
}

/** Says whether a value is a duration that a training can have, in milliseconds. */
export function isDuration(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= longestMs;
}

const dateForm = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

function timeOf(value: unknown): number | null {
  const timeMs = typeof value === 'string' && dateForm.test(value) ? Date.parse(value) : NaN;
  return Number.isNaN(timeMs) ? null : timeMs;
}

/** Gives the parts of a training on the clock of its study; null where they are not known, as in older records. */
export function knownSpans(spans: unknown): readonly Span[] | null {
  return Array.isArray(spans) && spans.length > 0 && spans.every(isSpan) ? spans : null;
}

function isSpan(value: unknown): value is Span {
  if (!Array.isArray(value) || value.length !== 2) return false;
  const [fromMs, toMs] = value as unknown[];
  return isMoment(fromMs) && isMoment(toMs) && isDuration(toMs - fromMs);
}

/** A clock that starts at 0 with the study and runs while it trains gets no farther. */
const latestMs = 100 * longestMs;

function isMoment(value: unknown): value is number {
  return typeof value === 'number' && Math.abs(value) <= latestMs;
}
