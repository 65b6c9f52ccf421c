/** The forward program in plain float64 JavaScript: slow, obvious, and independent of every engine. */
import { batchNormalisation, type Operation, type Program, type Value } from '../../src/arch/program.js';

/** Row-major `[batch, width]` values, or `[in, out]` weights. */
type Numbers = readonly number[];

/** The mean squared error of one batch in training mode. */
export function meanSquaredError(
  program: Program,
  weights: ReadonlyMap<string, Numbers>,
  input: Numbers,
  target: Numbers,
): number {
  const batch = input.length / program.input.width;
  const values = new Map<Value, Numbers>([[program.input, input]]);
  for (const operation of program.operations) values.set(operation.output, run(operation, values, weights, batch));
  const output = values.get(program.output)!;
  return output.reduce((sum, value, index) => sum + (value - target[index]!) ** 2, 0) / output.length;
}

function run(
  operation: Operation,
  values: ReadonlyMap<Value, Numbers>,
  weights: ReadonlyMap<string, Numbers>,
  batch: number,
): Numbers {
  const input = values.get(operation.input)!;
  switch (operation.kind) {
    case 'relu':
      return input.map((value) => Math.max(0, value));
    case 'sigmoid':
      return input.map((value) => 1 / (1 + Math.exp(-value)));
    case 'batchNormalisation':
      return normalise(input, operation.input.width, batch);
    case 'product': {
      const { rows, columns, name } = operation.matrix;
      const skip = operation.skip && values.get(operation.skip)!;
      return Array.from({ length: batch * columns }, (_, index) => {
        const [image, column] = [Math.floor(index / columns), index % columns];
        let sum = skip?.[index] ?? 0;
        for (let row = 0; row < rows; row += 1)
          sum += input[image * rows + row]! * weights.get(name)![row * columns + column]!;
        return sum;
      });
    }
  }
}

function normalise(input: Numbers, width: number, batch: number): Numbers {
  const moments = Array.from({ length: width }, (_, feature) => {
    const column = input.filter((_value, index) => index % width === feature);
    const mean = column.reduce((sum, value) => sum + value, 0) / batch;
    return { mean, variance: column.reduce((sum, value) => sum + (value - mean) ** 2, 0) / batch };
  });
  return input.map((value, index) => {
    const { mean, variance } = moments[index % width]!;
    return (value - mean) / Math.sqrt(variance + batchNormalisation.epsilon);
  });
}
