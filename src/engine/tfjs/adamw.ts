/**
 * AdamW in operations of TensorFlow.js, whose own Adam knows no decoupled weight decay.
 * Source: Loshchilov and Hutter, "Decoupled weight decay regularization", arXiv 1711.05101.
 */
import type { Tensor } from '@tensorflow/tfjs';
import type { AdamW } from '../engine.js';
import type { Tfjs } from './registered.js';

/** Holds a trainable matrix and its moments, `[members, in, out]` each. */
export type TrainedMatrix = {
  readonly weights: Tensor;
  /** m = beta1 m + g; the factor 1 - beta1 is folded into the rate. */
  readonly firstMoment: Tensor;
  /** v = beta2 v + g² */
  readonly secondMoment: Tensor;
};

/** Makes a matrix as it is before the first step. */
export function untrainedMatrix(tf: Tfjs, weights: Tensor): TrainedMatrix {
  return { weights, firstMoment: tf.zerosLike(weights), secondMoment: tf.zerosLike(weights) };
}

/**
 * Makes a function that takes one step of AdamW on a matrix by its gradient.
 * @param learningRates one for each member
 * @param step 1-based
 */
export function adamWUpdate(tf: Tfjs, settings: AdamW, learningRates: readonly number[], step: number) {
  const { beta1, beta2, epsilon, weightDecay } = settings;
  const deviationScale = Math.sqrt((1 - beta2) / (1 - beta2 ** step));
  const rateScale = (1 - beta1) / (1 - beta1 ** step) / deviationScale;
  const forMembers = (value: (learningRate: number) => number) =>
    tf.tensor3d(learningRates.map(value), [learningRates.length, 1, 1]);
  const rates = forMembers((learningRate) => learningRate * rateScale);
  const decays = forMembers((learningRate) => 1 - learningRate * weightDecay);
  return ({ weights, ...moments }: TrainedMatrix, gradient: Tensor): TrainedMatrix => {
    const firstMoment = moments.firstMoment.mul(beta1).add(gradient);
    const secondMoment = moments.secondMoment.mul(beta2).add(gradient.square());
    const change = firstMoment.div(secondMoment.sqrt().add(epsilon / deviationScale)).mul(rates);
    return { weights: weights.mul(decays).sub(change), firstMoment, secondMoment };
  };
}
