/**
 * Structural similarity of images with values in [0, 1]: Gaussian window 11 x 11, sigma 1.5, k1 0.01, k2 0.03.
 * Every pixel is the middle of a window; beyond the edge the image is mirrored, the edge pixel itself not repeated.
 * Sources: Wang, Bovik, Sheikh and Simoncelli, "Image quality assessment" (2004), equations 13 to 17; the edges as in
 * torchmetrics 1.9, which counts them since its pull request 2721, where the paper's own program left them out.
 */
import { valuesPerImage, type ImageShape } from '../data/images.js';

/** Pixels of the window on each side of its middle. */
const reach = 5;
const sigma = 1.5;
/** (k1 L)² and (k2 L)² for the data range L = 1. */
const luminanceConstant = 0.01 ** 2;
const contrastConstant = 0.03 ** 2;

/** One side of the window by distance from its middle; the window is the outer product of two sides and sums to 1. */
const weights = halfGaussian();

/**
 * Computes the mean structural similarity over images, channels and pixels. `outputs` and `targets`: `[images,
 * channels, height, width]`. Throws a RangeError where their lengths are not that, or an image is too small to be
 * mirrored.
 */
export function meanSsim(outputs: Float32Array, targets: Float32Array, shape: ImageShape): number {
  if (Math.min(shape.height, shape.width) <= reach) {
    throw new RangeError(`SSIM: expected images of more than ${reach} x ${reach} pixels`);
  }
  if (outputs.length !== targets.length || outputs.length === 0 || outputs.length % valuesPerImage(shape) !== 0) {
    throw new RangeError('SSIM: expected as many whole output images as target images, and at least one');
  }
  const plane = shape.height * shape.width;
  const planeSsim = planeMeasure(shape);
  let sum = 0;
  for (let start = 0; start < outputs.length; start += plane) sum += planeSsim(outputs, targets, start);
  return sum / (outputs.length / plane);
}

/** A function for one plane's mean similarity, with its working memory; `start` is the plane's first value. */
function planeMeasure({ height, width }: ImageShape) {
  const plane = height * width;
  const blur = planeBlur(height, width);
  const xs = new Float64Array(plane);
  const ys = new Float64Array(plane);
  const squares = new Float64Array(plane);
  const products = new Float64Array(plane);
  return (outputs: Float32Array, targets: Float32Array, start: number): number => {
    for (let pixel = 0; pixel < plane; pixel += 1) {
      const x = outputs[start + pixel]!;
      const y = targets[start + pixel]!;
      xs[pixel] = x;
      ys[pixel] = y;
      // Only the sum of both variances enters the formula, so both squares are averaged together.
      squares[pixel] = x * x + y * y;
      products[pixel] = x * y;
    }
    for (const map of [xs, ys, squares, products]) blur(map);
    return meanSimilarity(xs, ys, squares, products);
  };
}

/** Replaces a plane, `[height, width]`, by its window means: along the rows, then along the columns. */
function planeBlur(height: number, width: number): (plane: Float64Array) => void {
  const transposed = new Float64Array(height * width);
  const line = new Float64Array(Math.max(height, width) + 2 * reach);
  return (plane) => {
    blurRows(plane, transposed, height, width, line);
    blurRows(transposed, plane, width, height, line);
  };
}

/** Window means along each row of `input`, `[rows, columns]`, written to `output`, `[columns, rows]`. */
function blurRows(input: Float64Array, output: Float64Array, rows: number, columns: number, line: Float64Array): void {
  // Written out, in this order: a loop over the distances takes twice as long.
  const [w0, w1, w2, w3, w4, w5] = weights as unknown as [number, number, number, number, number, number];
  for (let row = 0; row < rows; row += 1) {
    mirrorRow(input, row * columns, columns, line);
    for (let column = 0, target = row; column < columns; column += 1, target += rows) {
      let sum = w0 * line[column + 5]!;
      sum += w1 * (line[column + 4]! + line[column + 6]!);
      sum += w2 * (line[column + 3]! + line[column + 7]!);
      sum += w3 * (line[column + 2]! + line[column + 8]!);
      sum += w4 * (line[column + 1]! + line[column + 9]!);
      sum += w5 * (line[column]! + line[column + 10]!);
      output[target] = sum;
    }
  }
}

/** Copies a row into `line` with `reach` mirrored pixels on either side. */
function mirrorRow(input: Float64Array, start: number, columns: number, line: Float64Array): void {
  for (let column = 0; column < columns; column += 1) line[reach + column] = input[start + column]!;
  for (let distance = 1; distance <= reach; distance += 1) {
    line[reach - distance] = input[start + distance]!;
    line[reach + columns - 1 + distance] = input[start + columns - 1 - distance]!;
  }
}

/** Mean over the pixels, from the window means of x, y, x² + y² and xy. */
function meanSimilarity(xs: Float64Array, ys: Float64Array, squares: Float64Array, products: Float64Array): number {
  let sum = 0;
  for (let pixel = 0; pixel < xs.length; pixel += 1) {
    const product = xs[pixel]! * ys[pixel]!;
    const square = xs[pixel]! ** 2 + ys[pixel]! ** 2;
    const luminance = (2 * product + luminanceConstant) / (square + luminanceConstant);
    const covariance = products[pixel]! - product;
    const variances = squares[pixel]! - square;
    sum += (luminance * (2 * covariance + contrastConstant)) / (variances + contrastConstant);
  }
  return sum / xs.length;
}

function halfGaussian(): Float64Array {
  const heights = Float64Array.from({ length: reach + 1 }, (_, distance) => Math.exp(-((distance / sigma) ** 2) / 2));
  const total = heights.reduce((sum, height, distance) => sum + (distance === 0 ? height : 2 * height), 0);
  return heights.map((height) => height / total);
}
