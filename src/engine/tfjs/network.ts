/**
 * The forward program in operations of TensorFlow.js, for all networks of a pack at once. Values are
 * `[members, size, width]`, or `[1, size, width]` where the members share them, and weights `[members, in, out]`; no
 * operation mixes two members, so what is not finite in one stays there.
 */
import type { Tensor } from '@tensorflow/tfjs';
import type { ElementwiseFunction, Operation, OperationOf, Program, Value } from '../../arch/program.js';
import { entryOf, valueAt } from '../../base/items.js';
import type { Tfjs } from './registered.js';

/** Holds tensors by the name of a matrix or a value. */
export type NamedTensors = Readonly<Record<string, Tensor>>;

/** Tells what a forward pass computes with. */
export interface Pass {
  readonly tf: Tfjs;
  /** By matrix name. */
  readonly weights: NamedTensors;
  /** Batch normalisation differs between training and evaluation. */
  readonly normalise: (operation: OperationOf<'batchNormalisation'>, input: Tensor) => Tensor;
  /** What dropout multiplies its input by, by the name of its output; none in evaluation. */
  readonly masks: NamedTensors;
}

interface PassWithValues extends Pass {
  readonly valueOf: (value: Value) => Tensor;
}

type Rules = {
  readonly [Kind in Operation['kind']]: (operation: OperationOf<Kind>, pass: PassWithValues) => Tensor;
};

const rules: Rules = {
  product({ input, matrix, skip }, { weights, valueOf }) {
    const product = valueOf(input).matMul(entryOf(weights, matrix.name));
    return skip ? product.add(valueOf(skip)) : product;
  },
  batchNormalisation: (operation, { normalise, valueOf }) => normalise(operation, valueOf(operation.input)),
  channelNormalisation({ form, epsilon, input }, { valueOf }) {
    const value = valueOf(input);
    const centred = form === 'centred' ? value.sub(value.mean(channels, true)) : value;
    return centred.div(centred.square().mean(channels, true).add(epsilon).sqrt());
  },
  elementwise: (operation, { valueOf }) => elementwise[operation.function](valueOf(operation.input)),
  shift: ({ input, vector }, { weights, valueOf }) => valueOf(input).add(entryOf(weights, vector.name)),
  scale: ({ input, vector }, { weights, valueOf }) => valueOf(input).mul(entryOf(weights, vector.name)),
  multiply: ({ left, right }, { valueOf }) => valueOf(left).mul(valueOf(right)),
  add: ({ left, right }, { valueOf }) => valueOf(left).add(valueOf(right)),
  slice: ({ input, from, to }, { valueOf }) => valueOf(input).slice([0, 0, from], [-1, -1, to - from]),
  concatenate: ({ inputs }, { tf, valueOf }) => tf.concat(forAllMembers(inputs.map(valueOf)), channels),
  dropout({ input, output }, { masks, valueOf }) {
    const mask = masks[output.name];
    return mask ? valueOf(input).mul(mask) : valueOf(input);
  },
};

/** The axis of a value's channels. */
const channels = 2;

const elementwise: Readonly<Record<ElementwiseFunction, (x: Tensor) => Tensor>> = {
  relu: (x) => x.relu(),
  sigmoid: (x) => x.sigmoid(),
  gelu: (x) => x.mul(0.5).mul(x.mul(Math.SQRT1_2).erf().add(1)),
  silu: (x) => x.mul(x.sigmoid()),
  tanh: (x) => x.tanh(),
  softplus: (x) => x.softplus(),
  exp: (x) => x.exp(),
  square: (x) => x.square(),
  // The gradient that TensorFlow.js has of abs is -1 at 0, and not 0.
  abs: (x) => x.mul(x.sign()),
  sin: (x) => x.sin(),
};

/** Computes the program's output for the input. */
export function forward(program: Program, input: Tensor, pass: Pass): Tensor {
  const values = new Map([[program.input.name, input]]);
  const passWithValues = { ...pass, valueOf: ({ name }: Value) => valueAt(values, name) };
  for (const operation of program.operations) {
    const rule = rules[operation.kind] as (operation: Operation, pass: PassWithValues) => Tensor;
    values.set(operation.output.name, rule(operation, passWithValues));
  }
  return valueAt(values, program.output.name);
}

/** Repeats what the members share for each of them, where others of the values are the members' own. */
function forAllMembers(values: readonly Tensor[]): Tensor[] {
  const members = Math.max(...values.map(({ shape: [count = 1] }) => count));
  return values.map((value) => (value.shape[0] === members ? value : value.tile([members, 1, 1])));
}
