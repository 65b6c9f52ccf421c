/**
 * Each operation of the forward program as ONNX nodes: how it runs, and how a gradient passes back through it.
 * Inside the graph values are feature-major, `[width, batch]`, and weights `[out, in]`, so vectors are `[width, 1]`: the
 * runtime's matrix products are fastest with the batch along the contiguous axis, and batch normalisation becomes a
 * LayerNormalization. Where several networks are trained side by side, each of these shapes has an axis for them in front.
 */
import { type Operation, type OperationOf, type Value } from '../../arch/program.js';
import { valueAt } from '../../base/items.js';
import { normaliseChannels, normaliseChannelsBackward } from './channel-normalisation.js';
import { elementwiseRules } from './elementwise.js';
import type { TensorName } from './graph.js';
import {
  addGradient,
  addMatrixGradient,
  batchMean,
  sliceAlong,
  sumAlong,
  tensorOf,
  type ForwardPass,
  type TrainingPass,
} from './pass.js';

type Rules<Pass extends unknown[], Result> = {
  readonly [Kind in Operation['kind']]: (operation: OperationOf<Kind>, ...pass: Pass) => Result;
};

const forwardRules: Rules<[ForwardPass], TensorName> = {
  product: ({ input, matrix, skip }, pass) =>
    pass.dialect.product(
      pass.graph,
      valueAt(pass.matrices, matrix.name),
      tensorOf(pass, input),
      skip && tensorOf(pass, skip),
    ),
  batchNormalisation: (operation, pass) => pass.normalise(operation, tensorOf(pass, operation.input)),
  channelNormalisation: normaliseChannels,
  elementwise: (operation, pass) => elementwiseRules[operation.function].value(pass, tensorOf(pass, operation.input)),
  shift: ({ input, vector }, pass) =>
    pass.graph.node('Add', [tensorOf(pass, input), valueAt(pass.matrices, vector.name)]),
  scale: ({ input, vector }, pass) =>
    pass.graph.node('Mul', [tensorOf(pass, input), valueAt(pass.matrices, vector.name)]),
  multiply: ({ left, right }, pass) => pass.graph.node('Mul', [tensorOf(pass, left), tensorOf(pass, right)]),
  add: ({ left, right }, pass) => pass.graph.node('Add', [tensorOf(pass, left), tensorOf(pass, right)]),
  slice: ({ input, from, to }, pass) => sliceAlong(pass.graph, pass.dialect.widthAxis, tensorOf(pass, input), from, to),
  concatenate: ({ inputs }, pass) =>
    pass.graph.node(
      'Concat',
      inputs.map((input) => tensorOf(pass, input)),
      { axis: pass.dialect.widthAxis },
    ),
  dropout: ({ input, output }, pass) => masked(pass, tensorOf(pass, input), output),
};

const backwardRules: Rules<[TrainingPass, TensorName], void> = {
  product({ input, matrix, skip }, pass, gradient) {
    const { graph, dialect, differentiable, valueGradients } = pass;
    if (skip) addGradient(pass, skip, () => gradient);
    addMatrixGradient(pass, matrix, () => matrixGradient(pass, input, gradient));
    if (!differentiable.has(input.name)) return;
    const tensor = valueAt(pass.matrices, matrix.name);
    const arrived = valueGradients.get(input.name);
    valueGradients.set(input.name, dialect.productOfTransposed(graph, tensor, gradient, arrived));
  },

  // inverse deviation · (g - mean(g) - n mean(g n)), with n the normalised value
  batchNormalisation({ input, output }, pass, gradient) {
    const { graph } = pass;
    addGradient(pass, input, () => {
      const normalised = tensorOf(pass, output);
      const projection = batchMean(pass, graph.node('Mul', [gradient, normalised]));
      const centred = graph.node('Sub', [gradient, batchMean(pass, gradient)]);
      const rest = graph.node('Sub', [centred, graph.node('Mul', [normalised, projection])]);
      const { inverseDeviation } = valueAt(pass.statistics, output.name);
      return graph.node('Mul', [rest, inverseDeviation]);
    });
  },

  channelNormalisation: normaliseChannelsBackward,

  elementwise(operation, pass, gradient) {
    const [x, y] = [tensorOf(pass, operation.input), tensorOf(pass, operation.output)];
    addGradient(pass, operation.input, () => elementwiseRules[operation.function].gradient(pass, gradient, x, y));
  },

  shift({ input, vector }, pass, gradient) {
    addMatrixGradient(pass, vector, () => sumAlong(pass.graph, pass.dialect.batchAxis, gradient));
    addGradient(pass, input, () => gradient);
  },

  scale({ input, vector }, pass, gradient) {
    const { graph, dialect, matrices } = pass;
    addMatrixGradient(pass, vector, () =>
      sumAlong(graph, dialect.batchAxis, graph.node('Mul', [gradient, tensorOf(pass, input)])),
    );
    addGradient(pass, input, () => graph.node('Mul', [gradient, valueAt(matrices, vector.name)]));
  },

  multiply({ left, right }, pass, gradient) {
    addGradient(pass, left, () => pass.graph.node('Mul', [gradient, tensorOf(pass, right)]));
    addGradient(pass, right, () => pass.graph.node('Mul', [gradient, tensorOf(pass, left)]));
  },

  add({ left, right }, pass, gradient) {
    addGradient(pass, left, () => gradient);
    addGradient(pass, right, () => gradient);
  },

  slice({ input, from, to }, pass, gradient) {
    addGradient(pass, input, () => padded(pass, gradient, from, input.width - to));
  },

  concatenate({ inputs }, pass, gradient) {
    let from = 0;
    for (const input of inputs) {
      const [start, end] = [from, from + input.width];
      addGradient(pass, input, () => sliceAlong(pass.graph, pass.dialect.widthAxis, gradient, start, end));
      from = end;
    }
  },

  dropout({ input, output }, pass, gradient) {
    addGradient(pass, input, () => masked(pass, gradient, output));
  },
};

