/** A pass through the forward program as it grows in a graph: what has been computed, and which gradients have arrived. */
import type { OperationOf, Value } from '../../arch/program.js';
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
  /** What dropout multiplies its input by, by the name of its output; none in evaluation. */
  readonly masks: ReadonlyMap<string, TensorName>;
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
  /** Those that have arrived so far, by matrix name. */
  readonly matrixGradients: Map<string, TensorName>;
}

/** Gives the tensor of a value that has been computed. */
export function tensorOf({ tensors }: Pick<ForwardPass, 'tensors'>, { name }: Value): TensorName {
  return valueAt(tensors, name);
}

/** Adds a part of the gradient of a value, which is computed only where something trainable is behind the value. */
export function addGradient(pass: TrainingPass, value: Value, gradient: () => TensorName): void {
  if (!pass.differentiable.has(value.name)) return;
  addPart(pass.graph, pass.valueGradients, value.name, gradient());
}

/** Adds a part of the gradient of a matrix or vector, which is computed only where it is trainable. */
export function addMatrixGradient(
  pass: TrainingPass,
  { name, trainable }: { readonly name: string; readonly trainable: boolean },
  gradient: () => TensorName,
): void {
  if (trainable) addPart(pass.graph, pass.matrixGradients, name, gradient());
}

function addPart(graph: GraphBuilder, parts: Map<string, TensorName>, name: string, part: TensorName): void {
  const arrived = parts.get(name);
  parts.set(name, arrived === undefined ? part : graph.node('Add', [arrived, part]));
}

/** Adds the mean over the batch, `[width, 1]`. */
export function batchMean({ graph, dialect }: Pick<ForwardPass, 'graph' | 'dialect'>, tensor: TensorName): TensorName {
  return graph.node('ReduceMean', [tensor], { axes: [dialect.batchAxis], keepdims: 1 });
}

/** Adds the sum along an axis, which stays with the length 1. */
export function sumAlong(graph: GraphBuilder, axis: number, tensor: TensorName): TensorName {
  return graph.node('ReduceSum', [tensor, graph.integers([axis])], { keepdims: 1 });
}

/** Adds the part of a tensor from an index to before another, along an axis. */
export function sliceAlong(
  graph: GraphBuilder,
  axis: number,
  tensor: TensorName,
  from: number,
  to: number,
): TensorName {
  return graph.node('Slice', [tensor, graph.integers([from]), graph.integers([to]), graph.integers([axis])]);
}
