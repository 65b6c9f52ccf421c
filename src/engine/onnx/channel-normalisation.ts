/**
 * Normalisation of each item over its channels as ONNX nodes. LayerNormalization would normalise along the last axis only,
 * which is the batch's.
 */
import type { OperationOf } from '../../arch/program.js';
import type { TensorName } from './graph.js';
import { addGradient, tensorOf, type ForwardPass, type TrainingPass } from './pass.js';

type ChannelNormalisation = OperationOf<'channelNormalisation'>;

/** Adds the normalised value. */
export function normaliseChannels(operation: ChannelNormalisation, pass: ForwardPass): TensorName {
  const { graph } = pass;
  return graph.node('Mul', [centred(operation, pass), inverseDeviation(operation, pass)]);
}

/**
 * Adds the gradient of the input: inverse deviation · (g - mean(g) - n mean(g n)), with n the normalised value; without
 * mean(g) where the form does not take the mean away.
 */
export function normaliseChannelsBackward(
  operation: ChannelNormalisation,
  pass: TrainingPass,
  gradient: TensorName,
): void {
  const { graph } = pass;
  addGradient(pass, operation.input, () => {
    const normalised = tensorOf(pass, operation.output);
    const projection = channelMean(pass, graph.node('Mul', [gradient, normalised]));
    const along = graph.node('Mul', [normalised, projection]);
    const across = operation.form === 'centred' ? graph.node('Sub', [gradient, channelMean(pass, gradient)]) : gradient;
    return graph.node('Mul', [graph.node('Sub', [across, along]), inverseDeviation(operation, pass)]);
  });
}

/** The input, without its mean where the form says so. The runtime computes once what is written down twice. */
function centred({ form, input }: ChannelNormalisation, pass: ForwardPass): TensorName {
  const tensor = tensorOf(pass, input);
  return form === 'centred' ? pass.graph.node('Sub', [tensor, channelMean(pass, tensor)]) : tensor;
}

/** 1 / sqrt(mean square + epsilon), `[1, batch]` */
function inverseDeviation(operation: ChannelNormalisation, pass: ForwardPass): TensorName {
  const { graph } = pass;
  const values = centred(operation, pass);
  const meanSquare = channelMean(pass, graph.node('Mul', [values, values]));
  const deviation = graph.node('Sqrt', [graph.node('Add', [meanSquare, graph.scalar(operation.epsilon)])]);
  return graph.node('Reciprocal', [deviation]);
}

function channelMean({ graph, dialect }: ForwardPass, tensor: TensorName): TensorName {
  return graph.node('ReduceMean', [tensor], { axes: [dialect.widthAxis], keepdims: 1 });
}
