import { describe, expect, test } from 'vitest';
import { checkRun } from '../../src/run/check-run.js';
import { openCompactResults } from '../../src/run/compact-results.js';
import { versionOf } from '../../src/run/log-format.js';
import {
  decidingKeys,
  decidingMetricOf,
  metricKeys,
  metricOf,
  metricsDecidedBy,
  scoreFrom,
  scoreOf,
  type Measurement,
} from '../../src/run/metrics.js';
import type { FinishedRun } from '../../src/run/run.js';
import { finishedRun } from './runs.js';

const measuredAs = (validation: object, test: object = validation) =>
  ({ ...finishedRun(), validation, test }) as FinishedRun;

const sound: Readonly<Record<string, Measurement>> = {
  accuracy: { accuracy: 0.97, logLoss: 0.1 },
  'accuracy of many classes': { accuracy: 0.5, logLoss: 2, top5Accuracy: 0.8 },
  'accuracy where the AUC is not known': { accuracy: 0.5, logLoss: 2, auc: null },
  error: { rmse: 0, mae: 0, r2: 1 },
  labels: { meanAuc: 0.5, logLoss: 0.7 },
};

describe('A run in a log', () => {
  test.each(Object.entries(sound))('may be measured by %s, and then needs version 4.', (_, measured) => {
    const run = measuredAs(measured);
    expect(checkRun(run)).toBe(true);
    expect(versionOf({ type: 'run', run })).toBe(4);
  });

  test.each<[string, object, object?]>([
    ['no metric that decides', { logLoss: 1 }],
    ['two metrics that decide', { rmse: 1, mae: 1, r2: 0, meanAuc: 1, logLoss: 1 }],
    ['another metric on test', { rmse: 1, mae: 1, r2: 0 }, { accuracy: 1, logLoss: 0 }],
    ['one metric alone where others always stand beside it', { rmse: 1 }],
    ['a share above 1', { accuracy: 1.01, logLoss: 1 }],
    ['an error below 0', { rmse: -1, mae: 1, r2: 0 }],
    ['an error whose squares have no sum', { rmse: 1e151, mae: 1, r2: 0 }],
    ['an R² above 1', { rmse: 1, mae: 1, r2: 1.1 }],
    ['a text', { accuracy: '1', logLoss: 1 }],
    ['null', { accuracy: null, logLoss: 1 }],
  ])('is none where it is measured by %s.', (_, validation, test) => {
    expect(checkRun(measuredAs(validation, test))).toBe(false);
  });

  test('that was imported may leave open all but the metric that decides.', () => {
    const imported = { timing: null, imported: { source: 'a.csv', onlySet: null } };
    const run = { ...measuredAs({ rmse: 1, mae: null, r2: null }), ...imported };
    expect(checkRun(run)).toBe(true);
    expect(checkRun({ ...run, validation: { rmse: null, mae: 1, r2: 1 } })).toBe(false);
  });

  test.each(Object.entries(sound))('keeps its numbers in little memory when measured by %s.', (_, measured) => {
    const compact = openCompactResults();
    const others = [measuredAs({ accuracy: 0.1, logLoss: 1 }), measuredAs(measured, { ...measured, logLoss: 3 })];
    const [first, second] = others.map((run) => compact(run) as FinishedRun);
    expect(first!.validation).toEqual({ accuracy: 0.1, logLoss: 1 });
    expect([second!.validation, second!.test]).toEqual([measured, { ...measured, logLoss: 3 }]);
    expect(second!.timing!.durationMs).toBe(others[1]!.timing!.durationMs);
  });
});

describe('The table of metrics', () => {
  test('has each metric that decides in exactly its own measurements.', () => {
    for (const measured of Object.values(sound))
      expect(metricsDecidedBy(decidingMetricOf(measured))).toEqual(expect.arrayContaining(Object.keys(measured)));
    for (const key of decidingKeys) {
      expect(metricsDecidedBy(key).filter((other) => decidingKeys.some((deciding) => deciding === other))).toEqual([
        key,
      ]);
    }
  });

  test('has columns of different names, and bounds in order.', () => {
    const columns = metricKeys.map((key) => metricOf(key).column);
    expect(new Set(columns).size).toBe(columns.length);
    for (const key of metricKeys) expect(metricOf(key).bounds[0]).toBeLessThan(metricOf(key).bounds[1]);
  });

  test('turns round the score of what is better low, and back.', () => {
    expect(scoreOf({ rmse: 3, mae: 1, r2: 0 })).toBe(-3);
    expect(scoreOf({ accuracy: 0.9, logLoss: 1 })).toBe(0.9);
    expect(scoreFrom('rmse', scoreFrom('rmse', 3))).toBe(3);
    expect(() => scoreOf({ logLoss: 1 })).toThrow(RangeError);
  });
});
