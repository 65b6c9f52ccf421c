/**
 * One training step as an ONNX graph: the forward pass, the loss, and by reverse-mode differentiation the gradient of
 * every trainable matrix. The optimiser is not in it.
 *
 * Inputs: `x` `[batch, in]`, `target` `[batch, out]`, `ones` `[batch]`, `inverse batch` (scalar), every matrix by
 * its name `[out, in]`. Outputs: `squared error` (scalar, summed), `gradient <matrix>` `[out, in]` for the *half squared
 * error summed* over the batch (the mean squared error's gradient is `lossGradientScale` times it), and
 * `mean <n>`, `inverse deviation <n>` `[width, 1]` of the n-th batch normalisation.
 */
import { batchNormalisation, type Operation, type OperationOf, type Program } from '../../arch/program.js';
import { graphBuilder, type ElementType, type GraphBuilder, type TensorName } from './graph.js';
import {
  backward,
  backwardThroughNormalisedProduct,
  batchMean,
  forward,
  type BatchStatistics,
  type TrainingPass,
} from './operations.js';

/** The bytes of the training step's model. */
export function trainingGraph(program: Program, elementType: ElementType = 'float32'): Uint8Array {
  const graph = graphBuilder(elementType);
  const pass = startTraining(program, graph, elementType);
  for (const operation of program.operations) forward(operation, pass);

  const target = graph.node('Transpose', [graph.input('target', ['batch', program.output.width])]);
  const error = graph.node('Sub', [pass.tensors.get(program.output.name)!, target]);
  graph.output(graph.node('ReduceSumSquare', [error], { keepdims: 0 }), 'squared error');
  pass.valueGradients.set(program.output.name, error);
  differentiate(program, pass);

  for (const [matrix, gradient] of pass.matrixGradients) graph.output(gradient, `gradient ${matrix}`);
  [...pass.statistics.values()].forEach(({ mean, inverseDeviation }, index) => {
    graph.output(mean, `mean ${index}`);
    graph.output(inverseDeviation, `inverse deviation ${index}`);
  });
  return graph.encode();
}

/** The gradient of the mean squared error is this many times the graph's gradients. */
export function lossGradientScale(program: Program, batchSize: number): number {
  return 2 / (batchSize * program.output.width);
}

function startTraining(program: Program, graph: GraphBuilder, elementType: ElementType): TrainingPass {
  const input = graph.node('Transpose', [graph.input('x', ['batch', program.input.width])]);
  const ones = graph.input('ones', ['batch']);
  for (const matrix of program.matrices) graph.input(matrix.name, [matrix.columns, matrix.rows]);
  const statistics = new Map<string, BatchStatistics>();
  return {
    graph,
    tensors: new Map([[program.input.name, input]]),
    normalise(operation, value) {
      const { normalised, ...moments } =
        elementType === 'float32' ? layerNormalisation(graph, value, ones) : normalisationInSteps(graph, value);
      statistics.set(operation.output.name, moments);
      return normalised;
    },
    statistics,
    inverseBatch: graph.input('inverse batch', []),
    differentiable: differentiableValues(program),
    valueGradients: new Map(),
    matrixGradients: new Map(),
  };
}

type Normalisation = BatchStatistics & { readonly normalised: TensorName };

/** Normalises along the batch, the contiguous axis, in one node. */
function layerNormalisation(graph: GraphBuilder, value: TensorName, ones: TensorName): Normalisation {
  const attributes = { axis: -1, epsilon: { float: batchNormalisation.epsilon } };
  const outputs = graph.nodes('LayerNormalization', [value, ones], 3, attributes);
  return { normalised: outputs[0]!, mean: outputs[1]!, inverseDeviation: outputs[2]! };
}

/** The same in single nodes, for float64: LayerNormalization gives its statistics in float32 only. */
function normalisationInSteps(graph: GraphBuilder, value: TensorName): Normalisation {
  const mean = batchMean(graph, value);
  const centred = graph.node('Sub', [value, mean]);
  const variance = batchMean(graph, graph.node('Mul', [centred, centred]));
  const deviation = graph.node('Sqrt', [graph.node('Add', [variance, graph.scalar(batchNormalisation.epsilon)])]);
  const inverseDeviation = graph.node('Reciprocal', [deviation]);
  return { normalised: graph.node('Mul', [centred, inverseDeviation]), mean, inverseDeviation };
}

/** Reverse mode: from the last operation to the first, each hands the gradient of its output to its inputs. */
function differentiate(program: Program, pass: TrainingPass): void {
  const { operations } = program;
  for (let index = operations.length - 1; index >= 0; index -= 1) {
    const operation = operations[index]!;
    const before = operations[index - 1];
    if (operation.kind === 'product' && before && readsOnlyHere(operations, before, operation)) {
      backwardThroughNormalisedProduct(before, operation, pass);
      index -= 1;
    } else {
      backward(operation, pass);
    }
  }
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
