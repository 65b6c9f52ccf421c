/**
 * How the rules of operations.ts are written down as nodes, for one network and for several side by side. Both keep the
 * batch along the last axis.
 */
import type { GraphBuilder, TensorName } from './graph.js';

/** Tells how values of one network, or of several side by side, are laid out and multiplied. */
export interface Dialect {
  /** The axis of a value's features, which is that of a matrix's outputs too. */
  readonly widthAxis: number;
  readonly batchAxis: number;
  /** The shape that Reshape is given for `rows` by `columns` numbers of each network. */
  shape(rows: number, columns: number): readonly number[];
  /**
   * Whether LayerNormalization is given values whose mean has been taken away. WebGPU's takes the variance to be
   * mean(x²) - mean(x)², which loses digits where the mean is large, and all of them where it is a thousand deviations.
   */
  readonly normalisesCentred: boolean;
  /** a · b, plus what is added */
  product(graph: GraphBuilder, a: TensorName, b: TensorName, added?: TensorName): TensorName;
  /** aᵀ · b, plus what is added */
  productOfTransposed(graph: GraphBuilder, a: TensorName, b: TensorName, added?: TensorName): TensorName;
  /** a · bᵀ */
  productWithTransposed(graph: GraphBuilder, a: TensorName, b: TensorName): TensorName;
  relu(graph: GraphBuilder, input: TensorName): TensorName;
  /** The gradient of relu's output as that of its input. */
  reluGradient(graph: GraphBuilder, gradient: TensorName, input: TensorName, output: TensorName): TensorName;
  sigmoid(graph: GraphBuilder, input: TensorName): TensorName;
  tanh(graph: GraphBuilder, input: TensorName): TensorName;
  /** -1, 0 or 1 */
  sign(graph: GraphBuilder, input: TensorName): TensorName;
}

/** One network: values `[width, batch]`, matrices `[out, in]`. */
export const single: Dialect = {
  widthAxis: 0,
  batchAxis: 1,
  normalisesCentred: false,
  shape: (rows, columns) => [rows, columns],
  product: (graph, a, b, added) =>
    added === undefined ? graph.node('MatMul', [a, b]) : graph.node('Gemm', [a, b, added]),
  // Gemm adds what has arrived already, which saves a pass over the data.
  productOfTransposed: (graph, a, b, added = '') => graph.node('Gemm', [a, b, added], { transA: 1 }),
  productWithTransposed: (graph, a, b) => graph.node('Gemm', [a, b], { transB: 1 }),
  relu: (graph, input) => graph.node('Relu', [input]),
  // The sign of relu's output is its derivative: 0 or 1.
  reluGradient: (graph, gradient, _, output) => graph.node('Mul', [gradient, graph.node('Sign', [output])]),
  sigmoid: (graph, input) => graph.node('Sigmoid', [input]),
  tanh: (graph, input) => graph.node('Tanh', [input]),
  sign: (graph, input) => graph.node('Sign', [input]),
};

/**
 * Several networks: values `[members, width, batch]`, matrices `[members, out, in]`. Gemm has no axis for members, so
 * matrices are transposed apart; the runtime takes that back into the product where its provider has such a product.
 *
 * The WebGPU provider has no Sign, and its Relu and Sigmoid make 0 of NaN, so that a network whose weights are lost would
 * still have a loss. Sums and products keep NaN, and so do these.
 */
export const packed: Dialect = {
  widthAxis: 1,
  batchAxis: 2,
  normalisesCentred: true,
  shape: (rows, columns) => [keptAxis, rows, columns],
  product: (graph, a, b, added) => plus(graph, graph.node('MatMul', [a, b]), added),
  productOfTransposed: (graph, a, b, added) => plus(graph, graph.node('MatMul', [transposed(graph, a), b]), added),
  productWithTransposed: (graph, a, b) => graph.node('MatMul', [a, transposed(graph, b)]),
  relu: (graph, input) => graph.node('Mul', [input, isPositive(graph, input)]),
  reluGradient: (graph, gradient, input) => graph.node('Mul', [gradient, isPositive(graph, input)]),
  sigmoid: (graph, input) => keepingNaN(graph, input, graph.node('Sigmoid', [input])),
  tanh: (graph, input) => keepingNaN(graph, input, graph.node('Tanh', [input])),
  sign(graph, input) {
    const isNegative = isPositive(graph, graph.node('Neg', [input]));
    return graph.node('Sub', [isPositive(graph, input), isNegative]);
  },
};

/** To Reshape: as many as before. */
const keptAxis = 0;

/** Exchanges the last two axes of three. */
export function transposed(graph: GraphBuilder, tensor: TensorName): TensorName {
  return graph.node('Transpose', [tensor], { perm: [0, 2, 1] });
}

/** 1 or 0. Relu and its gradient both say this of the same tensor, and the runtime computes it once. */
function isPositive(graph: GraphBuilder, tensor: TensorName): TensorName {
  const positive = graph.node('Greater', [tensor, graph.scalar(0)]);
  return graph.node('Where', [positive, graph.scalar(1), graph.scalar(0)]);
}

/** The result, or NaN where the input is not finite. */
function keepingNaN(graph: GraphBuilder, input: TensorName, result: TensorName): TensorName {
  const zeroOrNaN = graph.node('Mul', [input, graph.scalar(0)]);
  return graph.node('Add', [result, zeroOrNaN]);
}

function plus(graph: GraphBuilder, sum: TensorName, added: TensorName | undefined): TensorName {
  return added === undefined ? sum : graph.node('Add', [sum, added]);
}
