/**
 * Gaussian process regression: what a smooth function is likely to be, from a few noisy values of it.
 *
 * The prior is a constant of unknown height, a linear trend, and a Matern 5/2 covariance with a length scale for each
 * input. Its scales are those of the highest posterior density under log-normal priors: with a few values the priors
 * decide, with many the values. The search for them is deterministic.
 *
 * Source: C. E. Rasmussen and C. K. I. Williams, "Gaussian Processes for Machine Learning" (2006), algorithm 2.1 and
 * equations 2.30, 4.17 and 5.8 to 5.12.
 */
import { CholeskyDecomposition, Matrix } from 'ml-matrix';
import { meanOf } from '../../base/averages.js';
import { itemAt, lastItem, zipped } from '../../base/items.js';

/** Lists points, each a row of inputs of about unit range. */
export type Points = readonly (readonly number[])[];

/** Predicts a function by the values that it was fitted to. */
export interface GaussianProcess {
  /** Mean and standard deviation of the function, without the noise, at each point. */
  predict(points: Points): { readonly means: Float64Array; readonly deviations: Float64Array };
  /**
   * How far its values lie from what it would predict of each without that one, noise included: the root mean square in
   * standard deviations. About 1 where its deviations are right. Equations 5.10 to 5.12.
   */
  leftOutError(): number;
}

/** Logarithms of: a length scale for each input, then the deviations of the function, of the trend and of the noise. */
export type LogScales = readonly number[];

/** Prior medians and standard deviations of the logarithms, for values of about unit deviation. */
const priors = {
  lengthScale: { middle: Math.log(0.7), deviation: 0.7 },
  function: { middle: 0, deviation: 0.5 },
  trend: { middle: 0, deviation: 0.7 },
  noise: { middle: Math.log(0.03), deviation: 1 },
} as const;

/** Variance of the constant's prior, in squared deviations of the values: wide, so that the values decide. */
const constantVariance = 4;

/** Added to the noise variance, against rounding. */
const jitter = 1e-8;

/** Steps of the search for the scales, one scale a step. */
const fittingSteps = 150;

/** Finds the scales that explain the values best. */
export function fitScales(points: Points, values: readonly number[]): LogScales {
  const inputs = points[0]?.length ?? 0;
  const prior = priorOf(inputs);
  const squares = squaredDifferences(points);
  const cost = (scales: LogScales) => negativeLogPosterior({ points, values, squares, prior, scales });
  let scales: LogScales = prior.map(({ middle }) => middle);
  let least = cost(scales);
  const steps = scales.map(() => 0.5);
  for (let turn = 0; turn < fittingSteps; turn += 1) {
    const place = turn % scales.length;
    const step = itemAt(steps, place);
    // The other way only where this one leads up.
    const better = [step, -step].find((change) => {
      const tried = scales.with(place, itemAt(scales, place) + change);
      const height = cost(tried);
      if (!(height < least)) return false;
      [scales, least] = [tried, height];
      return true;
    });
    steps[place] = better === undefined ? step / 2 : step * 1.3;
  }
  return scales;
}

/** The last few fits by what they were fitted to, since a search asks for each again and again. */
const fits = new Map<string, LogScales>();
const mostFits = 8;

/** Gives what `fitScales` gives, and fits only once as long as the same is asked for again before eight others are. */
export function rememberedScales(points: Points, values: readonly number[]): LogScales {
  const name = JSON.stringify([points, values]);
  const scales = fits.get(name) ?? fitScales(points, values);
  fits.delete(name);
  fits.set(name, scales);
  const [oldest] = fits.keys();
  if (oldest !== undefined && fits.size > mostFits) fits.delete(oldest);
  return scales;
}

/** Predicts the function, given its values at the points. Points may come twice. */
export function gaussianProcess(points: Points, values: readonly number[], scales: LogScales): GaussianProcess {
  const covariance = covarianceOf(scales);
  const decomposition = new CholeskyDecomposition(
    withNoise(covarianceMatrix(points, squaredDifferences(points), scales), scales),
  );
  const weights = decomposition.solve(Matrix.columnVector([...values])).to1DArray();
  // Of many points the variances are much faster by the inverse than by solving for each of them.
  const inverse = Float64Array.from(decomposition.solve(Matrix.eye(points.length)).to1DArray());
  return {
    predict(asked) {
      const means = new Float64Array(asked.length);
      const deviations = new Float64Array(asked.length);
      const shared = new Float64Array(points.length);
      for (const [place, point] of asked.entries()) {
        for (let row = 0; row < points.length; row += 1) {
          shared[row] = covariance(points[row]!, point);
          means[place]! += shared[row]! * weights[row]!;
        }
        const variance = covariance(point, point) - quadraticForm(inverse, shared);
        deviations[place] = Math.sqrt(Math.max(variance, leastVariance));
      }
      return { means, deviations };
    },
    leftOutError() {
      const squares = weights.map((weight, row) => weight ** 2 / inverse[row * points.length + row]!);
      return Math.sqrt(meanOf(squares));
    },
  };
}

