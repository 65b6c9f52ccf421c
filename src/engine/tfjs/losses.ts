/** The losses in operations of TensorFlow.js. */
import type { Tensor } from '@tensorflow/tfjs';
import { mostInverseDeviationLogarithm, type Loss, type LossKind } from '../../arch/loss.js';
import type { Tfjs } from './registered.js';

/** Gives the terms of the loss, `[members, size, terms of an item]`, of an output and a target `[members or 1, size, …]`. */
export function lossTermsOf(tf: Tfjs, loss: Loss, output: Tensor, target: Tensor): Tensor {
  return terms[loss.kind](tf, output, target);
}

const terms: Readonly<Record<LossKind, (tf: Tfjs, output: Tensor, target: Tensor) => Tensor>> = {
  squaredError: (_, output, target) => output.sub(target).square(),
  softmaxCrossEntropy: (_, output, target) => output.logSoftmax().mul(target).sum(2, true).neg(),
  // -log sigmoid(y) = softplus(-y), and no two large numbers are subtracted from each other.
  binaryCrossEntropy: (tf, output, target) =>
    output
      .neg()
      .softplus()
      .mul(target)
      .add(output.softplus().mul(tf.scalar(1).sub(target))),
  gaussianNegativeLogLikelihood(tf, output, target) {
    const [mean, logVariance] = tf.split(output, 2, 2) as [Tensor, Tensor];
    const inverseDeviation = logVariance.mul(-0.5).minimum(mostInverseDeviationLogarithm).exp();
    return target.sub(mean).mul(inverseDeviation).square().add(logVariance).mul(0.5);
  },
};
