/** Batches: their pairs, their order, what they depend on and what they do not. */
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { permutation, randomStream } from '../../src/base/random.js';
import { pixelsOf } from '../../src/data/images.js';
import { openMnist } from '../../src/data/mnist.js';
import { openTask, type TaskData, type TrainingEpoch } from '../../src/data/task-data.js';
import type { Batch } from '../../src/run/batch.js';
import goldens from '../golden/data-goldens.json' with { type: 'json' };

const epoch: TrainingEpoch = { runKey: 'run a', seed: 1, replicate: 0, epoch: 0, batchSize: 128, flips: 1 };

const dataset = await openMnist();
const denoising = await openTask('mnist/denoising');
const superResolution = await openTask('mnist/super-resolution');
const classification = await openTask('mnist/generative-classification');

describe('training batches', () => {
  test('come the same for the same labels', () => {
    expect(digestOf(firstBatch(denoising))).toBe(digestOf(firstBatch(denoising)));
  });

  test('of the next epoch, another seed and another replicate come in another order', () => {
    const targetsOf = (options: Partial<TrainingEpoch>) => digest(firstBatch(denoising, options).target);
    const digests = [{}, { epoch: 1 }, { seed: 2 }, { replicate: 1 }].map(targetsOf);
    expect(new Set(digests).size).toBe(4);
  });

  test('of two runs show the same images under different noise', () => {
    const one = firstBatch(denoising);
    const other = firstBatch(denoising, { runKey: 'run b' });
    expect(digest(other.target)).toBe(digest(one.target));
    expect(signAgreement(one, other)).toBeLessThan(5);
  });

  test('have new noise in every epoch', () => {
    expect(signAgreement(firstBatch(denoising), firstBatch(denoising, { epoch: 1 }))).toBeLessThan(5);
  });

  test.each([
    ['noise', denoising, 50],
    ['no noise', superResolution, 128],
  ])('with %s are the same whether those before them are made or left out', (_, data, batchSize) => {
    const options = { ...epoch, batchSize };
    // 1 and 7 images of the last sixteen: the noise is drawn in turns of eight values.
    for (const firstBatch of [1, 390]) {
      const whole = data.trainingBatches(options);
      for (let made = 0; made < firstBatch; made += 1) whole.next();
      const expected = whole.next().value!;
      const [digested, items] = [digestOf(expected), [...expected.items]];
      const { value } = data.trainingBatches({ ...options, firstBatch }).next();
      expect([digestOf(value!), [...value!.items]]).toEqual([digested, items]);
    }
  });

  test('show every training image once, in the order of its stream', () => {
    const order = orderOf('mnist/generative-classification', 50_000);
    let shown = 0;
    for (const { input, size } of classification.trainingBatches(epoch)) {
      const last = order[shown + size - 1]!;
      expect(digest(bytesOf(input.subarray(-784)))).toBe(digest(imageOf(last)));
      shown += size;
    }
    expect(shown).toBe(classification.trainingImages);
  });

  test('reuse the same arrays, and the ragged last batch has shorter ones', () => {
    const batches = [...classification.trainingBatches(epoch)];
    const { input, target } = batches[0]!;
    expect(batches.length).toBe(391);
    expect(batches.slice(0, -1).every((batch) => batch.input === input && batch.target === target)).toBe(true);
    const last = batches.at(-1)!;
    expect([last.size, last.input.length, last.target.length]).toEqual([80, 80 * 784, 80 * 784]);
    expect([...classification.trainingBatches({ ...epoch, epoch: 1 })].at(-1)!.input).toBe(last.input);
  });

  test('of two epochs drawn in turn are the batches of each alone', () => {
    const alone = thirdBatch(denoising.trainingBatches(epoch));
    const one = denoising.trainingBatches(epoch);
    const other = denoising.trainingBatches({ ...epoch, runKey: 'run b' });
    for (const batches of [one, other, one, other]) batches.next();
    const third = one.next().value!;
    expect(digestOf(third)).toBe(digestOf(alone));
  });

  test('deviate from their targets by a quarter where the clamp does not act', () => {
    const { input, target } = firstBatch(denoising);
    const noise = [...input].map((value, index) => value - target[index]!);
    // Half of the noise on black is clamped away: what is left has the mean 0.25 / sqrt(2 pi).
    const onBlack = noise.filter((_, index) => target[index] === 0);
    const mean = onBlack.reduce((sum, value) => sum + value, 0) / onBlack.length;
    expect(mean).toBeCloseTo(0.25 / Math.sqrt(2 * Math.PI), 2);
  });
});

