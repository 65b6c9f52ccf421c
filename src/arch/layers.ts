/** Writes the operations of a program one after the other, as families put them together. */
import { hasInputMatrix, type Arch, type Dimensions } from './arch.js';
import { outputWidthFor, type Loss } from './loss.js';
import {
  matricesReadBy,
  type ElementwiseFunction,
  type Matrix,
  type MatrixStart,
  type Operation,
  type OperationOf,
  type Program,
  type Value,
} from './program.js';

/** Says what a product is beside its input and its width. */
export interface ProductOptions {
  /** Is added to the product; as wide as it. */
  readonly skip?: Value;
  readonly trainable?: boolean;
  readonly start?: MatrixStart;
}

/** Writes operations; each of its functions gives the value that the operation makes. Names of matrices draw their weights. */
export interface Layers {
  readonly input: Value;
  /** input · matrix, plus the skip where there is one. The matrix has the name. */
  product(name: string, input: Value, width: number, options?: ProductOptions): Value;
  /** input + bias. The bias starts in ±1/sqrt(fanIn), as PyTorch's linear layers do. */
  bias(name: string, input: Value, fanIn: number): Value;
  /** Layer normalisation of each item with a gain, which starts at 1, and a bias, which starts at 0. */
  layerNormalisation(name: string, input: Value): Value;
  /** Normalises without gain and bias. */
  normalise(how: Normalisation, input: Value): Value;
  elementwise(name: ElementwiseFunction, input: Value): Value;
  multiply(left: Value, right: Value): Value;
  add(left: Value, right: Value): Value;
  /** One after the other. */
  concatenate(inputs: readonly Value[]): Value;
  /** Leaves numbers out in training, where the rate is above 0. */
  dropout(rate: number, input: Value): Value;
  /** The input projection of an arch: the first value, as wide as its skip. A bias goes with a matrix that starts at random and is trained. */
  inputProjection(arch: Arch, options?: { readonly bias?: boolean }): Value;
  /** Ends the program with its output projection, the output's activation and the loss. */
  finish(arch: Arch, last: Value, dimensions: Dimensions, options?: { readonly bias?: boolean }): Program;
}

/** Names a normalisation: over the batch, or of each item over its channels, centred or by the root mean square. */
export type Normalisation = 'batch' | 'layer' | 'root-mean-square' | 'none';

/** Epsilon of layer normalisation and of root-mean-square normalisation, as PyTorch's layer normalisation has it. */
export const channelEpsilon = 1e-5;

/** Begins a program that reads values of a width. */
export function layersFrom(inputWidth: number): Layers {
  const operations: Operation[] = [];
  const input: Value = { name: 'x', width: inputWidth };

  const push = (operation: Operation): Value => {
    operations.push(operation);
    return operation.output;
  };
  const next = (width: number): Value => ({ name: `v${operations.length}`, width });
  const vector = (name: string, width: number, start: MatrixStart): Matrix => {
    return { name, rows: 1, columns: width, trainable: true, start };
  };
  const layers: Layers = {
    input,
    product(name, from, width, { skip, trainable = true, start = 'uniform' } = {}) {
      const matrix: Matrix = { name, rows: from.width, columns: width, trainable, start };
      const product: OperationOf<'product'> = { kind: 'product', input: from, matrix, output: next(width) };
      return push(skip === undefined ? product : { ...product, skip });
    },
    bias(name, from, fanIn) {
      const start = { uniformWithin: 1 / Math.sqrt(fanIn) };
      return push({ kind: 'shift', input: from, vector: vector(name, from.width, start), output: next(from.width) });
    },
    layerNormalisation(name, from) {
      const { width } = from;
      const normalised = layers.normalise('layer', from);
      const gain = vector(`${name}.gain`, width, { constant: 1 });
      const scaled = push({ kind: 'scale', input: normalised, vector: gain, output: next(width) });
      const bias = vector(`${name}.bias`, width, { constant: 0 });
      return push({ kind: 'shift', input: scaled, vector: bias, output: next(width) });
    },
    normalise(how, from) {
      const output = next(from.width);
      if (how === 'none') return from;
      if (how === 'batch') return push({ kind: 'batchNormalisation', input: from, output });
      const form = how === 'layer' ? 'centred' : 'rootMeanSquare';
      return push({ kind: 'channelNormalisation', form, epsilon: channelEpsilon, input: from, output });
    },
    elementwise: (name, from) => push({ kind: 'elementwise', function: name, input: from, output: next(from.width) }),
    multiply: (left, right) => push({ kind: 'multiply', left, right, output: next(left.width) }),
    add: (left, right) => push({ kind: 'add', left, right, output: next(left.width) }),
    concatenate: (inputs) =>
      push({ kind: 'concatenate', inputs, output: next(inputs.reduce((sum, { width }) => sum + width, 0)) }),
    dropout: (rate, from) =>
      rate === 0 ? from : push({ kind: 'dropout', rate, input: from, output: next(from.width) }),
    inputProjection(arch, { bias = false } = {}) {
      if (!hasInputMatrix(arch)) return input;
      const start = arch.inputProjection === 'identity' ? 'identity' : 'uniform';
      const trainable = arch.inputProjection !== 'fixed';
      const product = layers.product('input', input, arch.skipWidth, { trainable, start });
      return bias && arch.inputProjection === 'trainable' ? layers.bias('input.bias', product, input.width) : product;
    },
    finish(arch, last, { output: targetWidth, loss: kind }, { bias = false } = {}) {
      const loss: Loss = { kind: kind ?? 'squaredError', targetWidth };
      const projected = outputProjection(layers, { arch, last, width: outputWidthFor(loss), bias });
      const output = kind === undefined ? layers.elementwise('sigmoid', projected) : projected;
      return { input, output, matrices: matricesReadBy(operations), operations, loss };
    },
  };
  return layers;
}

interface OutputProjection {
  readonly arch: Arch;
  readonly last: Value;
  readonly width: number;
  readonly bias: boolean;
}

/** The last value as it is, or multiplied by the output projection, with a bias where the family has one. */
function outputProjection(layers: Layers, { arch, last, width, bias }: OutputProjection): Value {
  if (arch.outputProjection !== 'trainable') return last;
  const product = layers.product('output', last, width);
  return bias ? layers.bias('output.bias', product, last.width) : product;
}
