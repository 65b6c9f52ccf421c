import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isSameResult, preferredRun } from '../../src/run/preferred-run.js';
import type { Run } from '../../src/run/run.js';
import { failedRun, finishedRun } from './runs.js';

const started = (startedAt: string, durationMs = 1200) => ({ startedAt, durationMs, imagesPerSecond: null });
/** Whatever a log may hold there. */
const startedAt = fc.constantFrom<string>(
  ...['2026-01-01T00:00:00.000Z', '2026-01-01T00:00:01.000Z', '2026-02-01T00:00:00.000Z', '9999-01-01T00:00:00.000Z'],
  ...(['yesterday', '', null, 7, -7, ['2026']] as string[]),
);
const timing = fc.option(fc.record({ startedAt, durationMs: fc.nat(3), imagesPerSecond: fc.constant(null) }));

/** Records of one key. */
const record: fc.Arbitrary<Run> = fc.oneof(
  fc.record({ timing, ssim: fc.constantFrom(0.5, 0.6) }).map(({ timing: time, ssim }) => {
    const run = finishedRun(0);
    return { ...run, timing: time, test: { ...run.test, ssim } };
  }),
  fc
    .record({ timing, state: fc.constantFrom('failed', 'diverged'), reason: fc.constantFrom('no memory', 'loss NaN') })
    .map(({ timing: time, state, reason }) => ({ ...failedRun(0), timing: time, state, reason })),
  fc.record({ timing, epochs: fc.nat(2) }).map(({ timing: time, epochs }) => ({ ...stoppedRun(epochs), timing: time })),
);

function stoppedRun(epochs: number): Run {
  const [epoch] = finishedRun(0).curve;
  return { ...failedRun(0), state: 'stopped', curve: Array.from({ length: epochs }, () => epoch!) };
}

describe('of several records of one run, the one that counts', () => {
  test('is the same whatever the order, the steps and the repeats in which they are joined', () => {
    fc.assert(
      fc.property(record, record, record, (a, b, c) => {
        expect(preferredRun(a, b)).toEqual(preferredRun(b, a));
        expect(preferredRun(preferredRun(a, b), c)).toEqual(preferredRun(a, preferredRun(b, c)));
        expect(preferredRun(a, preferredRun(a, b))).toEqual(preferredRun(a, b));
      }),
      { seed: 1, numRuns: 1000 },
    );
  });

  test('is a finished or diverged one before a failed one, however late', () => {
    const failed = { ...failedRun(0), timing: started('2020-01-01T00:00:00.000Z') };
    expect(preferredRun(failed, finishedRun(0))).toEqual(finishedRun(0));
    expect(preferredRun(failed, { ...failed, state: 'diverged' }).state).toBe('diverged');
  });

  test('is the stopped one that came farthest, after what is over and before what failed', () => {
    const failed = failedRun(0);
    expect(preferredRun(stoppedRun(1), stoppedRun(3))).toEqual(stoppedRun(3));
    expect(preferredRun(failed, stoppedRun(1))).toEqual(stoppedRun(1));
    for (const over of [finishedRun(0), { ...failed, state: 'diverged' as const }]) {
      expect(preferredRun(stoppedRun(3), over)).toEqual(over);
    }
  });

  test('is the one that was started first, not the better one', () => {
    const first = { ...finishedRun(0), timing: started('2026-01-01T00:00:00.000Z') };
    const better = { ...first, timing: started('2026-01-02T00:00:00.000Z'), test: { ...first.test, psnrDb: 99 } };
    expect(preferredRun(better, first)).toBe(first);
  });
});

test('two records are the same result whatever their times, and not where a number differs in its last digit', () => {
  const run = finishedRun(0);
  expect(isSameResult(run, { ...run, timing: started('2030-01-01T00:00:00.000Z', 7) })).toBe(true);
  expect(isSameResult(run, { ...run, test: { ...run.test, ssim: 0.9 + 2 ** -53 } })).toBe(false);
});
