/** The forward program and its gradients in plain float64 JavaScript: slow, obvious, and independent of every engine. */
import { batchNormalisation, type Matrix, type Operation, type Program, type Value } from '../../src/arch/program.js';

/** The values of each matrix by its name, row-major `[in, out]`. */
export type Matrices = ReadonlyMap<string, Float64Array>;

/** Of each feature over a batch; the variance is the biased one. */
export interface Moments {
  readonly mean: Float64Array;
  readonly variance: Float64Array;
}

export interface Forward {
  /** Row-major `[batch, width]`. */
  readonly values: ReadonlyMap<Value, Float64Array>;
  /** What each batch normalisation used, by its output, in the program's order. */
  readonly moments: ReadonlyMap<Value, Moments>;
}

/** The mean squared error of one batch in training mode. */
export function meanSquaredError(
  program: Program,
  weights: ReadonlyMap<string, ArrayLike<number>>,
  input: ArrayLike<number>,
  target: ArrayLike<number>,
): number {
  const matrices = new Map([...weights].map(([name, values]) => [name, Float64Array.from(values)]));
  const output = forward(program, matrices, input).values.get(program.output)!;
  return squaredError(output, target) / output.length;
}

export function squaredError(output: Float64Array, target: ArrayLike<number>): number {
  return output.reduce((sum, value, index) => sum + (value - target[index]!) ** 2, 0);
}

/** One batch in training mode, or with the running statistics where they are given. */
export function forward(
  program: Program,
  weights: Matrices,
  input: ArrayLike<number>,
  running?: readonly Moments[],
): Forward {
  const values = new Map<Value, Float64Array>([[program.input, Float64Array.from(input)]]);
  const moments = new Map<Value, Moments>();
  for (const operation of program.operations) {
    const from = values.get(operation.input)!;
    if (operation.kind === 'batchNormalisation') {
      moments.set(operation.output, running?.[moments.size] ?? momentsOf(from, operation.input.width));
    }
    values.set(operation.output, run(operation, from, { values, moments }, weights));
  }
  return { values, moments };
}

/** The gradient of the mean squared error by each matrix, from the values of a batch in training mode. */
export function gradientsOf(
  program: Program,
  weights: Matrices,
  passed: Forward,
  target: ArrayLike<number>,
): Map<string, Float64Array> {
  const output = passed.values.get(program.output)!;
  const slopes = new Map<Value, Float64Array>();
  const add = (value: Value, slope: Float64Array) => {
    const sum = slopes.get(value);
    slopes.set(value, sum ? sum.map((part, index) => part + slope[index]!) : slope);
  };
  const gradients = new Map<string, Float64Array>();
  add(
    program.output,
    output.map((value, index) => (2 * (value - target[index]!)) / output.length),
  );
  for (const operation of program.operations.toReversed()) {
    const slope = slopes.get(operation.output)!;
    if (operation.input !== program.input) add(operation.input, inputSlope(operation, slope, passed, weights));
    if (operation.kind !== 'product') continue;
    if (operation.skip) add(operation.skip, slope);
    gradients.set(operation.matrix.name, matrixSlope(operation.matrix, slope, passed.values.get(operation.input)!));
  }
  return gradients;
}

/** How the loss changes with each of the values, which are changed in place and put back. */
export function centralDifferences(values: number[], loss: () => number): number[] {
  const step = 1e-5;
  return values.map((value, index) => {
    values[index] = value + step;
    const above = loss();
    values[index] = value - step;
    const below = loss();
    values[index] = value;
    return (above - below) / (2 * step);
  });
}

function run(operation: Operation, input: Float64Array, { values, moments }: Forward, weights: Matrices): Float64Array {
  switch (operation.kind) {
    case 'relu':
      return input.map((value) => Math.max(0, value));
    case 'sigmoid':
      return input.map((value) => 1 / (1 + Math.exp(-value)));
    case 'batchNormalisation': {
      const { mean, variance } = moments.get(operation.output)!;
      const deviation = variance.map((value) => Math.sqrt(value + batchNormalisation.epsilon));
      return input.map((value, index) => {
        const feature = index % mean.length;
        return (value - mean[feature]!) / deviation[feature]!;
      });
    }
    case 'product': {
      const { rows, name } = operation.matrix;
      const product = multiply(input, weights.get(name)!, rows);
      const skip = operation.skip && values.get(operation.skip)!;
      return skip ? product.map((value, index) => value + skip[index]!) : product;
    }
  }
}

/** The slope of the error by what the operation reads, from that by what it gives. */
function inputSlope(
  operation: Operation,
  slope: Float64Array,
  { values, moments }: Forward,
  weights: Matrices,
): Float64Array {
  const output = values.get(operation.output)!;
  switch (operation.kind) {
    case 'relu':
      return slope.map((value, index) => (output[index]! > 0 ? value : 0));
    case 'sigmoid':
      return slope.map((value, index) => value * output[index]! * (1 - output[index]!));
    case 'batchNormalisation': {
      const { mean, variance } = moments.get(operation.output)!;
      const width = mean.length;
      const along = slope.map((value, index) => value * output[index]!);
      const [meanSlope, meanAlong] = [momentsOf(slope, width).mean, momentsOf(along, width).mean];
      return slope.map((value, index) => {
        const feature = index % width;
        const rest = value - meanSlope[feature]! - output[index]! * meanAlong[feature]!;
        return rest / Math.sqrt(variance[feature]! + batchNormalisation.epsilon);
      });
    }
    case 'product': {
      const { columns, name } = operation.matrix;
      return multiply(slope, transpose(weights.get(name)!, columns), columns);
    }
  }
}

function matrixSlope({ rows }: Matrix, slope: Float64Array, input: Float64Array): Float64Array {
  return multiply(transpose(input, rows), slope, input.length / rows);
}

/** `[rows, inner]` times `[inner, columns]`. */
function multiply(left: Float64Array, right: Float64Array, inner: number): Float64Array {
  const columns = right.length / inner;
  const product = new Float64Array((left.length / inner) * columns);
  left.forEach((factor, index) => {
    const start = Math.floor(index / inner) * columns;
    const from = (index % inner) * columns;
    for (let column = 0; column < columns; column += 1) product[start + column]! += factor * right[from + column]!;
  });
  return product;
}

/** `[rows, columns]` to `[columns, rows]`. */
function transpose(values: Float64Array, columns: number): Float64Array {
  const rows = values.length / columns;
  return new Float64Array(values.length).map(
    (_, index) => values[(index % rows) * columns + Math.floor(index / rows)]!,
  );
}

function momentsOf(values: Float64Array, width: number): Moments {
  const [batch, mean, variance] = [values.length / width, new Float64Array(width), new Float64Array(width)];
  values.forEach((value, index) => (mean[index % width]! += value / batch));
  values.forEach((value, index) => (variance[index % width]! += (value - mean[index % width]!) ** 2 / batch));
  return { mean, variance };
}
