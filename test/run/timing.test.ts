import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { openRunLog, readRunLog } from '../../src/run/log.js';
import type { Run } from '../../src/run/run.js';
import { knownSpans, knownTime } from '../../src/run/timing.js';
import { finishedRun } from './runs.js';

const startedAt = '2026-01-01T00:00:00.000Z';
const startMs = Date.parse(startedAt);
const hourMs = 3_600_000;
const fromNow = (ms: number) => new Date(Date.now() + ms).toISOString();

describe('what a log says of a time', () => {
  test('is known where it can be so', () => {
    for (const durationMs of [0, 1200, 300 * 24 * hourMs]) {
      expect(knownTime({ startedAt, durationMs })).toEqual({ startMs, durationMs });
    }
    expect(knownTime({ startedAt: '1970-01-01T00:00:07Z', durationMs: 5 })).toEqual({ startMs: 7000, durationMs: 5 });
  });

  test('is known though the clock was an hour ahead when the run began, and has been set back since', () => {
    expect(knownTime({ startedAt: fromNow(hourMs), durationMs: 5 })?.durationMs).toBe(5);
  });

  test.each([-1, -hourMs, 400 * 24 * hourMs, 1e300, Infinity, NaN, null, undefined, '5', [5]])(
    'is not known where it took %s ms',
    (durationMs) => {
      expect(knownTime({ startedAt, durationMs })).toBeNull();
    },
  );

  test('is not known where the clock was days ahead', () => {
    expect(knownTime({ startedAt: fromNow(48 * hourMs), durationMs: 5 })).toBeNull();
  });

  test.each(['', 'yesterday', 'run 1', '2026-13-01T00:00:00.000Z', '9999-01-01T00:00:00Z', 0, null])(
    'is not known where it began at %s',
    (given) => {
      expect(knownTime({ startedAt: given, durationMs: 5 })).toBeNull();
    },
  );

  test('is not known where there is nothing', () => {
    expect([knownTime(null), knownTime({})]).toEqual([null, null]);
  });
});

test('parts of a training on the clock of its study are known together or not at all', () => {
  const spans = [
    [-5, 10],
    [20, 20],
  ];
  expect(knownSpans(spans)).toEqual(spans);
  const unknown = [undefined, null, [], 'x', [[1]], [[1, 2, 3]], [[2, 1]], [[1, null]], [[0, 1e300]], [[1e300, 1e300]]];
  for (const given of unknown) expect(knownSpans(given)).toBeNull();
  expect(knownSpans([...spans, [3, 2]])).toBeNull();
});

describe('a run whose log says what no time can be', () => {
  test.each([
    ['less than nothing', { durationMs: -3_600_000 }],
    ['thousands of years', { durationMs: 1e14 }],
    ['what is no number', { durationMs: null, imagesPerSecond: 'NaN' }],
    ['from no time of day on', { startedAt: 'yesterday' }],
    ['from nothing on', { startedAt: null }],
    ['no part of its own', { spans: 'all' }],
  ])('is read all the same, and written as it was: %s', async (_, times) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'hgmlp-timing-'));
    const run = finishedRun(0);
    const odd = { ...run, timing: { ...run.timing!, ...times } } as Run;
    const log = await openRunLog(folder);
    await log.append(odd);
    await log.close();
    const { runs, problems } = await readRunLog(folder);
    expect([[...runs.values()], problems]).toEqual([[odd], []]);
    rmSync(folder, { recursive: true });
  });
});
