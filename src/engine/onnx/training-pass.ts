/** What the graphs of a training step share: batch statistics on the way forward, gradients on the way back. */
import {
  batchNormalisation,
  inputsOf,
  operationsOf,
  valuesDependingOn,
  type Operation,
  type OperationOf,
  type Program,
} from '../../arch/program.js';
import { itemAt } from '../../base/items.js';
import type { TensorName } from './graph.js';
import { backward, backwardThroughNormalisedProduct } from './operations.js';
import { batchMean, type BatchStatistics, type ForwardPass, type TrainingPass } from './pass.js';

/** Holds what a training step reads. */
export interface TrainingInputs extends Pick<ForwardPass, 'graph' | 'dialect' | 'matrices' | 'masks'> {
  /** The program's input, with the batch along the last axis. */
  readonly input: TensorName;
  /** `[batch]` */
  readonly ones: TensorName;
  /** Scalar 1 / batch. */
  readonly inverseBatch: TensorName;
}

/** Begins a training pass with nothing in it yet. */
export function startTraining(program: Program, inputs: TrainingInputs): TrainingPass {
  const { graph, dialect, matrices, masks, input, inverseBatch } = inputs;
  const statistics = new Map<string, BatchStatistics>();
  return {
    graph,
    dialect,
    matrices,
    masks,
    tensors: new Map([[program.input.name, input]]),
    normalise(operation, value) {
      const { normalised, ...moments } =
        graph.elementType === 'float32' ? layerNormalisation(inputs, value) : normalisationInSteps(inputs, value);
      statistics.set(operation.output.name, moments);
      return normalised;
    },
    statistics,
    inverseBatch,
    differentiable: valuesDependingOn(program, ({ trainable }) => trainable),
    valueGradients: new Map(),
    matrixGradients: new Map(),
  };
}

/** Names the input that holds the mask of the n-th dropout. */
export function maskName(place: number): string {
  return `mask ${place}`;
}

/** Gives a tensor, with the batch along the last axis, for the mask of each dropout, by the name of its output. */
export function masksOf(
  program: Program,
  tensorOf: (name: string, width: number) => TensorName,
): ReadonlyMap<string, TensorName> {
  return new Map(
    operationsOf(program, 'dropout').map(({ output }, place) => [output.name, tensorOf(maskName(place), output.width)]),
  );
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
  return operations.flatMap(inputsOf).filter((value) => value === before.output).length === 1;
}
