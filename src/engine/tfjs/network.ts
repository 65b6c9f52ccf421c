/**
 * The forward program in operations of TensorFlow.js, for all networks of a pack at once. Values are
 * `[members, size, width]`, or `[1, size, width]` where the members share them, and weights `[members, in, out]`; no
 * operation mixes two members, so what is not finite in one stays there.
 */
import type { Tensor } from '@tensorflow/tfjs';
import type { Operation, OperationOf, Program } from '../../arch/program.js';
import { entryOf, valueAt } from '../../base/items.js';

/** Holds tensors by the name of a matrix or a value. */
export type NamedTensors = Readonly<Record<string, Tensor>>;

/** Tells what a forward pass computes with. */
export interface Pass {
  /** By matrix name. */
  readonly weights: NamedTensors;
  /** Batch normalisation differs between training and evaluation. */
  readonly normalise: (operation: OperationOf<'batchNormalisation'>, input: Tensor) => Tensor;
}

interface PassWithValues extends Pass {
  /** By value name; those that there are so far. */
  readonly values: Map<string, Tensor>;
}

type Rule<Kind extends Operation['kind']> = (
  operation: OperationOf<Kind>,
  input: Tensor,
  pass: PassWithValues,
) => Tensor;

const rules: { readonly [Kind in Operation['kind']]: Rule<Kind> } = {
  product({ matrix, skip }, input, { weights, values }) {
    const product = input.matMul(entryOf(weights, matrix.name));
    return skip ? product.add(valueAt(values, skip.name)) : product;
  },
  batchNormalisation: (operation, input, { normalise }) => normalise(operation, input),
  relu: (_, input) => input.relu(),
  sigmoid: (_, input) => input.sigmoid(),
};

/** Computes the program's output for the input. */
export function forward(program: Program, input: Tensor, pass: Pass): Tensor {
  const values = new Map([[program.input.name, input]]);
  const passWithValues = { ...pass, values };
  for (const operation of program.operations) {
    const rule = rules[operation.kind] as Rule<Operation['kind']>;
    values.set(operation.output.name, rule(operation, valueAt(values, operation.input.name), passWithValues));
  }
  return valueAt(values, program.output.name);
}
