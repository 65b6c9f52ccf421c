/**
 * The networks of a pack in evaluation as an ONNX graph, on images that they share.
 *
 * Inputs: `x` `[images, in]`, `target` `[images, target width]`, `weights` `[members, parameters]` (parameters.ts), every
 * fixed matrix by its name `[members, out, in]`, `mean <n>`, `inverse deviation <n>` `[members, width, 1]` of the n-th
 * batch normalisation, and where `readsSharedChannels`, `zeros` `[members, 1, 1]`. Outputs: `y` `[members, images, out]`
 * and `loss sum` `[members, images]`, the sum of the loss's terms of each image.
 */
import { fixedMatrices, inputsOf, valuesDependingOn, type Program } from '../../arch/program.js';
import { packed, transposed } from './dialects.js';
import { normalisationByInputs } from './evaluation-graph.js';
import { graphBuilder } from './graph.js';
import { lossNodes } from './losses.js';
import { forward } from './operations.js';
import { matrixTensors, parametersOf } from './parameters.js';
import { tensorOf, type ForwardPass } from './pass.js';

/** Gives the bytes of the evaluation's model. */
export function packedEvaluationGraph(program: Program): Uint8Array {
  const graph = graphBuilder();
  const shared = graph.node('Transpose', [graph.input('x', ['images', program.input.width])]);
  const input = readsSharedChannels(program)
    ? graph.node('Add', [shared, graph.input('zeros', ['members', 1, 1])])
    : shared;
  for (const { name, rows, columns } of fixedMatrices(program)) graph.input(name, ['members', columns, rows]);
  const weights = graph.input('weights', ['members', parametersOf(program)]);
  const pass: ForwardPass = {
    graph,
    dialect: packed,
    tensors: new Map([[program.input.name, input]]),
    matrices: matrixTensors(graph, program, weights),
    normalise: normalisationByInputs(graph, ['members']),
    masks: new Map(),
  };
  for (const operation of program.operations) forward(operation, pass);

  const output = tensorOf(pass, program.output);
  const target = graph.node('Transpose', [graph.input('target', ['images', program.loss.targetWidth])]);
  const loss = lossNodes(program.loss, { ...pass, output, target, widthAxis: packed.widthAxis });
  graph.output(transposed(graph, output), 'y');
  graph.output(loss.sum({ axes: [packed.widthAxis], keepdims: 0 }), 'loss sum');
  return graph.encode();
}

/**
 * Says whether an operation that needs to know which axis holds the channels reads a value that is the same for all
 * members. Such a value would lack the axis of the members, so the images are copied for each of them.
 */
export function readsSharedChannels(program: Program): boolean {
  const ofMembers = valuesDependingOn(program, () => true);
  return program.operations.some(
    (operation) =>
      (operation.kind === 'slice' || operation.kind === 'concatenate' || operation.kind === 'channelNormalisation') &&
      inputsOf(operation).some(({ name }) => !ofMembers.has(name)),
  );
}
