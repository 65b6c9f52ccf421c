/**
 * How the rules of operations.ts are written down as nodes, for one network and for several side by side. Both keep the
 * batch along the last axis.
 */
import type { GraphBuilder, TensorName } from './graph.js';

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
  /** The gradient where relu's output is positive, else 0. */
  whereActive(graph: GraphBuilder, gradient: TensorName, reluOutput: TensorName): TensorName;
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
  // The sign of relu's output is its derivative: 0 or 1.
  whereActive: (graph, gradient, reluOutput) => graph.node('Mul', [gradient, graph.node('Sign', [reluOutput])]),
};

/**
 * Several networks: values `[members, width, batch]`, matrices `[members, out, in]`. Gemm has no axis for members, so
 * matrices are transposed apart; the runtime takes that back into the product where its provider has such a product.
 * The WebGPU provider has no Sign.
 */
export const packed: Dialect = {
  widthAxis: 1,
  batchAxis: 2,
  normalisesCentred: true,
  shape: (rows, columns) => [keptAxis, rows, columns],
  product: (graph, a, b, added) => plus(graph, graph.node('MatMul', [a, b]), added),
  productOfTransposed: (graph, a, b, added) => plus(graph, graph.node('MatMul', [transposed(graph, a), b]), added),
  productWithTransposed: (graph, a, b) => graph.node('MatMul', [a, transposed(graph, b)]),
  whereActive(graph, gradient, reluOutput) {
    const active = graph.node('Greater', [reluOutput, graph.scalar(0)]);
    return graph.node('Where', [active, gradient, graph.scalar(0)]);
  },
};

/** To Reshape: as many as before. */
const keptAxis = 0;

/** The last two axes of three exchanged. */
export function transposed(graph: GraphBuilder, tensor: TensorName): TensorName {
  return graph.node('Transpose', [tensor], { perm: [0, 2, 1] });
}

function plus(graph: GraphBuilder, sum: TensorName, added: TensorName | undefined): TensorName {
  return added === undefined ? sum : graph.node('Add', [sum, added]);
}
