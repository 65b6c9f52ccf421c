/**
 * One training step as an ONNX graph: the forward pass, the loss, and by reverse-mode differentiation the gradient of
 * every trainable matrix. The optimiser is not in it.
 *
 * Inputs: `x` `[batch, in]`, `target` `[batch, out]`, `ones` `[batch]`, `inverse batch` (scalar), every matrix by
 * its name `[out, in]`. Outputs: `squared error` (scalar, summed), `gradient <matrix>` `[out, in]` for the *half squared
 * error summed* over the batch (the mean squared error's gradient is `lossGradientScale` times it), and
 * `mean <n>`, `inverse deviation <n>` `[width, 1]` of the n-th batch normalisation.
 */
import type { Program } from '../../arch/program.js';
import { valueAt } from '../../base/items.js';
import { single } from './dialects.js';
import { graphBuilder, type ElementType, type GraphBuilder } from './graph.js';
import { forward, type TrainingPass } from './operations.js';
import { differentiate, startTraining } from './training-pass.js';

/** Gives the bytes of the training step's model. */
export function trainingGraph(program: Program, elementType: ElementType = 'float32'): Uint8Array {
  const graph = graphBuilder(elementType);
  const pass = start(program, graph);
  for (const operation of program.operations) forward(operation, pass);

  const target = graph.node('Transpose', [graph.input('target', ['batch', program.output.width])]);
  const error = graph.node('Sub', [valueAt(pass.tensors, program.output.name), target]);
  graph.output(graph.node('ReduceSumSquare', [error], { keepdims: 0 }), 'squared error');
  differentiate(program, pass, error);

  for (const [matrix, gradient] of pass.matrixGradients) graph.output(gradient, `gradient ${matrix}`);
  [...pass.statistics.values()].forEach(({ mean, inverseDeviation }, index) => {
    graph.output(mean, `mean ${index}`);
    graph.output(inverseDeviation, `inverse deviation ${index}`);
  });
  return graph.encode();
}

/** Says how many times the graph's gradients the gradient of the mean squared error is. */
export function lossGradientScale(program: Program, batchSize: number): number {
  return 2 / (batchSize * program.output.width);
}

function start(program: Program, graph: GraphBuilder): TrainingPass {
  const input = graph.node('Transpose', [graph.input('x', ['batch', program.input.width])]);
  const ones = graph.input('ones', ['batch']);
  const matrices = program.matrices.map(
    ({ name, rows, columns }) => [name, graph.input(name, [columns, rows])] as const,
  );
  const inverseBatch = graph.input('inverse batch', []);
  return startTraining(program, { graph, dialect: single, input, matrices: new Map(matrices), ones, inverseBatch });
}
