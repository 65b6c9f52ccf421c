/** The losses as ONNX nodes: their sum, and the gradient of the output that goes back from it. */
import { lossTerms, mostInverseDeviationLogarithm, type Loss, type LossKind } from '../../arch/loss.js';
import { logarithmOfRest, logistic, type Nodes } from './elementwise.js';
import type { TensorName } from './graph.js';
import { sliceAlong, sumAlong } from './pass.js';

/** Tells what a loss is taken of, in any layout that has the channels along `widthAxis`. */
export interface LossInputs extends Nodes {
  readonly output: TensorName;
  readonly target: TensorName;
  readonly widthAxis: number;
}

/** Says along which axes the terms of a loss are summed, all where none are given, and whether these axes stay. */
export interface Summed {
  readonly axes?: readonly number[];
  readonly keepdims: 0 | 1;
}

/** Adds what it is asked for of a loss. */
export interface LossNodes {
  readonly sum: (summed: Summed) => TensorName;
  /** The gradient of `gradientShare` times the sum, by the output. */
  readonly gradient: () => TensorName;
}

/** Says how much of the gradient the graphs hold: half of the squared error's, which is then a difference and no more. */
const gradientShare: Readonly<Record<LossKind, number>> = {
  squaredError: 0.5,
  softmaxCrossEntropy: 1,
  binaryCrossEntropy: 1,
  gaussianNegativeLogLikelihood: 1,
};

/** Says how many times the gradients of `LossNodes` those of the loss are, which is a mean over the batch. */
export function lossGradientScale(loss: Loss, batchSize: number): number {
  return 1 / gradientShare[loss.kind] / lossTerms(loss, batchSize);
}

/** Begins the loss of an output. */
export function lossNodes(loss: Loss, inputs: LossInputs): LossNodes {
  return rules[loss.kind](inputs, loss);
}

const rules: Readonly<Record<LossKind, (inputs: LossInputs, loss: Loss) => LossNodes>> = {
  squaredError({ graph, output, target }) {
    const error = graph.node('Sub', [output, target]);
    return { sum: (summed) => graph.node('ReduceSumSquare', [error], { ...summed }), gradient: () => error };
  },

  // -Σ t log softmax(y) = Σ t (log Σ exp(y - max) - (y - max)); its gradient is softmax(y) Σ t - t.
  softmaxCrossEntropy(inputs) {
    const { graph, output, target, widthAxis } = inputs;
    const largest = graph.node('ReduceMax', [output], { axes: [widthAxis], keepdims: 1 });
    const shifted = graph.node('Sub', [output, largest]);
    const powers = graph.node('Exp', [shifted]);
    const sum = sumAlong(graph, widthAxis, powers);
    const surprise = graph.node('Sub', [graph.node('Log', [sum]), shifted]);
    return {
      sum: (summed) => sumOf(inputs, graph.node('Mul', [target, surprise]), summed),
      gradient() {
        const softmax = graph.node('Div', [powers, sum]);
        return graph.node('Sub', [graph.node('Mul', [softmax, sumAlong(graph, widthAxis, target)]), target]);
      },
    };
  },

  // relu(y) - t y + log(1 + exp(-|y|)); its gradient is sigmoid(y) - t.
  binaryCrossEntropy(inputs) {
    const { graph, dialect, output, target } = inputs;
    return {
      sum(summed) {
        const linear = graph.node('Sub', [dialect.relu(graph, output), graph.node('Mul', [target, output])]);
        return sumOf(inputs, graph.node('Add', [linear, logarithmOfRest(inputs, output)]), summed);
      },
      gradient: () => graph.node('Sub', [logistic(inputs, output), target]),
    };
  },

  // With u = exp(-s/2) and e = (m - t) u: (s + e²) / 2; its gradients are e u by m and (1 - e²) / 2 by s.
  gaussianNegativeLogLikelihood(inputs, { targetWidth }) {
    const { graph, output, target, widthAxis } = inputs;
    const mean = sliceAlong(graph, widthAxis, output, 0, targetWidth);
    const logVariance = sliceAlong(graph, widthAxis, output, targetWidth, 2 * targetWidth);
    const inverseDeviation = graph.node('Exp', [inverseDeviationLogarithm(inputs, logVariance)]);
    const error = graph.node('Mul', [graph.node('Sub', [mean, target]), inverseDeviation]);
    const square = graph.node('Mul', [error, error]);
    const half = (tensor: TensorName) => graph.node('Mul', [tensor, graph.scalar(0.5)]);
    return {
      sum: (summed) => sumOf(inputs, half(graph.node('Add', [logVariance, square])), summed),
      gradient() {
        const ofMean = graph.node('Mul', [error, inverseDeviation]);
        const ofLogVariance = half(graph.node('Sub', [graph.scalar(1), square]));
        return graph.node('Concat', [ofMean, ofLogVariance], { axis: widthAxis });
      },
    };
  },
};

/** -s/2, at most `mostInverseDeviationLogarithm`. Where keeps what is not a number. */
function inverseDeviationLogarithm({ graph }: LossInputs, logVariance: TensorName): TensorName {
  const logarithm = graph.node('Mul', [logVariance, graph.scalar(-0.5)]);
  const most = graph.scalar(mostInverseDeviationLogarithm);
  return graph.node('Where', [graph.node('Greater', [logarithm, most]), most, logarithm]);
}

function sumOf({ graph }: LossInputs, terms: TensorName, { axes, keepdims }: Summed): TensorName {
  return graph.node('ReduceSum', axes ? [terms, graph.integers(axes)] : [terms], { keepdims });
}
