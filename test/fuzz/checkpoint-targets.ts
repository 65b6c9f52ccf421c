/** A checkpoint on its way into a training that goes on from it. */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import * as fc from 'fast-check';
import type { TaskData } from '../../src/data/task-data.js';
import { findTask } from '../../src/data/tasks.js';
import { checkpointFile, encodeCheckpoint, type Checkpoint } from '../../src/run/checkpoint.js';
import type { RunSpec } from '../../src/run/spec.js';
import { openKeeper } from '../../src/train/checkpoints.js';
import { openNetwork } from '../../src/train/network.js';
import { beginning, timingOf } from '../../src/train/progress.js';
import { hostileValues } from './config-inputs.js';
import { damaged, rarely } from './mutations.js';
import { target } from './target.js';

const epochsAsked = 3;
const spec = (replicate: number): RunSpec => ({
  task: 'elsewhere/small?input=4&output=4&images=256',
  arch: { skipWidth: 5, bottleneckWidth: 3, depth: 1, inputProjection: 'trainable', outputProjection: 'trainable' },
  recipe: {
    ...{ epochs: epochsAsked, batchSize: 128, learningRate: 1e-3, learningRateStep: 'epoch', weightDecay: 0.01 },
    ...{ flips: 1, seed: 1, replicate },
  },
  engine: 'onnx-cpu',
});
const pack = [spec(0)];
const keys = beginning(pack).pack.map(({ key }) => key);
/** All that going on asks of it: it trains nothing. */
const data = { task: findTask(pack[0]!.task), trainingImages: 256 } as TaskData;
const network = await openNetwork(beginning(pack).pack, data);
const sizes = await sizesOfArrays();

/** By name, as a checkpoint of this network holds them. */
async function sizesOfArrays(): Promise<[string, number][]> {
  const [state] = await network.state();
  const { weights, running, optimiser } = state!;
  const all = (what: string, arrays: ReadonlyMap<string, Float32Array>) =>
    [...arrays].map(([name, { length }]): [string, number] => [`0 ${what} ${name}`, length]);
  return [
    ...all('weights', weights),
    ...running.flatMap(({ mean, variance }, index): [string, number][] => [
      [`0 mean ${index}`, mean.length],
      [`0 variance ${index}`, variance.length],
    ]),
    ...all('first moment', optimiser.firstMoment),
    ...all('second moment', optimiser.secondMoment),
  ];
}

const value = fc.constantFrom(0, 0.5, -1, 1e-38, 3e38, NaN, Infinity);
const measured = { meanSquaredError: 0.004, psnrDb: 24, psnrOfMeanDb: 24 };
const count = rarely(fc.nat(2), fc.constantFrom(3, 4, -1, 0.5, 1e300, 2 ** 40, 2 ** 53 - 1), 25);
const curveOf = (length: number) =>
  Array.from({ length }, (_, index) => ({
    epoch: index + 1,
    learningRate: 1e-3,
    trainLoss: 0.1,
    validation: measured,
  }));

const soundArrays = fc.array(value, { minLength: sizes.length, maxLength: sizes.length }).map((values) => {
  return new Map(sizes.map(([name, length], index) => [name, new Float32Array(length).fill(values[index]!)]));
});
/** One is missing, too many, or of another size. */
const otherArrays = fc.tuple(soundArrays, fc.nat(sizes.length - 1), fc.nat(40)).map(([arrays, index, length]) => {
  const [name] = sizes[index]!;
  const changed = new Map(arrays);
  if (length === 0) changed.delete(name);
  else changed.set(length === 1 ? 'another' : name, new Float32Array(length));
  return changed;
});

