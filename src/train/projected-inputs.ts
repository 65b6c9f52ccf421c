/**
 * The inputs of a network after its fixed projection. A product of images that come again is computed once and kept.
 *
 * How a product rounds may depend on how many images are multiplied at a time, since the runtime cuts a product into
 * blocks by its size. So a product is kept only for batches of the size it was computed at, and a smaller last batch is
 * multiplied as it comes: the numbers are those of a network that multiplies every batch itself.
 */
import type { TrainingBatch } from '../data/task-data.js';
import type { Product } from '../engine/engine.js';
import type { Batch } from '../run/batch.js';

/** Is the most that the products of one run may take. */
export const mostKeptBytes = 2 ** 30;

/** Tells what of the projected inputs may be kept, and how large it is. */
export interface ProjectionSetting {
  /** Values of a projected image: the skip width. */
  readonly width: number;
  /** Of the recipe; an epoch's last batch may be smaller. */
  readonly batchSize: number;
  /** Images times flips where their inputs are the same in every epoch; 0 where there is nothing to keep. */
  readonly repeatingItems: number;
  readonly limitBytes?: number;
}

/** Multiplies inputs by the fixed projection, and remembers the products that come again. */
export interface ProjectedInputs {
  /** The batch with projected inputs; valid until the next training batch. */
  training(batch: TrainingBatch): Promise<Batch>;
  /** The same for a batch of an evaluation set, which never changes. */
  evaluation(batch: Batch): Promise<Batch>;
}

/** Projects inputs by the product. What does not fit into the limit is multiplied each time. */
export function projectedInputs(product: Product, setting: ProjectionSetting): ProjectedInputs {
  const { width, batchSize, repeatingItems, limitBytes = mostKeptBytes } = setting;
  let bytesLeft = limitBytes;
  const claim = (images: number) => {
    const bytes = images * width * Float32Array.BYTES_PER_ELEMENT;
    if (bytes > bytesLeft) return false;
    bytesLeft -= bytes;
    return true;
  };
  const table = repeatingItems > 0 && claim(repeatingItems) ? productTable(repeatingItems, width) : null;
  const roomFor = reusedRoom(width);
  const evaluated = new WeakMap<Batch, Batch>();
  return {
    async training({ input, target, size, items }) {
      const projected = roomFor(size);
      const keeper = size === batchSize ? table : null;
      if (!keeper?.read(items, projected)) {
        await product.multiply(input, projected);
        keeper?.write(items, projected);
      }
      return { input: projected, target, size };
    },
    async evaluation(batch) {
      const known = evaluated.get(batch);
      if (known) return known;
      const projected = { ...batch, input: new Float32Array(batch.size * width) };
      await product.multiply(batch.input, projected.input);
      if (claim(batch.size)) evaluated.set(batch, projected);
      return projected;
    },
  };
}

/** One row for each item. */
function productTable(items: number, width: number) {
  const rows = new Float32Array(items * width);
  const isKnown = new Uint8Array(items);
  const rowOf = (item: number) => rows.subarray(item * width, (item + 1) * width);
  return {
    /** Fills `[items, width]` if every item is known; else leaves it as it is and gives false. */
    read(wanted: Uint32Array, into: Float32Array): boolean {
      if (!wanted.every((item) => isKnown[item] === 1)) return false;
      wanted.forEach((item, place) => into.set(rowOf(item), place * width));
      return true;
    },
    write(given: Uint32Array, from: Float32Array): void {
      given.forEach((item, place) => rowOf(item).set(from.subarray(place * width, (place + 1) * width)));
      given.forEach((item) => (isKnown[item] = 1));
    },
  };
}

/** One array for each batch size, made once. */
function reusedRoom(width: number): (size: number) => Float32Array {
  const made = new Map<number, Float32Array>();
  return (size) => {
    const room = made.get(size) ?? new Float32Array(size * width);
    made.set(size, room);
    return room;
  };
}
