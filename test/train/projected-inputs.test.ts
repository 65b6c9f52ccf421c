import { describe, expect, test } from 'vitest';
import type { TrainingBatch } from '../../src/data/task-data.js';
import type { Product } from '../../src/engine/engine.js';
import { projectedInputs } from '../../src/train/projected-inputs.js';

const width = 2;

/** A product of one value with [10, 100] that counts the images it is asked for. */
function countingProduct() {
  const asked: number[] = [];
  const product: Product = {
    multiply(input, output) {
      asked.push(input.length);
      input.forEach((value, image) => output.set([10 * value, 100 * value], image * width));
      return Promise.resolve();
    },
    dispose: () => Promise.resolve(),
  };
  return { product, asked };
}

/** Item i has the input i + 1. */
function batchOf(...items: number[]): TrainingBatch {
  const input = Float32Array.from(items, (item) => item + 1);
  return { input, target: new Float32Array(items.length), size: items.length, items: Uint32Array.from(items) };
}

const productsOf = (...items: number[]) => items.flatMap((item) => [10 * (item + 1), 100 * (item + 1)]);
const setting = { width, batchSize: 2, repeatingItems: 5 };

describe('projected inputs', () => {
  test('are computed once for each item of a whole batch, in whatever order it comes again', async () => {
    const { product, asked } = countingProduct();
    const inputs = projectedInputs(product, setting);
    for (const batch of [batchOf(3, 0), batchOf(2, 1), batchOf(0, 2), batchOf(1, 3)]) {
      const { input, target, size } = await inputs.training(batch);
      expect([...input]).toEqual(productsOf(...batch.items));
      expect([target, size]).toEqual([batch.target, 2]);
    }
    expect(asked).toEqual([2, 2]);
  });

  test('of a smaller last batch are those of a product of its own size, before and after', async () => {
    const { product, asked } = countingProduct();
    const inputs = projectedInputs(product, setting);
    const epochs = [
      [batchOf(0, 1), batchOf(2, 3), batchOf(4)],
      [batchOf(4, 1), batchOf(2, 3), batchOf(0)],
    ];
    for (const batch of epochs.flat()) {
      expect([...(await inputs.training(batch)).input]).toEqual(productsOf(...batch.items));
    }
    // All of the first epoch; of the second the batch with item 4, whose product is known for a batch of one alone.
    expect(asked).toEqual([2, 2, 1, 2, 1]);
  });

  test('come in the same array for every batch of one size', async () => {
    const inputs = projectedInputs(countingProduct().product, setting);
    const { input } = await inputs.training(batchOf(0, 1));
    expect((await inputs.training(batchOf(2, 3))).input).toBe(input);
  });

  test.each([
    ['do not repeat', { ...setting, repeatingItems: 0 }],
    ['would not fit', { ...setting, limitBytes: 39 }],
  ])('are computed for every training batch where they %s', async (_, options) => {
    const { product, asked } = countingProduct();
    const inputs = projectedInputs(product, options);
    for (const batch of [batchOf(0, 1), batchOf(0, 1)]) {
      expect([...(await inputs.training(batch)).input]).toEqual(productsOf(0, 1));
    }
    expect(asked).toEqual([2, 2]);
  });

  test('of an evaluation batch are computed once, as long as the limit has room beside the training items', async () => {
    const { product, asked } = countingProduct();
    // 5 training items and 3 evaluation images of 2 values.
    const inputs = projectedInputs(product, { ...setting, limitBytes: 40 + 24 });
    const batches = [batchOf(0, 1), batchOf(2), batchOf(3)];
    for (const batch of [...batches, ...batches]) {
      const projected = await inputs.evaluation(batch);
      expect([...projected.input]).toEqual(productsOf(...batch.items));
      expect(projected.target).toBe(batch.target);
    }
    expect(asked).toEqual([2, 1, 1, 1]);
  });
});
