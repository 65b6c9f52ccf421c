/** Run logs: sound ones, and ones whose lines or records are none, with and without the right checksum. */
import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { encodeLine, headerRecord } from '../../src/run/log-format.js';
import { keyOf } from '../../src/run/key.js';
import type { Measurement } from '../../src/run/metrics.js';
import type { Run } from '../../src/run/run.js';
import type { RunSpec } from '../../src/run/spec.js';
import { hostileValues, taskNames } from './config-inputs.js';
import { damaged, rarely } from './mutations.js';

const hugeNumbers = fc.constantFrom(0, -0, 1e308, -1e308, 1e-320, 5e-324, -1, 1e15, 0.1);
const psnrDb = rarely(fc.double({ min: 5, max: 40, noNaN: true }), hugeNumbers, 60);
const counts = rarely(fc.integer({ min: 1, max: 900 }), fc.constantFrom(0, 2 ** 53 - 1, 1e9), 100);
const texts = rarely(
  fc.constant('no memory'),
  fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('=cmd()', '<script>', '\u001b[2J', '', '../../x', '\ud800')),
  3,
);

export const specs = (task: string): fc.Arbitrary<RunSpec> =>
  fc.record({
    task: rarely(fc.constant(task), taskNames, 200),
    arch: fc.record({
      // Few, so that networks have replicates.
      skipWidth: rarely(fc.constantFrom(8, 16, 40), counts, 4),
      bottleneckWidth: rarely(fc.constantFrom(4, 12, 60), counts, 4),
      depth: rarely(fc.constantFrom(1, 1, 2), counts, 10),
      inputProjection: fc.constantFrom('trainable' as const, 'trainable' as const, 'fixed' as const),
      outputProjection: fc.constant('trainable' as const),
    }),
    recipe: fc.record({
      epochs: rarely(fc.constant(2), counts, 60),
      batchSize: fc.constant(128),
      learningRate: rarely(fc.constantFrom(1e-3, 3e-3), hugeNumbers, 60),
      learningRateStep: fc.constant('epoch' as const),
      patience: rarely(fc.constant(undefined), fc.nat(3), 60),
      weightDecay: fc.constant(0.01),
      flips: fc.constant(1 as const),
      seed: fc.constant(1),
      replicate: fc.nat(3),
    }),
    engine: fc.constantFrom('onnx-cpu', 'imported'),
  });

const pictured = fc.record({
  meanSquaredError: rarely(fc.constant(0.004), hugeNumbers, 40),
  psnrDb,
  psnrOfMeanDb: psnrDb,
});
/** What tasks without pictures are measured by. */
const otherwise = fc.oneof(
  fc.record({
    accuracy: rarely(fc.double({ min: 0, max: 1, noNaN: true }), hugeNumbers, 20),
    logLoss: fc.constant(0.5),
  }),
  fc.record({
    rmse: rarely(fc.double({ min: 0, max: 9, noNaN: true }), hugeNumbers, 20),
    mae: fc.constant(1),
    r2: rarely(fc.constant(0.5), hugeNumbers, 20),
  }),
  fc.record({ meanAuc: fc.constant(0.9), logLoss: fc.constant(0.1), psnrDb }, { requiredKeys: ['meanAuc', 'logLoss'] }),
);
const measured: fc.Arbitrary<Measurement> = rarely(pictured, otherwise, 30);
const epochs = fc.record({
  epoch: counts,
  learningRate: fc.constant(1e-3),
  trainLoss: fc.constant(0.1),
  validation: measured,
});

/** Runs of a task, as a log holds them. */
export const runs = (task: string): fc.Arbitrary<Run> =>
  fc
    .tuple(
      specs(task),
      rarely(fc.constant('finished' as const), fc.constantFrom('diverged' as const, 'failed' as const), 6),
      fc.tuple(measured, measured, fc.array(epochs, { maxLength: 2 })),
      fc.record({
        startedAt: rarely(fc.constant('2026-01-01T00:00:00.000Z'), texts, 30),
        durationMs: rarely(fc.constant(9), hugeNumbers, 20),
      }),
      texts,
      rarely(fc.constant(null), texts, 40),
    )
    .map(([spec, state, [validation, test, curve], times, reason, otherKey]): Run => {
      const outcome = { key: otherKey ?? keyOf(spec), spec, curve, timing: { ...times, imagesPerSecond: null } };
      return state === 'finished'
        ? { ...outcome, state, validation, test: { ...test, ssim: 0.9 } }
        : { ...outcome, state, reason };
    });

/** A sound record with a value in it that is another: the checksum is right all the same. */
const changedRecords = (task: string) =>
  runs(task)
    .chain((run) => changed({ type: 'run', run }))
    .map((record) => withChecksum(JSON.stringify(record)));

/** Plain data with a value in it that is another. */
export function changed(sound: object): fc.Arbitrary<object> {
  return fc.tuple(fc.nat(), hostileValues).map(([where, value]) => {
    const copy = JSON.parse(JSON.stringify(sound)) as object;
    const places = placesIn(copy);
    const [holder, key] = places[where % places.length]!;
    holder[key] = value instanceof Date || typeof value === 'bigint' ? String(value) : value;
    return copy;
  });
}

function placesIn(value: object): [Record<string, unknown>, string][] {
  const holder = value as Record<string, unknown>;
  return Object.keys(holder).flatMap((key) => {
    const item = holder[key];
    return [
      [holder, key] as [Record<string, unknown>, string],
      ...(item !== null && typeof item === 'object' ? placesIn(item) : []),
    ];
  });
}

function withChecksum(text: string): string {
  const checksum = createHash('sha256').update(text).digest('hex').slice(0, 16);
  return `{"checksum":"${checksum}","record":${text}}\n`;
}

const strange = fc
  .oneof(
    fc.constantFrom(
      'null',
      '[]',
      '{}',
      '{"type":"run"}',
      '{"type":"run","run":null}',
      '{"type":"header","version":1e999}',
    ),
    fc.constantFrom(
      '{"type":"header","version":3}',
      '{"type":"header","version":-1}',
      '{"__proto__":{"type":"run"}}',
      '"x"',
    ),
    fc.constantFrom('['.repeat(20_000), `{"type":"run","run":${'[1,'.repeat(3000)}${']'.repeat(3000)}}`),
    fc.json(),
  )
  .map(withChecksum);

/** A log file with runs of a task. */
export function logFiles(task: string): fc.Arbitrary<Buffer> {
  const line = fc.oneof(
    { weight: 80, arbitrary: runs(task).map((run) => encodeLine({ type: 'run', run })) },
    { weight: 2, arbitrary: changedRecords(task) },
    { weight: 1, arbitrary: strange },
  );
  const whole = fc
    .array(line, { maxLength: 14, size: 'max' })
    .map((lines) => Buffer.from(encodeLine(headerRecord(1)) + lines.join('')));
  return damaged(whole, 3);
}
