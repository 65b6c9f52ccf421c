import { describe, expect, test } from 'vitest';
import type { ImageShape } from '../../src/data/images.js';
import type { TaskData } from '../../src/data/task-data.js';
import { cellAt } from '../../src/run/sample-sheet.js';
import { sampleSheet } from '../../src/train/samples.js';
import { decode } from '../base/decode.js';

interface Values {
  /** Pixels of an image's side, in and out. */
  readonly side: { readonly input: number; readonly target: number };
  readonly channels: number;
  readonly images: number;
  readonly input: (index: number) => number;
  readonly output: (index: number) => number;
  readonly target: (index: number) => number;
}

/** The decoded sheet of a network that gives those values. */
async function drawn({ side, channels, images, ...values }: Values) {
  const target: ImageShape = { height: side.target, width: side.target, channels };
  const dimensions = { input: channels * side.input ** 2, output: channels * side.target ** 2 };
  const filled = (length: number, value: (index: number) => number) =>
    Float32Array.from({ length }, (_, i) => value(i));
  const batch = {
    input: filled(images * dimensions.input, values.input),
    target: filled(images * dimensions.output, values.target),
    size: images,
  };
  const output = filled(images * dimensions.output, values.output);
  const data = { task: { dimensions }, evaluationBatches: () => [batch] } as unknown as TaskData;
  const png = await sampleSheet(output, data, target);
  const { pixels, width, height, channels: count } = await decode(png);
  const at = (left: number, top: number) => {
    const start = (top * width + left) * count;
    return pixels.slice(start, start + count);
  };
  return { png, size: { width, height }, at };
}

const cell = { width: 84, height: 84 };
const small: Values = {
  side: { input: 1, target: 2 },
  channels: 1,
  images: 9,
  input: (image) => (30 * image) / 255,
  output: (index) => (7 * index) / 255,
  target: () => 1,
};

describe('a sample sheet', () => {
  test('shows input, prediction and target of the first eight images, each pixel enlarged without smoothing', async () => {
    const { size, at } = await drawn(small);
    expect(size).toEqual({ width: 714, height: 264 });
    for (let image = 0; image < 8; image += 1) {
      const input = cellAt('input', image, cell);
      // One input pixel stands where the target has four.
      for (const offset of [0, 41, 42, 83])
        expect(at(input.left + offset, input.top + 83 - offset)).toEqual([30 * image]);
      const prediction = cellAt('prediction', image, cell);
      [0, 1, 2, 3].forEach((pixel) => {
        const [left, top] = [prediction.left + 42 * (pixel % 2), prediction.top + 42 * Math.floor(pixel / 2)];
        for (const offset of [0, 41]) expect(at(left + offset, top + offset)).toEqual([7 * (4 * image + pixel)]);
      });
      const target = cellAt('target', image, cell);
      expect(at(target.left, target.top)).toEqual([255]);
    }
  });

  test('is white between the images, and where there are fewer than eight', async () => {
    const { at } = await drawn({ ...small, images: 3, target: () => 0 });
    expect(at(84, 0)).toEqual([255]);
    expect(at(0, 84)).toEqual([255]);
    const { left, top } = cellAt('target', 2, cell);
    expect(at(left, top)).toEqual([0]);
    expect(at(cellAt('target', 3, cell).left, top)).toEqual([255]);
  });

  test('cuts off what an interpolation overshoots', async () => {
    const { at } = await drawn({ ...small, input: (image) => (image === 0 ? -0.2 : 1.2) });
    expect(at(0, 0)).toEqual([0]);
    expect(at(cellAt('input', 1, cell).left, 0)).toEqual([255]);
  });

  test('shows colours from planes', async () => {
    // One pixel an image: red 0.2, green 0.4, blue 0.6.
    const { at } = await drawn({
      ...small,
      side: { input: 1, target: 1 },
      channels: 3,
      input: (i) => [0.2, 0.4, 0.6][i % 3]!,
    });
    expect(at(0, 0)).toEqual([51, 102, 153]);
  });

  test('has the same bytes each time', async () => {
    expect([...(await drawn(small)).png]).toEqual([...(await drawn(small)).png]);
  });
});
