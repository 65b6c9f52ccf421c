/**
 * The networks of a pack in evaluation as an ONNX graph, on images that they share.
 *
 * Inputs: `x` `[images, in]`, `target` `[images, out]`, `weights` `[members, parameters]` (parameters.ts), every fixed
 * matrix by its name `[members, out, in]`, and `mean <n>`, `inverse deviation <n>` `[members, width, 1]` of the n-th
 * batch normalisation. Outputs: `y` `[members, images, out]` and `squared error` `[members, images]`.
 */
import { fixedMatrices, type Program } from '../../arch/program.js';
import { valueAt } from '../../base/items.js';
import { packed, transposed } from './dialects.js';
import { normalisationByInputs } from './evaluation-graph.js';
import { graphBuilder } from './graph.js';
import { forward, type ForwardPass } from './operations.js';
import { matrixTensors, parametersOf } from './parameters.js';

/** Gives the bytes of the evaluation's model. */
export function packedEvaluationGraph(program: Program): Uint8Array {
  const graph = graphBuilder();
  const input = graph.node('Transpose', [graph.input('x', ['images', program.input.width])]);
  for (const { name, rows, columns } of fixedMatrices(program)) graph.input(name, ['members', columns, rows]);
  const weights = graph.input('weights', ['members', parametersOf(program)]);
  const pass: ForwardPass = {
    graph,
    dialect: packed,
    tensors: new Map([[program.input.name, input]]),
    matrices: matrixTensors(graph, program, weights),
    normalise: normalisationByInputs(graph, ['members']),
  };
  for (const operation of program.operations) forward(operation, pass);

  const output = valueAt(pass.tensors, program.output.name);
  const target = graph.node('Transpose', [graph.input('target', ['images', program.output.width])]);
  const error = graph.node('Sub', [output, target]);
  const ofImages = graph.node('ReduceSumSquare', [error], { axes: [packed.widthAxis], keepdims: 0 });
  graph.output(transposed(graph, output), 'y');
  graph.output(ofImages, 'squared error');
  return graph.encode();
}
