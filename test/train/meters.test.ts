/** What networks are measured by, against scikit-learn. */
import { describe, expect, test } from 'vitest';
import type { MetricKey, TaskMetrics } from '../../src/run/metrics.js';
import type { Meter } from '../../src/train/meter.js';
import { openMeter, readsOutputs, type MeterSetting } from '../../src/train/meters.js';
import { areaUnderCurve } from '../../src/train/ranks.js';
import goldens from '../golden/scores.json' with { type: 'json' };

function meterOf(metrics: readonly [string, ...string[]], output: number, errorUnit = 1): Meter {
  const task: MeterSetting['task'] = {
    dimensions: { input: 1, output },
    metrics: metrics as unknown as TaskMetrics,
    pictures: null,
  };
  return openMeter({ task, errorUnit, set: 'validation' });
}

/** In batches of 7 items, as the last of a set may be smaller. */
function measure(meter: Meter, targets: readonly (readonly number[])[], outputs: readonly (readonly number[])[]) {
  for (let start = 0; start < targets.length; start += 7) {
    const target = Float32Array.from(targets.slice(start, start + 7).flat());
    const size = Math.min(7, targets.length - start);
    const output = Float32Array.from(outputs.slice(start, start + 7).flat());
    meter.add({ input: new Float32Array(size), target, size }, 0, output);
  }
  return meter.measured();
}

function expectClose(measured: object, expected: Readonly<Record<string, number | null>>) {
  expect(Object.keys(measured).sort()).toEqual(Object.keys(expected).sort());
  for (const [key, value] of Object.entries(expected)) {
    const got = (measured as Record<string, number | null>)[key]!;
    if (value === null) expect(got).toBeNull();
    else expect(Math.abs(got - value) / Math.max(1, Math.abs(value)), key).toBeLessThan(1e-12);
  }
}

describe('The metrics of scikit-learn', () => {
  test.each(goldens.classes)('are ours for classes: $name.', ({ classes, labels, logits, measured }) => {
    const targets = labels.map((label) => Array.from({ length: classes }, (_, place) => Number(place === label)));
    const asked: readonly MetricKey[] = ['logLoss', 'auc', ...(classes > 5 ? (['top5Accuracy'] as const) : [])];
    expectClose(measure(meterOf(['accuracy', ...asked], classes), targets, logits), measured);
  });

  test.each(goldens.labels)('are ours for labels: $name.', ({ labels, logits, measured }) => {
    expectClose(measure(meterOf(['meanAuc', 'logLoss'], labels[0]!.length), labels, logits), measured);
  });

  test.each(goldens.numbers)('are ours for numbers: $name.', ({ targets, outputs, unit, measured }) => {
    expectClose(measure(meterOf(['rmse', 'mae', 'r2'], targets[0]!.length, unit), targets, outputs), measured);
  });
});

describe('A meter', () => {
  test('measures the area and top-5 accuracy only where its task has them.', () => {
    const measured = measure(meterOf(['accuracy', 'logLoss'], 2), [[1, 0]], [[3, 1]]);
    expect(Object.keys(measured)).toEqual(['accuracy', 'logLoss']);
  });

  test('takes the first of equal outputs for the larger one.', () => {
    const targets = [
      [1, 0, 0],
      [0, 1, 0],
    ];
    const measured = measure(meterOf(['accuracy'], 3), targets, [
      [2, 2, 2],
      [2, 2, 2],
    ]);
    expect([measured.accuracy, measured.logLoss]).toEqual([0.5, Math.log(3)]);
  });

  test('has a log loss for logits whose exponential no number holds.', () => {
    const measured = measure(meterOf(['accuracy'], 2), [[1, 0]], [[-2000, 3000]]);
    expect(measured.logLoss).toBe(5000);
    expect(measure(meterOf(['meanAuc'], 1), [[1], [0]], [[-3000], [1000]]).logLoss).toBe(2000);
  });

  test('refuses a set without a batch, and labels none of which has both values.', () => {
    for (const metrics of [['accuracy'], ['rmse'], ['psnrDb']] as const) {
      expect(() => meterOf(metrics, 2).measured()).toThrow(RangeError);
    }
    expect(() => measure(meterOf(['meanAuc'], 1), [[1], [1]], [[1], [2]])).toThrow(/a label with both values/);
  });

  test('reads outputs on validation, but for pictures, whose losses tell all.', () => {
    const task = { dimensions: { input: 1, output: 1 }, pictures: null };
    const readsOn = (metric: TaskMetrics[0], set: 'validation' | 'test') =>
      readsOutputs({ ...task, metrics: [metric] }, set);
    expect([readsOn('psnrDb', 'validation'), readsOn('psnrDb', 'test')]).toEqual([false, true]);
    expect((['accuracy', 'rmse', 'meanAuc'] as const).every((metric) => readsOn(metric, 'validation'))).toBe(true);
  });
});

describe('The area under the curve', () => {
  test.each([
    ['one half where all scores are equal', [1, 1, 1, 1], [true, false, true, false], 0.5],
    ['1 where all positives are above', [3, 1, 4, 2], [true, false, true, false], 1],
    ['0 where they are below', [1, 3, 2, 4], [true, false, true, false], 0],
    ['null where all are positive', [1, 2], [true, true], null],
    ['null where none is', [1, 2], [false, false], null],
    ['null where there is nothing', [], [], null],
  ])('is %s.', (_, scores, isPositive, expected) => {
    expect(areaUnderCurve(scores, isPositive)).toBe(expected);
  });

  test('comes to an end where a score is no number.', () => {
    expect(areaUnderCurve([NaN, NaN, 1], [true, false, true])).toBeTypeOf('number');
  });
});