const checkpoints: fc.Arbitrary<Checkpoint> = fc
  .record({
    epoch: count,
    step: count,
    curveLength: rarely(fc.constant(null), fc.nat(5), 20),
    diverged: rarely(fc.constant(null), fc.constantFrom('a loss', '\u001b[2J\n'), 20),
    lossSum: rarely(fc.constant(12), fc.constant(null), 20),
    startedAt: rarely(
      fc.constant('2026-01-01T00:00:00.000Z'),
      fc.constantFrom('', 'now', '+275760-09-13T00:00:00.001Z'),
      20,
    ),
    elapsedMs: rarely(fc.constant(9), fc.constantFrom(-1, 1e308), 20),
    images: count,
    arrays: rarely(soundArrays, otherArrays, 8),
    keys: rarely(fc.constant(keys), fc.constantFrom([], ['x'], [...keys, ...keys]), 25),
  })
  .map(({ curveLength, diverged, lossSum, ...rest }) => {
    const length = curveLength ?? (Number.isInteger(rest.epoch) ? Math.min(5, Math.max(0, rest.epoch)) : 0);
    return { ...rest, members: [{ curve: curveOf(length), diverged, lossSum }], trainingMs: 5 };
  });

/** The document with a value in it that is another, such as an array of 2^40 values. */
const changedDocuments = fc
  .tuple(
    checkpoints,
    fc.constantFrom('keys', 'members', 'arrays', 'epoch', 'startedAt'),
    rarely(hostileValues, arraysThatAreNone(), 2),
  )
  .map(([checkpoint, key, other]) => withDocument(encodeCheckpoint(checkpoint), key, other));

function arraysThatAreNone(): fc.Arbitrary<unknown> {
  return fc.constantFrom(
    [{ name: 'a', length: 2 ** 40 }],
    [{ name: 'a', length: 2 ** 53 - 1 }],
    [{ name: 'a', length: -8 }],
    [
      { name: 'a', length: 1 },
      { name: 'a', length: 1 },
    ],
    Array.from({ length: 1000 }, (_, index) => ({ name: String(index), length: 2 ** 30 })),
  );
}

function withDocument(bytes: Uint8Array, key: string, other: unknown): Buffer {
  const start = bytes.indexOf(0x0a) + 1;
  const length = Buffer.from(bytes).readUInt32LE(start);
  const document = JSON.parse(Buffer.from(bytes.subarray(start + 4, start + 4 + length)).toString()) as object;
  const plain = typeof other === 'bigint' ? String(other) : other;
  const text = Buffer.from(JSON.stringify({ ...document, [key]: plain }));
  const lengthBytes = Buffer.alloc(4);
  lengthBytes.writeUInt32LE(text.length);
  return Buffer.concat([bytes.subarray(0, start), lengthBytes, text, bytes.subarray(start + 4 + length)]);
}

/** With the checksum that it now has. */
function withChecksum(bytes: Buffer): Buffer {
  const content = bytes.subarray(0, Math.max(0, bytes.length - 32));
  return Buffer.concat([content, createHash('sha256').update(content).digest()]);
}

const files = fc.oneof(
  { weight: 10, arbitrary: checkpoints.map((checkpoint) => Buffer.from(encodeCheckpoint(checkpoint))) },
  { weight: 2, arbitrary: changedDocuments.map(withChecksum) },
);

interface Input {
  readonly bytes: Buffer;
}

const checkpoint = target<Input>({
  name: 'checkpoint',
  share: 12,
  inputs: fc
    .tuple(damaged(files, 3), fc.boolean())
    .map(([bytes, mended]) => ({ bytes: mended ? withChecksum(bytes) : bytes })),
  lay({ bytes }) {
    mkdirSync('results/checkpoints', { recursive: true });
    writeFileSync(checkpointFile('results/checkpoints', keys), bytes);
  },
  async feed() {
    const progress = beginning(pack);
    const notes: string[] = [];
    const onNote = (text: string) => void notes.push(text);
    await openKeeper({ network, data, progress }, { checkpoints: 'results/checkpoints', onNote });
    timingOf(progress);
    const [note, ...more] = notes;
    if (note === undefined || more.length > 0 || /[\p{Cc}\u2028\u2029]/u.test(note)) {
      throw new Error(`expected one line of note, got ${JSON.stringify(notes)}`);
    }
    return note.includes('goes on from') ? 'accepted' : 'refused';
  },
  least: { accepted: 0.2, refused: 0.2 },
});

export const checkpointTargets = [checkpoint];
