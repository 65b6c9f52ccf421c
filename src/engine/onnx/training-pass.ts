/** What the graphs of a training step share: batch statistics on the way forward, gradients on the way back. */
import { batchNormalisation, type Operation, type OperationOf, type Program } from '../../arch/program.js';
import { itemAt } from '../../base/items.js';
import type { TensorName } from './graph.js';
import {
  backward,
  backwardThroughNormalisedProduct,
  batchMean,
  type BatchStatistics,
  type ForwardPass,
  type TrainingPass,
} from './operations.js';

/** Holds what a training step reads. */
export interface TrainingInputs extends Pick<ForwardPass, 'graph' | 'dialect' | 'matrices'> {
  /** The program's input, with the batch along the last axis. */
  readonly input: TensorName;
  /** `[batch]` */
  readonly ones: TensorName;
  /** Scalar 1 / batch. */
  readonly inverseBatch: TensorName;
}

/** Begins a training pass with nothing in it yet. */
export function startTraining(program: Program, inputs: TrainingInputs): TrainingPass {
  const { graph, dialect, matrices, input, inverseBatch } = inputs;
  const statistics = new Map<string, BatchStatistics>();
  return {
    graph,
    dialect,
    matrices,
    tensors: new Map([[program.input.name, input]]),
    normalise(operation, value) {
      const { normalised, ...moments } =
        graph.elementType === 'float32' ? layerNormalisation(inputs, value) : normalisationInSteps(inputs, value);
      statistics.set(operation.output.name, moments);
      return normalised;
    },
    statistics,
    inverseBatch,
    differentiable: differentiableValues(program),
    valueGradients: new Map(),
    matrixGradients: new Map(),
  };
}

/**
 * Adds the gradients in reverse mode: from the last operation to the first, each hands the gradient of its output to
 * its inputs. Starts with the gradient of the program's output.
 */
export function differentiate({ operations, output }: Program, pass: TrainingPass, gradient: TensorName): void {
  pass.valueGradients.set(output.name, gradient);
  for (let index = operations.length - 1; index >= 0; index -= 1) {
    const operation = itemAt(operations, index);
    const before = operations[index - 1];
    if (operation.kind === 'product' && before && readsOnlyHere(operations, before, operation)) {
      backwardThroughNormalisedProduct(before, operation, pass);
      index -= 1;
    } else {
      backward(operation, pass);
    }
  }
}

type Normalisation = BatchStatistics & { readonly normalised: TensorName };

/** Normalises along the batch, the contiguous axis, in one node, or one that finds the mean taken away already. */
function layerNormalisation(inputs: TrainingInputs, value: TensorName): Normalisation {
  const { graph, dialect, ones } = inputs;
  const attributes = { axis: -1, epsilon: { float: batchNormalisation.epsilon } };
  const layer = (tensor: TensorName): Normalisation => {
    const outputs = graph.nodes('LayerNormalization', [tensor, ones], 3, attributes);
    return { normalised: itemAt(outputs, 0), mean: itemAt(outputs, 1), inverseDeviation: itemAt(outputs, 2) };
  };
  if (!dialect.normalisesCentred) return layer(value);
  const mean = batchMean(inputs, value);
  return { ...layer(graph.node('Sub', [value, mean])), mean };
}

/** The same in single nodes, for float64: LayerNormalization gives its statistics in float32 only. */
function normalisationInSteps(pass: TrainingInputs, value: TensorName): Normalisation {
  const { graph } = pass;
  const mean = batchMean(pass, value);
  const centred = graph.node('Sub', [value, mean]);
  const variance = batchMean(pass, graph.node('Mul', [centred, centred]));
  const deviation = graph.node('Sqrt', [graph.node('Add', [variance, graph.scalar(batchNormalisation.epsilon)])]);
  const inverseDeviation = graph.node('Reciprocal', [deviation]);
  return { normalised: graph.node('Mul', [centred, inverseDeviation]), mean, inverseDeviation };
}

function readsOnlyHere(
  operations: readonly Operation[],
  before: Operation,
  product: OperationOf<'product'>,
): before is OperationOf<'batchNormalisation'> {
  if (before.kind !== 'batchNormalisation' || product.skip || product.input !== before.output) return false;
  const reads = (operation: Operation) =>
    operation.input === before.output || (operation.kind === 'product' && operation.skip === before.output);
  return operations.filter(reads).length === 1;
}

function differentiableValues({ operations }: Program): ReadonlySet<string> {
  const names = new Set<string>();
  for (const operation of operations) {
    const fromValues = names.has(operation.input.name);
    const fromProduct =
      operation.kind === 'product' &&
      (operation.matrix.trainable || (operation.skip && names.has(operation.skip.name)));
    if (fromValues || fromProduct) names.add(operation.output.name);
  }
  return names;
}