/** Adds the operation to the graph. */
export function forward(operation: Operation, pass: ForwardPass): void {
  const rule = forwardRules[operation.kind] as (operation: Operation, pass: ForwardPass) => TensorName;
  pass.tensors.set(operation.output.name, rule(operation, pass));
}

/** Adds what passes the gradient of the operation's output on to its inputs and its matrix. */
export function backward(operation: Operation, pass: TrainingPass): void {
  const gradient = pass.valueGradients.get(operation.output.name);
  if (gradient === undefined) return;
  const rule = backwardRules[operation.kind] as (
    operation: Operation,
    pass: TrainingPass,
    gradient: TensorName,
  ) => void;
  rule(operation, pass, gradient);
}

/**
 * Adds the backward rule of a batch normalisation whose only reader is a product without skip, both at once:
 * - the gradient is centred before the product, where it is narrower, so its mean needs no removal afterwards;
 * - mean(g n) over the batch is the row-wise sum of W ∘ dW over the batch size, so `[width, batch]` is not read for it;
 * - what is left is added by the product itself.
 */
export function backwardThroughNormalisedProduct(
  normalisation: OperationOf<'batchNormalisation'>,
  { input: normalised, matrix, output }: OperationOf<'product'>,
  pass: TrainingPass,
): void {
  const { graph, dialect, valueGradients } = pass;
  const gradient = valueGradients.get(output.name);
  if (gradient === undefined) return;
  const tensor = valueAt(pass.matrices, matrix.name);
  const gradientOfMatrix = matrixGradient(pass, normalised, gradient);
  addMatrixGradient(pass, matrix, () => gradientOfMatrix);
  if (!pass.differentiable.has(normalisation.input.name)) return;

  const { inverseDeviation } = valueAt(pass.statistics, normalised.name);
  const asRow = graph.node('Reshape', [inverseDeviation, graph.integers(dialect.shape(1, normalised.width))]);
  const products = graph.node('Mul', [tensor, gradientOfMatrix]);
  const rowSum = sumAlong(graph, dialect.widthAxis, products);
  const projection = graph.node('Mul', [graph.node('Mul', [rowSum, pass.inverseBatch]), asRow]);
  const asColumn = graph.node('Reshape', [projection, graph.integers(dialect.shape(normalised.width, 1))]);
  const removed = graph.node('Mul', [tensorOf(pass, normalised), asColumn]);
  const arrived = valueGradients.get(normalisation.input.name);
  const rest = arrived === undefined ? graph.node('Neg', [removed]) : graph.node('Sub', [arrived, removed]);

  const scaledMatrix = graph.node('Mul', [tensor, asRow]);
  const centred = graph.node('Sub', [gradient, batchMean(pass, gradient)]);
  valueGradients.set(normalisation.input.name, dialect.productOfTransposed(graph, scaledMatrix, centred, rest));
}

function matrixGradient(pass: ForwardPass, input: Value, gradient: TensorName): TensorName {
  return pass.dialect.productWithTransposed(pass.graph, gradient, tensorOf(pass, input));
}

/** The tensor as the dropout that gives `output` leaves it, which is as it is where there is no mask. */
function masked({ graph, masks }: ForwardPass, tensor: TensorName, { name }: Value): TensorName {
  const mask = masks.get(name);
  return mask === undefined ? tensor : graph.node('Mul', [tensor, mask]);
}

/** The tensor with so many channels of zeros before its own and after them. */
function padded({ graph, dialect }: ForwardPass, tensor: TensorName, before: number, after: number): TensorName {
  const axes = Array.from({ length: Math.max(dialect.widthAxis, dialect.batchAxis) + 1 }, (_, axis) => axis);
  const padding = (channels: number) => axes.map((axis) => (axis === dialect.widthAxis ? channels : 0));
  return graph.node('Pad', [tensor, graph.integers([...padding(before), ...padding(after)])]);
}
