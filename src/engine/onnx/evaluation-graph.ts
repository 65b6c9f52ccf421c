/**
 * The network in evaluation as an ONNX graph: batch normalisation uses its running statistics.
 *
 * Inputs: `x` `[batch, in]`, `target` `[batch, out]`, every matrix by its name `[out, in]`, and `mean <n>`,
 * `inverse deviation <n>` `[width, 1]` of the n-th batch normalisation.
 * Outputs: `y` `[batch, out]` and `squared error` (scalar, summed over the batch).
 */
import type { Program } from '../../arch/program.js';
import { valueAt } from '../../base/items.js';
import type { WantedOutputs } from '../engine.js';
import { single } from './dialects.js';
import { graphBuilder, type GraphBuilder } from './graph.js';
import { forward, type ForwardPass } from './operations.js';
import type { DimensionSize } from './protobuf.js';

/** Gives the bytes of the evaluation's model. */
export function evaluationGraph(program: Program): Uint8Array {
  const graph = graphBuilder();
  const input = graph.node('Transpose', [graph.input('x', ['batch', program.input.width])]);
  const matrices = program.matrices.map(
    ({ name, rows, columns }) => [name, graph.input(name, [columns, rows])] as const,
  );
  const pass: ForwardPass = {
    graph,
    dialect: single,
    tensors: new Map([[program.input.name, input]]),
    matrices: new Map(matrices),
    normalise: normalisationByInputs(graph, []),
  };
  for (const operation of program.operations) forward(operation, pass);

  const output = graph.node('Transpose', [valueAt(pass.tensors, program.output.name)]);
  const error = graph.node('Sub', [output, graph.input('target', ['batch', program.output.width])]);
  graph.output(output, 'y');
  graph.output(graph.node('ReduceSumSquare', [error], { keepdims: 0 }), 'squared error');
  return graph.encode();
}

/** Names the outputs that an evaluation takes out of the runtime's memory. */
export function evaluationOutputs({ outputs }: WantedOutputs): readonly string[] {
  return ['squared error', ...(outputs ? ['y'] : [])];
}

/**
 * Normalises by given statistics: inputs `mean <n>` and `inverse deviation <n>`, `[...leading, width, 1]`, of the n-th
 * batch normalisation.
 */
export function normalisationByInputs(
  graph: GraphBuilder,
  leading: readonly DimensionSize[],
): ForwardPass['normalise'] {
  let normalisations = 0;
  return ({ input }, value) => {
    const shape = [...leading, input.width, 1];
    const mean = graph.input(`mean ${normalisations}`, shape);
    const inverseDeviation = graph.input(`inverse deviation ${normalisations}`, shape);
    normalisations += 1;
    return graph.node('Mul', [graph.node('Sub', [value, mean]), inverseDeviation]);
  };
}
