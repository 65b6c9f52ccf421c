/** Networks of the operations that the residual network has none of. */
import { lossKinds, outputWidthFor, type LossKind } from '../../../src/arch/loss.js';
import {
  elementwiseFunctions,
  matricesReadBy,
  type Matrix,
  type MatrixStart,
  type Operation,
  type Value,
} from '../../../src/arch/program.js';
import type { Step } from '../../../src/engine/engine.js';
import { numbersOf, type Network } from './networks.js';

/** A network whose targets its loss may need in a form of their own. */
interface Widths {
  readonly input: number;
  readonly hidden: number;
  readonly target: number;
}

const matrixOf = (name: string, rows: number, columns: number, start: MatrixStart = 'uniform'): Matrix => ({
  name,
  rows,
  columns,
  trainable: true,
  start,
});

const product = (name: string, input: Value, output: Value): Operation => ({
  kind: 'product',
  input,
  matrix: matrixOf(name, input.width, output.width),
  output,
});

function networkOf(name: string, input: Value, operations: Operation[], kind: LossKind, targetWidth: number): Network {
  const program = {
    input,
    output: operations.at(-1)!.output,
    matrices: matricesReadBy(operations),
    operations,
    loss: { kind, targetWidth },
  };
  return { name, program };
}

/** Every operation once, several of them on the input itself, which the members of a pack share in evaluation. */
export function everyOperation(kind: LossKind, { input: inputWidth, hidden: width, target }: Widths): Network {
  const value = (name: string, valueWidth = width): Value => ({ name, width: valueWidth });
  const input = value('x', inputWidth);
  const [calmed, part, all] = [value('calmed', inputWidth), value('part', 1), value('all', 2 * inputWidth + 1)];
  const [hidden, lifted, normalised, scaled] = [value('h'), value('lifted'), value('n'), value('scaled')];
  const [squares, gated, sum, batch, root, output] = [
    value('squares'),
    value('gated'),
    value('sum'),
    value('batch'),
  ].concat(value('root'), value('y', outputWidthFor({ kind, targetWidth: target }))) as [
    Value,
    Value,
    Value,
    Value,
    Value,
    Value,
  ];
  const operations: Operation[] = [
    { kind: 'channelNormalisation', form: 'rootMeanSquare', epsilon: 1e-6, input, output: calmed },
    { kind: 'slice', input, from: inputWidth - 1, to: inputWidth, output: part },
    { kind: 'concatenate', inputs: [calmed, part, calmed], output: all },
    product('w0', all, hidden),
    { kind: 'shift', input: hidden, vector: matrixOf('bias', 1, width, { uniformWithin: 0.3 }), output: lifted },
    { kind: 'channelNormalisation', form: 'centred', epsilon: 1e-2, input: lifted, output: normalised },
    { kind: 'scale', input: normalised, vector: matrixOf('gain', 1, width, { constant: 1 }), output: scaled },
    { kind: 'multiply', left: scaled, right: scaled, output: squares },
    { kind: 'multiply', left: squares, right: lifted, output: gated },
    { kind: 'add', left: gated, right: hidden, output: sum },
    { kind: 'batchNormalisation', input: sum, output: batch },
    { kind: 'elementwise', function: 'silu', input: batch, output: root },
    product('w1', root, output),
  ];
  return networkOf(`${kind} of ${inputWidth}-${width}-${target}`, input, operations, kind, target);
}

export const everyLoss = lossKinds.map((kind) => everyOperation(kind, { input: 3, hidden: 5, target: 4 }));
export const widthsOfOne = lossKinds.map((kind) => everyOperation(kind, { input: 1, hidden: 1, target: 1 }));

/** A product, a function of it, and another product. */
export const everyFunction = elementwiseFunctions.map((name): Network => {
  const [input, hidden, bent, output] = [3, 4, 4, 2].map((width, place) => ({ name: 'xhzy'[place]!, width }));
  const operations: Operation[] = [
    product('w0', input!, hidden!),
    { kind: 'elementwise', function: name, input: hidden!, output: bent! },
    product('w1', bent!, output!),
  ];
  return networkOf(name, input!, operations, 'squaredError', 2);
});

/** Normalises what a vector of zeros is added to, so that the vector's gradient is that of the input. */
export function normalisingFirst(form: 'centred' | 'rootMeanSquare', width: number): Network {
  const [input, shifted, normalised, output] = ['x', 'shifted', 'n', 'y'].map((name, place) => ({
    name,
    width: place === 3 ? 2 : width,
  }));
  const vector = matrixOf('bias', 1, width, { constant: 0 });
  const operations: Operation[] = [
    { kind: 'shift', input: input!, vector, output: shifted! },
    { kind: 'channelNormalisation', form, epsilon: 1e-5, input: shifted!, output: normalised! },
    product('w', normalised!, output!),
  ];
  return networkOf(`${form} of ${width}`, input!, operations, 'squaredError', 2);
}

/** The loss of a vector of zeros plus the input, so that the vector's gradient is that of the output. */
export function lossOfInput(kind: LossKind, targetWidth: number): Network {
  const width = outputWidthFor({ kind, targetWidth });
  const [input, output] = ['x', 'y'].map((name) => ({ name, width }));
  const vector = matrixOf('bias', 1, width, { constant: 0 });
  return networkOf(kind, input!, [{ kind: 'shift', input: input!, vector, output: output! }], kind, targetWidth);
}

export const withDropout = ((): Network => {
  const [input, hidden, dropped, bent, rest, output] = [3, 8, 8, 8, 8, 2].map((width, place) => ({
    name: 'xhdbry'[place]!,
    width,
  }));
  const operations: Operation[] = [
    product('w0', input!, hidden!),
    { kind: 'dropout', rate: 0.3, input: hidden!, output: dropped! },
    { kind: 'elementwise', function: 'tanh', input: dropped!, output: bent! },
    { kind: 'dropout', rate: 0.5, input: bent!, output: rest! },
    product('w1', rest!, output!),
  ];
  return networkOf('dropout', input!, operations, 'squaredError', 2);
})();

/** Steps of one member for any loss: targets are shares, of which classes have one that is 1. */
export function lossStepsOf({ program }: Network, sizes: readonly number[], learningRate = 1e-2, label = ''): Step[] {
  const { kind, targetWidth } = program.loss;
  return sizes.map((size, index) => {
    const target = numbersOf(`target ${label} ${index}`, size * targetWidth);
    return {
      input: numbersOf(`input ${label} ${index}`, size * program.input.width).map((value) => 2 * value - 1),
      target: kind === 'softmaxCrossEntropy' ? labelsOf(target, targetWidth) : target,
      size,
      learningRates: [learningRate],
    };
  });
}

function labelsOf(values: Float32Array, width: number): Float32Array {
  return values.map((value, index) => {
    const start = index - (index % width);
    return value === Math.max(...values.subarray(start, start + width)) ? 1 : 0;
  });
}
