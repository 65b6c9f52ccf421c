/**
 * Each operation of the forward program as ONNX nodes: how it runs, and how a gradient passes back through it.
 * Inside the graph values are feature-major, `[width, batch]`, and weights `[out, in]`: the runtime's matrix products
 * are fastest with the batch along the contiguous axis, and batch normalisation becomes a LayerNormalization. Where
 * several networks are trained side by side, each of these shapes has an axis for them in front.
 */
import type { Operation, OperationOf, Value } from '../../arch/program.js';
import { valueAt } from '../../base/items.js';
import type { Dialect } from './dialects.js';
import type { GraphBuilder, TensorName } from './graph.js';

/** Holds what batch normalisation computed for one batch, `[width, 1]` each. */
export interface BatchStatistics {
  readonly mean: TensorName;
  /** 1 / sqrt(variance + epsilon) */
  readonly inverseDeviation: TensorName;
}

/** Holds the forward pass as it stands in the graph. */
export interface ForwardPass {
  readonly graph: GraphBuilder;
  readonly dialect: Dialect;
  /** Tensors by value name. */
  readonly tensors: Map<string, TensorName>;
  /** Tensors by matrix name. */
  readonly matrices: ReadonlyMap<string, TensorName>;
  /** Batch normalisation differs between training and evaluation. */
  readonly normalise: (operation: OperationOf<'batchNormalisation'>, input: TensorName) => TensorName;
}

/** Is a forward pass that gradients flow back through. */
export interface TrainingPass extends ForwardPass {
  /** By the name of the normalised value. */
  readonly statistics: ReadonlyMap<string, BatchStatistics>;
  /** Scalar 1 / batch. */
  readonly inverseBatch: TensorName;
  /** Names of the values that depend on a trainable matrix. */
  readonly differentiable: ReadonlySet<string>;
  /** Gradients that have arrived so far, by value name, up to a factor common to all. */
  readonly valueGradients: Map<string, TensorName>;
  /** By matrix name. */
  readonly matrixGradients: Map<string, TensorName>;
}

type Rules<Pass extends unknown[], Result> = {
  readonly [Kind in Operation['kind']]: (operation: OperationOf<Kind>, ...pass: Pass) => Result;
};

const forwardRules: Rules<[ForwardPass], TensorName> = {
  product: ({ input, matrix, skip }, { graph, dialect, tensors, matrices }) =>
    dialect.product(
      graph,
      valueAt(matrices, matrix.name),
      valueAt(tensors, input.name),
      skip === undefined ? undefined : tensors.get(skip.name),
    ),
  batchNormalisation: (operation, { tensors, normalise }) =>
    normalise(operation, valueAt(tensors, operation.input.name)),
  relu: ({ input }, { graph, dialect, tensors }) => dialect.relu(graph, valueAt(tensors, input.name)),
  sigmoid: ({ input }, { graph, dialect, tensors }) => dialect.sigmoid(graph, valueAt(tensors, input.name)),
};

const backwardRules: Rules<[TrainingPass, TensorName], void> = {
  product({ input, matrix, skip }, pass, gradient) {
    const { graph, dialect, differentiable, matrixGradients, valueGradients } = pass;
    if (skip) addGradient(pass, skip, gradient);
    if (matrix.trainable) matrixGradients.set(matrix.name, matrixGradient(pass, input, gradient));
    if (!differentiable.has(input.name)) return;
    const tensor = valueAt(pass.matrices, matrix.name);
    const arrived = valueGradients.get(input.name);
    valueGradients.set(input.name, dialect.productOfTransposed(graph, tensor, gradient, arrived));
  },

  // inverse deviation · (g - mean(g) - n mean(g n)), with n the normalised value
  batchNormalisation({ input, output }, pass, gradient) {
    const { graph } = pass;
    const normalised = valueAt(pass.tensors, output.name);
    const projection = batchMean(pass, graph.node('Mul', [gradient, normalised]));
    const centred = graph.node('Sub', [gradient, batchMean(pass, gradient)]);
    const rest = graph.node('Sub', [centred, graph.node('Mul', [normalised, projection])]);
    const { inverseDeviation } = valueAt(pass.statistics, output.name);
    addGradient(pass, input, graph.node('Mul', [rest, inverseDeviation]));
  },

  relu({ input, output }, pass, gradient) {
    const { graph, dialect, tensors } = pass;
    const [before, after] = [valueAt(tensors, input.name), valueAt(tensors, output.name)];
    addGradient(pass, input, dialect.reluGradient(graph, gradient, before, after));
  },

  sigmoid({ input, output }, pass, gradient) {
    const { graph } = pass;
    const y = valueAt(pass.tensors, output.name);
    const derivative = graph.node('Sub', [y, graph.node('Mul', [y, y])]);
    addGradient(pass, input, graph.node('Mul', [gradient, derivative]));
  },
};

