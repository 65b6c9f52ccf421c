/** How much time a study has trained, whatever the time of day was meanwhile. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Run, Span } from '../../src/run/run.js';
import type { RunSpec } from '../../src/run/spec.js';
import { studyClock, trainedMs, watchLimits } from '../../src/search/limits.js';
import { finishedRun, searched, specs } from './searches.js';

const noonMs = Date.parse('2026-01-01T12:00:00.000Z');
const hourMs = 3_600_000;

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: noonMs + hourMs }));
afterEach(() => void vi.useRealTimers());

/** The network of that depth, which trains alone. */
const network = (depth: number): RunSpec => ({ ...specs[0]!, arch: { ...specs[0]!.arch, depth } });

/** A run that started so many milliseconds after noon, by the time of day. */
function timed(spec: RunSpec, afterMs: number, durationMs: number, spans?: readonly Span[]): Run {
  const startedAt = new Date(noonMs + afterMs).toISOString();
  return { ...finishedRun(spec), timing: { startedAt, durationMs, imagesPerSecond: null, ...(spans && { spans }) } };
}

describe('The time that runs were in training, by the clock of the study,', () => {
  const first = timed(network(1), 0, 1000, [[0, 1000]]);
  /** Of the time of day before the first one ended. */
  const afterwards = timed(network(2), 500 - hourMs, 1000, [[1000, 2000]]);
  const sideBySide = timed(network(3), hourMs, 1500, [[500, 2000]]);

  test('neither vanishes nor doubles where the time of day was set back or forth between two.', () => {
    expect(trainedMs({ runs: [first, afterwards] })).toBe(2000);
    expect(trainedMs({ runs: [timed(network(2), 0, 1000, [[1000, 2000]]), first] })).toBe(2000);
    expect(trainedMs({ runs: [sideBySide, first, afterwards] })).toBe(2000);
  });

  test('has that of what was stopped.', () => {
    const stopped = [{ keys: ['a'], startedAt: 'yesterday', elapsedMs: -1, spans: [[1900, 2400]] as const }];
    expect(trainedMs({ runs: [first, afterwards], stopped })).toBe(2400);
  });

  test('counts the parts of a training that went on, and not what lies between.', () => {
    const parts: Span[] = [
      [0, 300],
      [5000, 5400],
    ];
    expect(trainedMs({ runs: [timed(network(1), 0, 700, parts), timed(network(2), 0, 1000, [[300, 1300]])] })).toBe(
      1700,
    );
  });

  test('is of a pack that of the whole, and comes to that of older records.', () => {
    const pack = specs.slice(0, 4).map((spec) => timed(spec, 0, 250, [[0, 1000]]));
    expect(trainedMs({ runs: [...pack, timed(network(2), 400, 300)] })).toBe(1300);
  });

  test('is by the time of day where it makes no sense.', () => {
    const odd = [[[7, 3]], [], [[0, 1e300]], 'all', null] as unknown as Span[][];
    for (const spans of odd) expect(trainedMs({ runs: [timed(network(1), 0, 1000, spans)] })).toBe(1000);
  });
});

test.each([
  ['took less than nothing', timed(specs[0]!, 0, -hourMs)],
  ['took thousands of years', timed(specs[0]!, 0, 1e14)],
  ['took what is no number', timed(specs[0]!, 0, null as never)],
  ['began in the future', timed(specs[0]!, 1000 * 24 * hourMs, 700)],
  [
    'began at no time of day',
    { ...finishedRun(specs[0]!), timing: { startedAt: 'x', durationMs: 7, imagesPerSecond: null } },
  ],
])('A run that %s adds no time, and hides none.', (_, odd) => {
  const sound = timed(network(2), 0, 1000);
  expect(trainedMs({ runs: [odd, sound] })).toBe(1000);
  const { startedAt, durationMs } = odd.timing!;
  expect(trainedMs({ runs: [sound], stopped: [{ keys: ['a'], startedAt, elapsedMs: durationMs }] })).toBe(1000);
});

test('The clock of a study that is opened again goes on from the last moment that it knows.', () => {
  const parts: Span[] = [
    [0, 300],
    [900, 4000],
  ];
  const stopped = [{ keys: ['a'], startedAt: '', elapsedMs: 0, spans: [[1900, 5000]] as const }];
  const studyMs = studyClock({ runs: [timed(network(1), 0, 1, parts), timed(network(2), 0, 1)], stopped });
  const [before, after] = [studyMs(), studyMs()];
  expect(before).toBeGreaterThanOrEqual(5000);
  expect(after).toBeGreaterThanOrEqual(before);
  expect(after).toBeLessThan(65_000);
  expect(studyClock({ runs: [] })()).toBeLessThan(60_000);
});

test('A limit on time is kept though the time of day is set forth or back.', () => {
  const limits = { runs: null, failures: null };
  const done = { runs: [timed(network(1), 0, 1000)] };
  const early = watchLimits({ ...limits, timeMs: hourMs }, done);
  const late = watchLimits({ ...limits, timeMs: 1001 }, done);
  vi.setSystemTime(noonMs + 30 * 24 * hourMs);
  expect([early.reached(), early.admits(specs[1]!)]).toEqual([null, true]);
  vi.setSystemTime(0);
  const untilMs = performance.now() + 2;
  while (performance.now() < untilMs);
  expect(late.reached()).toBe('timeMs');
});

test('A run that fails says how long it took and when, though the time of day is set back meanwhile.', async () => {
  let studyMs = 700;
  const { recorded } = await searched({
    specs: specs.slice(0, 1),
    studyMs: () => studyMs,
    train() {
      vi.setSystemTime(noonMs - hourMs);
      studyMs = 900;
      return Promise.reject(new Error('no such luck'));
    },
  });
  const { timing } = recorded[0]!;
  expect(timing!.durationMs).toBeGreaterThanOrEqual(0);
  expect(timing!.durationMs).toBeLessThan(hourMs);
  expect(timing).toMatchObject({ startedAt: new Date(noonMs + hourMs).toISOString(), spans: [[700, 900]] });
});