describe('flipped training batches', () => {
  const turned = (bytes: Uint8Array, row: (row: number) => number, column: (column: number) => number) =>
    bytes.map((_, index) => bytes[28 * row(Math.floor(index / 28)) + column(index % 28)]!);
  const same = (index: number) => index;
  const mirrored = (index: number) => 27 - index;

  test('with factor 4 add the horizontal, the vertical and the both-ways flip', () => {
    const order = orderOf('mnist/super-resolution', 200_000);
    const { target } = firstBatch(superResolution, { flips: 4 });
    const seen = new Set<number>();
    for (let place = 0; place < 128; place += 1) {
      const variant = Math.floor(order[place]! / 50_000);
      seen.add(variant);
      const bytes = imageOf(order[place]! % 50_000);
      const rows = variant >= 2 ? mirrored : same;
      const columns = variant % 2 === 1 ? mirrored : same;
      expect(digest(bytesOf(target.subarray(784 * place, 784 * (place + 1))))).toBe(
        digest(turned(bytes, rows, columns)),
      );
    }
    expect([...seen].sort()).toEqual([0, 1, 2, 3]);
    expect(count(superResolution.trainingBatches({ ...epoch, flips: 4, batchSize: 512 }))).toBe(200_000);
  });

  test('have inputs that are made from the flipped image', () => {
    const order = orderOf('mnist/super-resolution', 200_000);
    const { input, target } = firstBatch(superResolution, { flips: 4 });
    const place = order.findIndex((item) => item >= 150_000);
    expect(place).toBeLessThan(128);
    // The middle four taps in the middle of the image, from the target itself.
    const weights = [-3 / 32, 19 / 32, 19 / 32, -3 / 32];
    let expected = 0;
    weights.forEach((down, row) => {
      weights.forEach((along, column) => {
        expected += down * along * target[784 * place + 28 * (13 + row) + 13 + column]!;
      });
    });
    expect(input[196 * place + 14 * 7 + 7]).toBeCloseTo(expected, 6);
  });

  test('with factor 2 add the both-ways flip alone, and leave the prototype of the class as it is', () => {
    const order = orderOf('mnist/generative-classification', 100_000);
    const { input, target } = firstBatch(classification, { flips: 2 });
    for (let place = 0; place < 128; place += 1) {
      const image = order[place]! % 50_000;
      const bytes = imageOf(image);
      const expected = order[place]! < 50_000 ? bytes : bytes.toReversed();
      expect(digest(bytesOf(input.subarray(784 * place, 784 * (place + 1))))).toBe(digest(expected));
      const label = dataset.train.images.labels[dataset.train.rows[image]!]!;
      const prototype = pixelsOf(dataset.train.images, goldens.prototypes.training_set_index[label]!);
      expect(digest(bytesOf(target.subarray(784 * place, 784 * (place + 1))))).toBe(digest(prototype));
    }
  });
});

describe('batches of classes', async () => {
  const classes = await openTask('mnist/classification');
  const labelOf = (place: number) => dataset.train.images.labels[dataset.train.rows[place]!]!;
  const oneHot = (label: number) => Array.from({ length: 10 }, (_, place) => Number(place === label));

  test('have the image as the input, flipped where that is asked for, and 1 for its class', () => {
    const order = orderOf('mnist/classification', 100_000);
    const { input, target } = firstBatch(classes, { flips: 2 });
    for (let place = 0; place < 128; place += 1) {
      const image = order[place]! % 50_000;
      const bytes = order[place]! < 50_000 ? imageOf(image) : imageOf(image).toReversed();
      expect(digest(bytesOf(input.subarray(784 * place, 784 * (place + 1))))).toBe(digest(bytes));
      expect([...target.subarray(10 * place, 10 * (place + 1))]).toEqual(oneHot(labelOf(image)));
    }
  });

  test('are the same on evaluation sets, where every item has one class', () => {
    const { images, rows } = dataset.test;
    const places = [...rows].map((row) => images.labels[row]!);
    const targets = classes.evaluationBatches('test').map(({ target }) => [...target]);
    expect(targets.flat()).toEqual(places.flatMap(oneHot));
  });
});

