/** The losses and their slopes in plain float64. */
import { lossTerms, type Loss, type LossKind } from '../../src/arch/loss.js';
import { sigmoid, softplus } from './float64-functions.js';

interface ItemLoss {
  /** The sum of an item's terms. */
  sum(output: readonly number[], target: readonly number[]): number;
  /** How that sum changes with each value of the output. */
  slope(output: readonly number[], target: readonly number[]): number[];
}

const losses: Readonly<Record<LossKind, ItemLoss>> = {
  squaredError: {
    sum: (output, target) => total(output.map((y, index) => (y - target[index]!) ** 2)),
    slope: (output, target) => output.map((y, index) => 2 * (y - target[index]!)),
  },
  softmaxCrossEntropy: {
    sum(output, target) {
      const logarithm = logarithmOfSum(output);
      return total(output.map((y, index) => target[index]! * (logarithm - y)));
    },
    slope(output, target) {
      const logarithm = logarithmOfSum(output);
      return output.map((y, index) => Math.exp(y - logarithm) * total(target) - target[index]!);
    },
  },
  binaryCrossEntropy: {
    sum: (output, target) =>
      total(output.map((y, index) => target[index]! * softplus(-y) + (1 - target[index]!) * softplus(y))),
    slope: (output, target) => output.map((y, index) => sigmoid(y) - target[index]!),
  },
  gaussianNegativeLogLikelihood: {
    sum: (output, target) =>
      total(
        gaussianTerms(output, target).map(
          ({ error, logVariance }) => (logVariance + scaledSquare(error, logVariance)) / 2,
        ),
      ),
    slope(output, target) {
      const terms = gaussianTerms(output, target);
      return [
        ...terms.map(({ error, logVariance }) => (error === 0 ? 0 : error * Math.exp(-logVariance))),
        ...terms.map(({ error, logVariance }) => (1 - scaledSquare(error, logVariance)) / 2),
      ];
    },
  },
};

/** Of a batch, row-major. */
export function lossSum(loss: Loss, output: ArrayLike<number>, target: ArrayLike<number>): number {
  return total(items(loss, output, target).map(([y, t]) => losses[loss.kind].sum(y, t)));
}

export function meanLossOf(loss: Loss, output: ArrayLike<number>, target: ArrayLike<number>): number {
  return lossSum(loss, output, target) / lossTerms(loss, target.length / loss.targetWidth);
}

/** How the mean loss of a batch changes with each value of the output. */
export function lossSlope(loss: Loss, output: Float64Array, target: ArrayLike<number>): Float64Array {
  const terms = lossTerms(loss, target.length / loss.targetWidth);
  const slopes = items(loss, output, target).flatMap(([y, t]) => losses[loss.kind].slope(y, t));
  return Float64Array.from(slopes, (slope) => slope / terms);
}

function items({ targetWidth }: Loss, output: ArrayLike<number>, target: ArrayLike<number>) {
  const size = target.length / targetWidth;
  const outputWidth = output.length / size;
  const row = (values: ArrayLike<number>, item: number, width: number) =>
    Array.from({ length: width }, (_, index) => values[item * width + index]!);
  return Array.from(
    { length: size },
    (_, item) => [row(output, item, outputWidth), row(target, item, targetWidth)] as const,
  );
}

function gaussianTerms(output: readonly number[], target: readonly number[]) {
  return target.map((t, index) => ({ error: output[index]! - t, logVariance: output[target.length + index]! }));
}

/** error² exp(-s), and 0 for an error of 0 at any s. */
function scaledSquare(error: number, logVariance: number): number {
  return error === 0 ? 0 : error ** 2 * Math.exp(-logVariance);
}

function logarithmOfSum(values: readonly number[]): number {
  const largest = Math.max(...values);
  return largest + Math.log(total(values.map((value) => Math.exp(value - largest))));
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
