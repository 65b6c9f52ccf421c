/** Draws what a trained network makes of the first test images. */
import { firstItem } from '../base/items.js';
import { encodePng } from '../base/pictures.js';
import type { PictureSize } from '../base/png-size.js';
import type { ImageShape } from '../data/images.js';
import type { TaskData } from '../data/task-data.js';
import type { Task } from '../data/tasks.js';
import { cellAt, cellSize, sampleCount, sampleRows, sheetSize, type SampleRow } from '../run/sample-sheet.js';

/**
 * Draws the sample sheet, a PNG file. The same network gives the same bytes.
 * @param output what the network makes of the first batch of the test set
 * @param shape of the pictures that targets and outputs show
 */
export function sampleSheet(output: Float32Array, data: TaskData, shape: ImageShape): Promise<Uint8Array> {
  const batch = firstItem(data.evaluationBatches('test'));
  const rows: Record<SampleRow, ImageRow> = {
    input: { values: batch.input, shape: inputShape(data.task, shape) },
    prediction: { values: output, shape },
    target: { values: batch.target, shape },
  };
  const cell = cellSize(shape);
  const sheet = blankSheet(sheetSize(cell), shape.channels as 1 | 3);
  for (const row of sampleRows) {
    for (let column = 0; column < Math.min(sampleCount, batch.size); column += 1) {
      paint(sheet, rows[row], column, { ...cellAt(row, column, cell), ...cell });
    }
  }
  return encodePng(sheet.pixels, sheet);
}

interface ImageRow {
  /** `[images, channels, height, width]`, in [0, 1] but for what an interpolation overshoots. */
  readonly values: Float32Array;
  readonly shape: ImageShape;
}

interface Sheet extends PictureSize {
  readonly channels: 1 | 3;
  /** `[height, width, channels]` */
  readonly pixels: Uint8Array;
}

/** An input has the target's channels, and is as many times smaller one way as the other. */
function inputShape({ dimensions }: Task, target: ImageShape): ImageShape {
  const factor = Math.sqrt(dimensions.output / dimensions.input);
  return { height: target.height / factor, width: target.width / factor, channels: target.channels };
}

function blankSheet({ width, height }: PictureSize, channels: 1 | 3): Sheet {
  return { width, height, channels, pixels: new Uint8Array(width * height * channels).fill(255) };
}

/** Paints an image of the row over the place, pixel by pixel without smoothing. */
function paint(
  { width, channels, pixels }: Sheet,
  { values, shape }: ImageRow,
  image: number,
  place: PictureSize & { readonly left: number; readonly top: number },
): void {
  const plane = shape.height * shape.width;
  for (let y = 0; y < place.height; y += 1) {
    const row = Math.floor((y * shape.height) / place.height);
    for (let x = 0; x < place.width; x += 1) {
      const column = Math.floor((x * shape.width) / place.width);
      const pixel = (place.top + y) * width + place.left + x;
      for (let channel = 0; channel < channels; channel += 1) {
        const value = values[(image * channels + channel) * plane + row * shape.width + column]!;
        pixels[pixel * channels + channel] = Math.round(255 * Math.min(1, Math.max(0, value)));
      }
    }
  }
}
