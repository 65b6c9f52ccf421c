/**
 * One training step as an ONNX graph: the forward pass, the loss, and by reverse-mode differentiation the gradient of
 * every trainable matrix. The optimiser is not in it.
 *
 * Inputs: `x` `[batch, in]`, `target` `[batch, target width]`, `ones` `[batch]`, `inverse batch` (scalar), every matrix
 * by its name `[out, in]`, and `mask <n>` `[batch, width]` of the n-th dropout. Outputs: `loss sum` (scalar, the sum of the
 * loss's terms), `gradient <matrix>` `[out, in]` (the loss's gradient is `lossGradientScale` times it), and `mean <n>`,
 * `inverse deviation <n>` `[width, 1]` of the n-th batch normalisation.
 */
import type { Program } from '../../arch/program.js';
import { single } from './dialects.js';
import { graphBuilder, type ElementType, type GraphBuilder } from './graph.js';
import { lossNodes } from './losses.js';
import { forward } from './operations.js';
import { tensorOf, type TrainingPass } from './pass.js';
import { differentiate, masksOf, startTraining } from './training-pass.js';

/** Gives the bytes of the training step's model. */
export function trainingGraph(program: Program, elementType: ElementType = 'float32'): Uint8Array {
  const graph = graphBuilder(elementType);
  const pass = start(program, graph);
  for (const operation of program.operations) forward(operation, pass);

  const target = graph.node('Transpose', [graph.input('target', ['batch', program.loss.targetWidth])]);
  const output = tensorOf(pass, program.output);
  const loss = lossNodes(program.loss, { ...pass, output, target, widthAxis: single.widthAxis });
  graph.output(loss.sum({ keepdims: 0 }), 'loss sum');
  differentiate(program, pass, loss.gradient());

  for (const [matrix, gradient] of pass.matrixGradients) graph.output(gradient, `gradient ${matrix}`);
  [...pass.statistics.values()].forEach(({ mean, inverseDeviation }, index) => {
    graph.output(mean, `mean ${index}`);
    graph.output(inverseDeviation, `inverse deviation ${index}`);
  });
  return graph.encode();
}

function start(program: Program, graph: GraphBuilder): TrainingPass {
  const input = graph.node('Transpose', [graph.input('x', ['batch', program.input.width])]);
  const ones = graph.input('ones', ['batch']);
  const matrices = program.matrices.map(
    ({ name, rows, columns }) => [name, graph.input(name, [columns, rows])] as const,
  );
  const inverseBatch = graph.input('inverse batch', []);
  const masks = masksOf(program, (name, width) => graph.node('Transpose', [graph.input(name, ['batch', width])]));
  return startTraining(program, {
    graph,
    dialect: single,
    input,
    matrices: new Map(matrices),
    masks,
    ones,
    inverseBatch,
  });
}
