/**
 * Where pairs are made, a handful of images at a time, in a WebAssembly memory small enough for a core's cache.
 * The images themselves stay bytes in JavaScript's memory; floats are only ever made of those asked for.
 */
import type { Dimensions } from '../arch/arch.js';
import { itemAt } from '../base/items.js';
import { kernelDataStart, kernelMemory } from '../base/kernel.js';
import { streamSeed, type StreamLabel } from '../base/random.js';
import type { Batch } from '../run/batch.js';
import { pixelsOf, valuesPerImage, type ImageSet, type ImageShape } from './images.js';
import { openKernels } from './kernels.js';
import type { Bench, MakePairs } from './pairs.js';

/** Says in which directions an image is turned round. */
export interface Flip {
  /** Left and right change places. */
  readonly mirrorColumns: boolean;
  /** Top and bottom change places. */
  readonly mirrorRows: boolean;
}

/** Says what pairs are made of images. */
export interface PictureWork {
  readonly dimensions: Dimensions;
  readonly makePairs: MakePairs;
  /** True where an image, flipped or not, gives the same training input in every epoch: no noise. */
  readonly inputsRepeat: boolean;
}

/** Is a set seen once per flip: item `i` of n images is image `i mod n` under flip `floor(i / n)`. */
export interface FlippedSet {
  readonly set: ImageSet;
  readonly flips: readonly Flip[];
}

/** Makes pairs of images, in the form that networks train on. */
export interface Workbench {
  /** Fills the batch with the pairs of the items, `[batch.size]`; `noiseState` is moved on by the noise drawn. */
  fill(batch: Batch, source: FlippedSet, items: Uint32Array, noiseState: Uint32Array): void;
  /** Moves `noiseState` on as filling a batch of the size does. */
  skip(size: number, noiseState: Uint32Array): void;
}

/** Bytes, inputs and targets of 16 images of 28 x 28 take 110 KiB. */
const capacity = 16;
/** Every region starts at a multiple of a cache line. */
const alignment = 64;
const noiseStateWords = 16;
/** What the noise kernel needs beside its arrays; reducing needs a row of floats. */
const noiseScratchBytes = 72;

/**
 * Makes the state of the noise generator for the stream named by the labels: four independent xorshift128, lane by
 * lane.
 */
export function noiseStateOf(...labels: StreamLabel[]): Uint32Array {
  const seeds = [0, 1, 2, 3].map((lane) => streamSeed(...labels, lane));
  return Uint32Array.from({ length: noiseStateWords }, (_, index) => itemAt(itemAt(seeds, index % 4), index >> 2));
}

/** Opens a workbench for images of this shape; `prototypes` as in Bench. */
export async function openWorkbench(
  { dimensions, makePairs, inputsRepeat }: PictureWork,
  shape: ImageShape,
  prototypes: readonly Float32Array[],
): Promise<Workbench> {
  const { at, bytes } = layOut({
    noiseState: 4 * noiseStateWords,
    scratch: Math.max(noiseScratchBytes, 4 * shape.width),
    pixels: capacity * valuesPerImage(shape),
    input: 4 * capacity * dimensions.input,
    target: 4 * capacity * dimensions.output,
  });
  const memory = kernelMemory(bytes);
  const pixels = new Uint8Array(memory.buffer, at.pixels, capacity * valuesPerImage(shape));
  const state = new Uint32Array(memory.buffer, at.noiseState, noiseStateWords);
  const input = new Float32Array(memory.buffer, at.input, capacity * dimensions.input);
  const target = new Float32Array(memory.buffer, at.target, capacity * dimensions.output);
  const kernels = await openKernels(memory);
  const bench: Bench = { shape, kernels, at, labels: new Uint16Array(capacity), target, prototypes };
  return {
    fill(batch, source, items, noiseState) {
      state.set(noiseState);
      for (let start = 0; start < batch.size; start += capacity) {
        const size = Math.min(capacity, batch.size - start);
        for (let position = 0; position < size; position += 1) {
          place(bench, pixels, position, source, items[start + position]!);
        }
        makePairs(bench, size);
        copyRows(input, batch.input, start, size, dimensions.input);
        copyRows(target, batch.target, start, size, dimensions.output);
      }
      noiseState.set(state);
    },
    skip(size, noiseState) {
      // Inputs that repeat have no noise.
      if (inputsRepeat) return;
      state.set(noiseState);
      for (let start = 0; start < size; start += capacity) {
        kernels.skipNoise(Math.min(capacity, size - start) * valuesPerImage(shape), at.noiseState);
      }
      noiseState.set(state);
    },
  };
}

/** Regions one after the other, by their sizes in bytes. */
function layOut<Region extends string>(sizes: Record<Region, number>): { at: Record<Region, number>; bytes: number } {
  let bytes = 0;
  const at = {} as Record<Region, number>;
  for (const region of Object.keys(sizes) as Region[]) {
    at[region] = kernelDataStart + bytes;
    bytes += Math.ceil(sizes[region] / alignment) * alignment;
  }
  return { at, bytes };
}

/** Puts an item's image, flipped, and its label in their place on the bench. */
function place(bench: Bench, pixels: Uint8Array, position: number, { set, flips }: FlippedSet, item: number): void {
  const { kernels, at, shape } = bench;
  const row = set.rows[item % set.rows.length]!;
  const { mirrorColumns, mirrorRows } = itemAt(flips, Math.floor(item / set.rows.length));
  const start = position * valuesPerImage(shape);
  pixels.set(pixelsOf(set.images, row), start);
  bench.labels[position] = set.images.labels[row]!;
  if (!mirrorColumns && !mirrorRows) return;
  kernels.flip(at.pixels + start, shape.channels, shape.height, shape.width, Number(mirrorColumns), Number(mirrorRows));
}

function copyRows(from: Float32Array, to: Float32Array, firstRow: number, rows: number, width: number): void {
  to.set(from.subarray(0, rows * width), firstRow * width);
}