/** Of the function at a known point, against rounding. */
const leastVariance = 1e-10;

/** x' A x of a symmetric matrix. */
function quadraticForm(matrix: Float64Array, vector: Float64Array): number {
  const size = vector.length;
  let sum = 0;
  for (let row = 0; row < size; row += 1) {
    let product = (matrix[row * size + row]! * vector[row]!) / 2;
    for (let column = 0; column < row; column += 1) product += matrix[row * size + column]! * vector[column]!;
    sum += 2 * product * vector[row]!;
  }
  return sum;
}

interface LogNormal {
  readonly middle: number;
  readonly deviation: number;
}

function priorOf(inputs: number): LogNormal[] {
  return [...Array.from({ length: inputs }, () => priors.lengthScale), priors.function, priors.trend, priors.noise];
}

interface ProcessFit {
  readonly points: Points;
  readonly values: readonly number[];
  /** For each input, the squared differences of all pairs of points, row by row below the diagonal. */
  readonly squares: readonly Float64Array[];
  readonly prior: readonly LogNormal[];
  readonly scales: LogScales;
}

/** Without the terms that are the same for all scales. Infinity where the covariance cannot be decomposed. */
function negativeLogPosterior({ points, values, squares, prior, scales }: ProcessFit): number {
  const decomposition = new CholeskyDecomposition(withNoise(covarianceMatrix(points, squares, scales), scales));
  if (!decomposition.isPositiveDefinite()) return Infinity;
  const column = Matrix.columnVector([...values]);
  const solved = decomposition.solve(column);
  let cost = 0;
  for (let row = 0; row < values.length; row += 1) {
    cost += (values[row]! * solved.get(row, 0)) / 2 + Math.log(decomposition.lowerTriangularMatrix.get(row, row));
  }
  for (const [{ middle, deviation }, scale] of zipped(prior, scales)) cost += ((scale - middle) / deviation) ** 2 / 2;
  return cost;
}

function withNoise(covariance: Matrix, scales: LogScales): Matrix {
  const noise = Math.exp(2 * lastItem(scales)) + jitter;
  for (let row = 0; row < covariance.rows; row += 1) covariance.set(row, row, covariance.get(row, row) + noise);
  return covariance;
}

function squaredDifferences(points: Points): Float64Array[] {
  const inputs = points[0]?.length ?? 0;
  return Array.from({ length: inputs }, (_, input) => {
    const squares = new Float64Array((points.length * (points.length - 1)) / 2);
    let place = 0;
    for (let row = 1; row < points.length; row += 1) {
      for (let column = 0; column < row; column += 1, place += 1) {
        squares[place] = (points[row]![input]! - points[column]![input]!) ** 2;
      }
    }
    return squares;
  });
}

/** Of the function at all pairs of points, without noise. */
function covarianceMatrix(points: Points, squares: readonly Float64Array[], scales: LogScales): Matrix {
  const { smooth, trend, inverseSquares } = scalesOf(scales);
  const matrix = new Matrix(points.length, points.length);
  let place = 0;
  for (const [row, point] of points.entries()) {
    for (let column = 0; column < row; column += 1, place += 1) {
      let distance = 0;
      for (let input = 0; input < squares.length; input += 1)
        distance += squares[input]![place]! * inverseSquares[input]!;
      const value = constantVariance + trend * innerProduct(point, points[column]!) + smooth * matern(distance);
      matrix.set(row, column, value);
      matrix.set(column, row, value);
    }
    matrix.set(row, row, constantVariance + trend * innerProduct(point, point) + smooth);
  }
  return matrix;
}

function covarianceOf(scales: LogScales): (left: readonly number[], right: readonly number[]) => number {
  const { smooth, trend, inverseSquares } = scalesOf(scales);
  return (left, right) => {
    let distance = 0;
    for (let input = 0; input < left.length; input += 1) {
      distance += (left[input]! - right[input]!) ** 2 * inverseSquares[input]!;
    }
    return constantVariance + trend * innerProduct(left, right) + smooth * matern(distance);
  };
}

function scalesOf(scales: LogScales) {
  const variance = (fromEnd: number) => Math.exp(2 * itemAt(scales, scales.length - fromEnd));
  return {
    inverseSquares: scales.slice(0, -3).map((scale) => Math.exp(-2 * scale)),
    smooth: variance(3),
    trend: variance(2),
  };
}

/** From the middle of the unit cube, so that the trend is level there. */
function innerProduct(left: readonly number[], right: readonly number[]): number {
  let sum = 0;
  for (let input = 0; input < left.length; input += 1) sum += (left[input]! - 0.5) * (right[input]! - 0.5);
  return sum;
}

/** Matern 5/2 by the squared distance in length scales. */
function matern(squaredDistance: number): number {
  const root = Math.sqrt(5 * squaredDistance);
  return (1 + root + (root * root) / 3) * Math.exp(-root);
}
