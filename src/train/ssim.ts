/**
 * Structural similarity of images with values in [0, 1]: Gaussian window 11 x 11, sigma 1.5, k1 0.01, k2 0.03.
 * Only windows that lie wholly inside the image count.
 * Source: Wang, Bovik, Sheikh and Simoncelli, "Image quality assessment" (2004), equations 13 to 17.
 */
import { valuesPerImage, type ImageShape } from '../data/images.js';

const windowSize = 11;
const sigma = 1.5;
/** (k1 L)² and (k2 L)² for the data range L = 1. */
const luminanceConstant = 0.01 ** 2;
const contrastConstant = 0.03 ** 2;

/** One side of the window, which is the outer product of two: it sums to 1. */
const windowWeights = gaussian(windowSize, sigma);

/**
 * Mean structural similarity over images, channels and windows.
 * `outputs` and `targets`: `[images, channels, height, width]`. Throws a RangeError for images smaller than the window.
 */
export function meanSsim(outputs: Float32Array, targets: Float32Array, shape: ImageShape): number {
  if (Math.min(shape.height, shape.width) < windowSize) {
    throw new RangeError(`SSIM: expected images of at least ${windowSize} x ${windowSize} pixels`);
  }
  if (outputs.length !== targets.length || outputs.length === 0 || outputs.length % valuesPerImage(shape) !== 0) {
    throw new RangeError(`SSIM: expected as many whole output images as target images, and at least one`);
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
  const windows = (height - windowSize + 1) * (width - windowSize + 1);
  const maps = Array.from({ length: 4 }, () => new Float64Array(plane));
  const means = maps.map(() => new Float64Array(windows));
  const columns = new Float64Array((height - windowSize + 1) * width);
  const [x, y, squares, products] = maps as [Float64Array, Float64Array, Float64Array, Float64Array];
  return (outputs: Float32Array, targets: Float32Array, start: number): number => {
    for (let pixel = 0; pixel < plane; pixel += 1) {
      const output = outputs[start + pixel]!;
      const target = targets[start + pixel]!;
      x[pixel] = output;
      y[pixel] = target;
      // Only the sum of both variances enters the formula, so their squares are averaged together.
      squares[pixel] = output * output + target * target;
      products[pixel] = output * target;
    }
    maps.forEach((map, index) => windowMeans(map, columns, means[index]!, height, width));
    return meanSimilarity(means as [Float64Array, Float64Array, Float64Array, Float64Array]);
  };
}

/** Gaussian means over all whole windows: down the columns first, then along the rows. */
function windowMeans(map: Float64Array, columns: Float64Array, means: Float64Array, height: number, width: number) {
  convolve(map, columns, height - windowSize + 1, width, width, width);
  convolve(columns, means, height - windowSize + 1, width - windowSize + 1, width, 1);
}

/** output[row, column] = sum over k of weight k times input[row * rowStride + column + k * tapStride]. */
function convolve(
  input: Float64Array,
  output: Float64Array,
  rows: number,
  columns: number,
  rowStride: number,
  tapStride: number,
): void {
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      const first = row * rowStride + column;
      let sum = 0;
      for (let tap = 0; tap < windowSize; tap += 1) sum += windowWeights[tap]! * input[first + tap * tapStride]!;
      output[row * columns + column] = sum;
    }
  }
}

/** Mean over the windows, from their means of x, y, x² + y² and xy. */
function meanSimilarity([xs, ys, squares, products]: [Float64Array, Float64Array, Float64Array, Float64Array]) {
  let sum = 0;
  for (let window = 0; window < xs.length; window += 1) {
    const product = xs[window]! * ys[window]!;
    const square = xs[window]! ** 2 + ys[window]! ** 2;
    const luminance = (2 * product + luminanceConstant) / (square + luminanceConstant);
    const covariance = products[window]! - product;
    const variances = squares[window]! - square;
    sum += (luminance * (2 * covariance + contrastConstant)) / (variances + contrastConstant);
  }
  return sum / xs.length;
}

function gaussian(size: number, deviation: number): Float64Array {
  const heights = Float64Array.from({ length: size }, (_, index) =>
    Math.exp(-(((index - (size - 1) / 2) / deviation) ** 2) / 2),
  );
  const total = heights.reduce((sum, value) => sum + value, 0);
  return heights.map((value) => value / total);
}
