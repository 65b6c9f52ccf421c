/** What stands in a fleet's Redis, where anybody may have put it: jobs for a worker; progress and results for a search. */
import * as fc from 'fast-check';
import {
  jobMessage,
  parseJob,
  parseProgress,
  parseResult,
  resultText,
  type Result,
} from '../../src/execute/fleet/messages.js';
import { checkRun } from '../../src/run/check-run.js';
import { keyOf } from '../../src/run/key.js';
import type { EpochRecord, Run } from '../../src/run/run.js';
import type { RunSpec } from '../../src/run/spec.js';
import { digits, undrawnSheet } from '../run/sheets.js';
import { hostileValues, taskNames } from './config-inputs.js';
import { changed } from './log-inputs.js';
import { damaged, rarely } from './mutations.js';
import { target, type Verdict } from './target.js';

const isRun: (value: unknown) => boolean = checkRun;
const kind = { version: '0.1.0', engine: 'onnx-cpu' };

const specOf = (task: string, replicate: number, depth: number): RunSpec => ({
  task,
  arch: { skipWidth: 40, bottleneckWidth: 8, depth, inputProjection: 'trainable', outputProjection: 'trainable' },
  recipe: {
    ...{ epochs: 2, batchSize: 128, learningRate: 1e-3, learningRateStep: 'epoch', weightDecay: 0.01 },
    ...{ flips: 1, seed: 1, replicate },
  },
  engine: kind.engine,
});

const packs = fc
  .tuple(rarely(fc.constant('mnist/denoising'), taskNames, 20), fc.uniqueArray(fc.nat(4), { minLength: 1 }))
  .map(([task, replicates]) => replicates.map((replicate) => specOf(task, replicate, 2)));

/** Plain data: a sound message, one with another value in it, one whose text is damaged, or no message at all. */
function messages(sound: fc.Arbitrary<object>): fc.Arbitrary<unknown> {
  const asText = sound.map((message) => Buffer.from(JSON.stringify(message)));
  return fc.oneof(
    { weight: 8, arbitrary: sound },
    { weight: 8, arbitrary: sound.chain(changed) },
    { weight: 3, arbitrary: damaged(asText, 1).map((bytes) => parsed(bytes.toString())) },
    { weight: 1, arbitrary: hostileValues },
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** What it throws rejects. */
function inTurn<Input>(feed: (input: Input) => Verdict | void): (input: Input) => Promise<Verdict | void> {
  return (input) => Promise.resolve(input).then(feed);
}

const job = target<{ readonly message: unknown }>({
  name: 'queue, jobs',
  share: 6,
  inputs: messages(packs.map((pack) => jobMessage(pack, kind))).map((message) => ({ message })),
  feed: inTurn(({ message }) => {
    const pack = parseJob(message, kind);
    // What a worker asks of it before it trains, and what names its result.
    if (new Set(pack.map(keyOf)).size !== pack.length) throw new Error('a pack that has a run twice');
    if (pack.some(({ task }) => task.startsWith('folder:'))) throw new Error('a task that is a path');
  }),
  least: { accepted: 0.2, refused: 0.2 },
});

const asked = [specOf('mnist/denoising', 0, 2), specOf('mnist/denoising', 1, 2)];
const measured = { meanSquaredError: 0.004, psnrDb: 24, psnrOfMeanDb: 24 };
const epochOf = (epoch: number): EpochRecord => ({ epoch, learningRate: 1e-3, trainLoss: 0.1, validation: measured });
const sizes = fc.record({ width: fc.nat(2 ** 15), height: fc.nat(2 ** 15) });
const sheets = fc
  .tuple(rarely(fc.constant(undefined), sizes, 4), fc.string())
  .map(([size, text]) => undrawnSheet(text, digits, size));

const results: fc.Arbitrary<Result> = fc.oneof(
  {
    weight: 9,
    arbitrary: fc
      .tuple(fc.constantFrom(1, 2, 2, 2, 3), rarely(fc.constant(null), sheets, 4))
      .map(([length, sheet]) => ({
        type: 'runs' as const,
        runs: asked.map((spec): Run => ({
          ...{ key: keyOf(spec), spec, state: 'finished' as const },
          curve: Array.from({ length }, (_, index) => epochOf(index + 1)),
          ...{ validation: measured, test: { ...measured, ssim: 0.9 } },
          timing: { startedAt: '2026-01-01T00:00:00.000Z', durationMs: 9, imagesPerSecond: null },
        })),
        sheets: [sheet, null],
      })),
  },
  { weight: 1, arbitrary: fc.string().map((reason) => ({ type: 'out of memory' as const, reason })) },
);

const resultTexts = fc.oneof(
  { weight: 4, arbitrary: results.map(resultText) },
  {
    weight: 4,
    arbitrary: results
      .chain((result) => changed(JSON.parse(resultText(result)) as object))
      .map((message) => JSON.stringify(message)),
  },
  {
    weight: 2,
    arbitrary: damaged(
      results.map((result) => Buffer.from(resultText(result))),
      1,
    ).map(String),
  },
);

const result = target<{ readonly text: string }>({
  name: 'queue, results',
  share: 6,
  inputs: resultTexts.map((text) => ({ text })),
  feed: inTurn(({ text }) => {
    const answer = parseResult(text, asked);
    const runs = answer.type === 'runs' ? answer.runs : [];
    // Whatever it says, it is of the runs that were asked for.
    if (!runs.every((run) => isRun(run))) throw new Error('a run that the log does not take');
    if (runs.some(({ key }, place) => key !== keyOf(asked[place]!))) throw new Error('a run that nobody asked for');
  }),
  least: { accepted: 0.2, refused: 0.2 },
});

const progress = target<{ readonly message: unknown }>({
  name: 'queue, progress',
  share: 3,
  inputs: messages(
    fc.oneof(
      fc.tuple(fc.nat(2), fc.nat(3)).map(([place, epoch]) => ({ type: 'epoch', place, epoch: epochOf(epoch) })),
      fc.string({ unit: 'binary' }).map((reason) => ({ type: 'unable', reason })),
    ),
  ).map((message) => ({ message })),
  feed: inTurn(({ message }) => {
    const told = parseProgress(message, asked);
    if (told?.type === 'unable' && /\p{Cc}/u.test(told.reason)) throw new Error('a reason that steers the terminal');
    if (told?.type === 'epoch' && asked[told.place] === undefined) throw new Error('an epoch of no run');
    return told === null ? 'refused' : 'accepted';
  }),
  least: { accepted: 0.2, refused: 0.2 },
});

export const queueTargets = [job, result, progress];
