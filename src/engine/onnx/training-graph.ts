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
import { graphBuilder, type ElementType } from './graph.js';
import {
  backward,
  backwardThroughNormalisedProduct,
  forward,
  type BatchStatistics,
  type TrainingPass,
} from './operations.js';

/** The bytes of the training step's model. */
export function trainingGraph(program: Program, elementType: ElementType = 'float32'): Uint8Array {
  const graph = graphBuilder(elementType);
  const pass = startTraining(program, graph);
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

function startTraining(program: Program, graph: ReturnType<typeof graphBuilder>): TrainingPass {
  const input = graph.node('Transpose', [graph.input('x', ['batch', program.input.width])]);
  const ones = graph.input('ones', ['batch']);
  for (const matrix of program.matrices) graph.input(matrix.name, [matrix.columns, matrix.rows]);
  const statistics = new Map<string, BatchStatistics>();
  const attributes = { axis: -1, epsilon: { float: batchNormalisation.epsilon } };
  return {
    graph,
    tensors: new Map([[program.input.name, input]]),
    normalise(operation, value) {
      const outputs = graph.nodes('LayerNormalization', [value, ones], 3, attributes);
      statistics.set(operation.output.name, { mean: outputs[1]!, inverseDeviation: outputs[2]! });
      return outputs[0]!;
    },
    statistics,
    inverseBatch: graph.input('inverse batch', []),
    differentiable: differentiableValues(program),
    valueGradients: new Map(),
    matrixGradients: new Map(),
  };
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