/** Adds the operation to the graph. */
export function forward(operation: Operation, pass: ForwardPass): void {
  const rule = forwardRules[operation.kind] as (operation: Operation, pass: ForwardPass) => TensorName;
  pass.tensors.set(operation.output.name, rule(operation, pass));
}

/** Adds what passes the gradient of the operation's output on to its inputs and its matrix. */
export function backward(operation: Operation, pass: TrainingPass): void {
  const gradient = pass.valueGradients.get(operation.output.name);
  if (gradient === undefined) return;
  const rule = backwardRules[operation.kind] as (
    operation: Operation,
    pass: TrainingPass,
    gradient: TensorName,
  ) => void;
  rule(operation, pass, gradient);
}

/**
 * Adds the backward rule of a batch normalisation whose only reader is a product without skip, both at once:
 * - the gradient is centred before the product, where it is narrower, so its mean needs no removal afterwards;
 * - mean(g n) over the batch is the row-wise sum of W ∘ dW over the batch size, so `[width, batch]` is not read for it;
 * - what is left is added by the product itself.
 */
export function backwardThroughNormalisedProduct(
  normalisation: OperationOf<'batchNormalisation'>,
  { input: normalised, matrix, output }: OperationOf<'product'>,
  pass: TrainingPass,
): void {
  const { graph, dialect, valueGradients } = pass;
  const gradient = valueGradients.get(output.name);
  if (gradient === undefined) return;
  const tensor = valueAt(pass.matrices, matrix.name);
  const gradientOfMatrix = matrixGradient(pass, normalised, gradient);
  if (matrix.trainable) pass.matrixGradients.set(matrix.name, gradientOfMatrix);
  if (!pass.differentiable.has(normalisation.input.name)) return;

  const { inverseDeviation } = valueAt(pass.statistics, normalised.name);
  const asRow = graph.node('Reshape', [inverseDeviation, graph.integers(dialect.shape(1, normalised.width))]);
  const products = graph.node('Mul', [tensor, gradientOfMatrix]);
  const rowSum = graph.node('ReduceSum', [products, graph.integers([dialect.widthAxis])], { keepdims: 1 });
  const projection = graph.node('Mul', [graph.node('Mul', [rowSum, pass.inverseBatch]), asRow]);
  const asColumn = graph.node('Reshape', [projection, graph.integers(dialect.shape(normalised.width, 1))]);
  const removed = graph.node('Mul', [valueAt(pass.tensors, normalised.name), asColumn]);
  const arrived = valueGradients.get(normalisation.input.name);
  const rest = arrived === undefined ? graph.node('Neg', [removed]) : graph.node('Sub', [arrived, removed]);

  const scaledMatrix = graph.node('Mul', [tensor, asRow]);
  const centred = graph.node('Sub', [gradient, batchMean(pass, gradient)]);
  valueGradients.set(normalisation.input.name, dialect.productOfTransposed(graph, scaledMatrix, centred, rest));
}

function matrixGradient({ graph, dialect, tensors }: ForwardPass, input: Value, gradient: TensorName): TensorName {
  return dialect.productWithTransposed(graph, gradient, valueAt(tensors, input.name));
}

function addGradient(pass: TrainingPass, value: Value, gradient: TensorName): void {
  if (!pass.differentiable.has(value.name)) return;
  const arrived = pass.valueGradients.get(value.name);
  const sum = arrived === undefined ? gradient : pass.graph.node('Add', [arrived, gradient]);
  pass.valueGradients.set(value.name, sum);
}

/** Adds the mean over the batch, `[width, 1]`. */
export function batchMean({ graph, dialect }: Pick<ForwardPass, 'graph' | 'dialect'>, tensor: TensorName): TensorName {
  return graph.node('ReduceMean', [tensor], { axes: [dialect.batchAxis], keepdims: 1 });
}
