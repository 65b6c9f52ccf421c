/** Every operation in plain float64: what it gives, and how the slope of a loss by that becomes slopes by what it reads. */
import {
  batchNormalisation,
  type Matrix,
  type Operation,
  type OperationOf,
  type Value,
} from '../../src/arch/program.js';
import { elementwise } from './float64-functions.js';

/** The values of each matrix by its name, row-major `[in, out]`. */
export type Matrices = ReadonlyMap<string, Float64Array>;

/** Of each channel over a batch; the variance is the biased one. */
export interface Moments {
  readonly mean: Float64Array;
  readonly variance: Float64Array;
}

export interface Forward {
  /** Row-major `[batch, width]`. */
  readonly values: ReadonlyMap<Value, Float64Array>;
  readonly weights: Matrices;
  /** What each batch normalisation used, by its output, in the program's order. */
  readonly moments: Map<Value, Moments>;
  /** By the output of the dropout. */
  readonly masks: ReadonlyMap<Value, ArrayLike<number>>;
}

interface Slopes {
  readonly inputs: readonly (readonly [Value, Float64Array])[];
  readonly matrix?: readonly [Matrix, Float64Array];
}

export interface Rule<Kind extends Operation['kind']> {
  value(operation: OperationOf<Kind>, passed: Forward): Float64Array;
  slopes(operation: OperationOf<Kind>, slope: Float64Array, passed: Forward): Slopes;
}

export const rules: { readonly [Kind in Operation['kind']]: Rule<Kind> } = {
  product: {
    value({ input, matrix, skip }, { values, weights }) {
      const product = multiply(values.get(input)!, weights.get(matrix.name)!, matrix.rows);
      return skip ? plus(product, values.get(skip)!) : product;
    },
    slopes({ input, matrix, skip }, slope, { values, weights }) {
      const { rows, columns, name } = matrix;
      const from = values.get(input)!;
      const ofInput = multiply(slope, transpose(weights.get(name)!, columns), columns);
      return {
        inputs: [[input, ofInput], ...(skip ? [[skip, slope] as const] : [])],
        matrix: [matrix, multiply(transpose(from, rows), slope, from.length / rows)],
      };
    },
  },
  batchNormalisation: {
    value({ input, output }, { values, moments }) {
      const from = values.get(input)!;
      if (!moments.has(output)) moments.set(output, momentsOf(from, input.width));
      const { mean, variance } = moments.get(output)!;
      return from.map((value, index) => {
        const channel = index % input.width;
        return (value - mean[channel]!) / Math.sqrt(variance[channel]! + batchNormalisation.epsilon);
      });
    },
    slopes({ input, output }, slope, { values, moments }) {
      const normalised = values.get(output)!;
      const { variance } = moments.get(output)!;
      const [meanSlope, meanAlong] = [slope, times(slope, normalised)].map(
        (numbers) => momentsOf(numbers, input.width).mean,
      );
      const ofInput = slope.map((value, index) => {
        const channel = index % input.width;
        const rest = value - meanSlope![channel]! - normalised[index]! * meanAlong![channel]!;
        return rest / Math.sqrt(variance[channel]! + batchNormalisation.epsilon);
      });
      return { inputs: [[input, ofInput]] };
    },
  },
  channelNormalisation: {
    value: ({ form, epsilon, input }, { values }) =>
      byItem(input.width, [values.get(input)!], ([item]) => normalised(item!, form, epsilon).values),
    slopes({ form, epsilon, input }, slope, { values }) {
      const ofInput = byItem(input.width, [values.get(input)!, slope], ([item, slopes]) => {
        const { values: n, deviation } = normalised(item!, form, epsilon);
        const along = mean(times(slopes!, n));
        const across = form === 'centred' ? mean(slopes!) : 0;
        return slopes!.map((value, channel) => (value - across - n[channel]! * along) / deviation);
      });
      return { inputs: [[input, ofInput]] };
    },
  },
  elementwise: {
    value: ({ function: name, input }, { values }) => values.get(input)!.map((x) => elementwise[name].value(x)),
    slopes({ function: name, input }, slope, { values }) {
      return {
        inputs: [
          [
            input,
            times(
              slope,
              values.get(input)!.map((x) => elementwise[name].derivative(x)),
            ),
          ],
        ],
      };
    },
  },
  shift: {
    value: ({ input, vector }, { values, weights }) =>
      byItem(input.width, [values.get(input)!], ([item]) => plus(item!, weights.get(vector.name)!)),
    slopes: ({ input, vector }, slope) => ({
      inputs: [[input, slope]],
      matrix: [vector, sumOfItems(slope, input.width)],
    }),
  },
  scale: {
    value: ({ input, vector }, { values, weights }) =>
      byItem(input.width, [values.get(input)!], ([item]) => times(item!, weights.get(vector.name)!)),
    slopes({ input, vector }, slope, { values, weights }) {
      return {
        inputs: [[input, byItem(input.width, [slope], ([item]) => times(item!, weights.get(vector.name)!))]],
        matrix: [vector, sumOfItems(times(slope, values.get(input)!), input.width)],
      };
    },
  },
  multiply: {
    value: ({ left, right }, { values }) => times(values.get(left)!, values.get(right)!),
    slopes: ({ left, right }, slope, { values }) => ({
      inputs: [
        [left, times(slope, values.get(right)!)],
        [right, times(slope, values.get(left)!)],
      ],
    }),
  },
  add: {
    value: ({ left, right }, { values }) => plus(values.get(left)!, values.get(right)!),
    slopes: ({ left, right }, slope) => ({
      inputs: [
        [left, slope],
        [right, slope],
      ],
    }),
  },
  slice: {
    value: ({ input, from, to }, { values }) =>
      byItem(input.width, [values.get(input)!], ([item]) => item!.slice(from, to)),
    slopes: ({ input, from, output }, slope) => ({
      inputs: [
        [
          input,
          byItem(output.width, [slope], ([item]) => {
            const all = new Float64Array(input.width);
            all.set(item!, from);
            return all;
          }),
        ],
      ],
    }),
  },
  concatenate: {
    value({ inputs }, { values }) {
      const batch = values.get(inputs[0]!)!.length / inputs[0]!.width;
      const items = Array.from({ length: batch }, (_, item) =>
        inputs.flatMap((input) => [...itemOf(values.get(input)!, item, input.width)]),
      );
      return Float64Array.from(items.flat());
    },
    slopes({ inputs, output }, slope) {
      let from = 0;
      const parts = inputs.map((input) => {
        const start = from;
        from += input.width;
        return [input, byItem(output.width, [slope], ([item]) => item!.slice(start, start + input.width))] as const;
      });
      return { inputs: parts };
    },
  },
  dropout: {
    value: ({ input, output }, { values, masks }) => masked(values.get(input)!, masks.get(output)),
    slopes: ({ input, output }, slope, { masks }) => ({ inputs: [[input, masked(slope, masks.get(output))]] }),
  },
};