describe('evaluation batches', () => {
  test('are made once and never change', async () => {
    const once = denoising.evaluationBatches('validation').map(digestOf);
    firstBatch(denoising, { seed: 3 });
    expect(denoising.evaluationBatches('validation').map(digestOf)).toEqual(once);
    expect(denoising.evaluationBatches('validation')).toBe(denoising.evaluationBatches('validation'));
    const again = await openTask('mnist/denoising');
    expect(again.evaluationBatches('validation').map(digestOf)).toEqual(once);
  });

  test('cover the set in its order with a smaller last batch', () => {
    const batches = denoising.evaluationBatches('test');
    expect([batches.length, batches[0]!.size, batches.at(-1)!.size]).toEqual([79, 128, 16]);
    expect(digest(bytesOf(batches[1]!.target.subarray(0, 784)))).toBe(digest(pixelsOf(dataset.test.images, 128)));
  });

  test('have the same noise for every batch size, and other noise for the other set', () => {
    const [byDefault] = denoising.evaluationBatches('test');
    const first = copyOf(byDefault!);
    const small = denoising.evaluationBatches('test', 50);
    expect(small.length).toBe(200);
    expect(digest(small[1]!.input)).toBe(digest(first.input.subarray(50 * 784, 100 * 784)));
    const [validation] = denoising.evaluationBatches('validation');
    expect(signAgreement(first, validation!)).toBeLessThan(5);
  });

  test('of super-resolution hold the bicubic half-size images of the reference', () => {
    const { input, target } = superResolution.evaluationBatches('test')[0]!;
    goldens.super_resolution.low_resolution_14x14.forEach((expected, image) => {
      const got = input.subarray(196 * image, 196 * (image + 1));
      const furthest = Math.max(...expected.flat().map((value, pixel) => Math.abs(value - got[pixel]!)));
      expect(expected.flat().length).toBe(196);
      expect(furthest).toBeLessThan(1e-5);
    });
    expect(digest(bytesOf(target.subarray(0, 784)))).toBe(digest(pixelsOf(dataset.test.images, 0)));
  });
});

function firstBatch(data: TaskData, options: Partial<TrainingEpoch> = {}): Batch {
  return copyOf(data.trainingBatches({ ...epoch, ...options }).next().value!);
}

function thirdBatch(batches: Iterator<Batch, void>): Batch {
  batches.next();
  batches.next();
  return copyOf(batches.next().value!);
}

function copyOf({ input, target, size }: Batch): Batch {
  return { input: input.slice(), target: target.slice(), size };
}

function count(batches: Iterable<Batch>): number {
  let images = 0;
  for (const { size } of batches) images += size;
  return images;
}

function orderOf(task: string, items: number): Uint32Array {
  return permutation(randomStream('data order', epoch.seed, epoch.replicate, epoch.epoch, task), items);
}

function imageOf(trainingImage: number): Uint8Array {
  return pixelsOf(dataset.train.images, dataset.train.rows[trainingImage]!);
}

function bytesOf(values: Float32Array): Uint8Array {
  return Uint8Array.from(values, (value) => Math.round(255 * value));
}

/** Stands for a batch's values, bit by bit: far quicker to compare than they are. */
function digestOf({ input, target, size }: Batch): string {
  return [size, digest(input), digest(target)].join(' ');
}

function digest(values: Float32Array | Uint8Array): string {
  return createHash('sha256').update(values).digest('hex');
}

/**
 * How far the share of places where both noises have the same sign lies from one half, in standard errors; over the
 * places that are black in both, where the clamp leaves the positive noise alone.
 */
function signAgreement(one: Batch, other: Batch): number {
  let [places, agreeing] = [0, 0];
  one.target.forEach((value, index) => {
    if (value !== 0 || other.target[index] !== 0) return;
    places += 1;
    if (one.input[index]! > 0 === other.input[index]! > 0) agreeing += 1;
  });
  expect(places).toBeGreaterThan(50_000);
  return Math.abs(agreeing - places / 2) / Math.sqrt(places / 4);
}
