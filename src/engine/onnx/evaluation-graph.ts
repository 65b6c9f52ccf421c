/**
 * The network in evaluation as an ONNX graph: batch normalisation uses its running statistics.
 *
 * Inputs: `x` `[batch, in]`, `target` `[batch, target width]`, every matrix by its name `[out, in]`, and `mean <n>`,
 * `inverse deviation <n>` `[width, 1]` of the n-th batch normalisation.
 * Outputs: `y` `[batch, out]` and `loss sum` (scalar, the sum of the loss's terms).
 */
import type { Program } from '../../arch/program.js';
import type { WantedOutputs } from '../engine.js';
import { single } from './dialects.js';
import { graphBuilder, type GraphBuilder } from './graph.js';
import { lossNodes } from './losses.js';
import { forward } from './operations.js';
import { tensorOf, type ForwardPass } from './pass.js';
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
    masks: new Map(),
  };
  for (const operation of program.operations) forward(operation, pass);

  // Item by item, in which order the terms are summed.
  const output = graph.node('Transpose', [tensorOf(pass, program.output)]);
  const target = graph.input('target', ['batch', program.loss.targetWidth]);
  const loss = lossNodes(program.loss, { ...pass, output, target, widthAxis: 1 });
  graph.output(output, 'y');
  graph.output(loss.sum({ keepdims: 0 }), 'loss sum');
  return graph.encode();
}

/** Names the outputs that an evaluation takes out of the runtime's memory. */
export function evaluationOutputs({ outputs }: WantedOutputs): readonly string[] {
  return ['loss sum', ...(outputs ? ['y'] : [])];
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