function normalised(item: Float64Array, form: 'centred' | 'rootMeanSquare', epsilon: number) {
  const centre = form === 'centred' ? mean(item) : 0;
  const centred = item.map((value) => value - centre);
  const deviation = Math.sqrt(mean(times(centred, centred)) + epsilon);
  return { values: centred.map((value) => value / deviation), deviation };
}

function masked(values: Float64Array, mask: ArrayLike<number> | undefined): Float64Array {
  return mask ? values.map((value, index) => value * mask[index]!) : values;
}

/** Makes each item's numbers from the same item of values of one width. */
function byItem(
  width: number,
  values: readonly Float64Array[],
  make: (items: Float64Array[]) => Float64Array,
): Float64Array {
  const batch = values[0]!.length / width;
  const items = Array.from({ length: batch }, (_, item) => [
    ...make(values.map((numbers) => itemOf(numbers, item, width))),
  ]);
  return Float64Array.from(items.flat());
}

function itemOf(values: Float64Array, item: number, width: number): Float64Array {
  return values.slice(item * width, (item + 1) * width);
}

function sumOfItems(values: Float64Array, width: number): Float64Array {
  const sums = new Float64Array(width);
  values.forEach((value, index) => (sums[index % width]! += value));
  return sums;
}

function plus(left: Float64Array, right: Float64Array): Float64Array {
  return left.map((value, index) => value + right[index]!);
}

function times(left: Float64Array, right: Float64Array): Float64Array {
  return left.map((value, index) => value * right[index]!);
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
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
