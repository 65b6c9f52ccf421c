/** One training step of a pack, with the gradients that TensorFlow.js derives by itself. */
import type { Tensor } from '@tensorflow/tfjs';
import { batchNormalisation, operationsOf, type OperationOf, type Program } from '../../arch/program.js';
import { entryOf, zipped } from '../../base/items.js';
import { dropoutMasks } from '../dropout.js';
import type { AdamW, Step } from '../engine.js';
import { adamWUpdate, type TrainedMatrix } from './adamw.js';
import type { Tfjs } from './registered.js';
import { lossTermsOf } from './losses.js';
import { forward, type NamedTensors } from './network.js';
import type { Keep } from './runtime.js';

/** Holds mean and variance of a batch normalisation, `[members, 1, width]` each. */
export type Moments = { readonly mean: Tensor; readonly variance: Tensor };

/** Holds all that training changes. */
export type LearntTensors = {
  /** By matrix name. */
  readonly trained: Readonly<Record<string, TrainedMatrix>>;
  /** The running statistics, by the name of the normalised value. */
  readonly running: Readonly<Record<string, Moments>>;
};

/** Holds what training does not change. */
export interface TrainingConstants {
  readonly tf: Tfjs;
  readonly program: Program;
  readonly optimiser: AdamW;
  /** The matrices that are not trainable, by name, `[members, in, out]`. */
  readonly fixed: NamedTensors;
}

/** Gives all matrices, by name, `[members, in, out]`. */
export function allWeights({ fixed }: TrainingConstants, { trained }: LearntTensors): NamedTensors {
  const weights = Object.entries(trained).map(([name, matrix]) => [name, matrix.weights] as const);
  return { ...fixed, ...Object.fromEntries(weights) };
}

/**
 * Takes one more step; gives what is learnt after it, and each member's loss before it, `[members]`. What
 * the step reads stays as it is.
 * @param number of the step, 1-based
 */
export function takeStep(setting: TrainingConstants, learnt: LearntTensors, step: Step, number: number, keep: Keep) {
  const { tf, program, optimiser } = setting;
  const { size, learningRates } = step;
  const members = learningRates.length;
  const input = tf.tensor3d(step.input, [members, size, program.input.width]);
  const target = tf.tensor3d(step.target, [members, size, program.loss.targetWidth]);
  const weights = allWeights(setting, learnt);
  const masks = maskTensors(setting, step);
  const running: Record<string, Moments> = {};
  const normalise = ({ output: { name } }: OperationOf<'batchNormalisation'>, value: Tensor) => {
    const mean = value.mean(1, true);
    const centred = value.sub(mean);
    const variance = centred.square().mean(1, true);
    running[name] = followed(entryOf(learnt.running, name), { mean, variance }, size, keep);
    return centred.div(variance.add(batchNormalisation.epsilon).sqrt());
  };
  const memberLosses = () => {
    const output = forward(program, input, { tf, weights, normalise, masks });
    return lossTermsOf(tf, program.loss, output, target).mean([1, 2]);
  };
  // The gradient of the losses' sum. A member's weights are in its own loss alone.
  const names = Object.keys(learnt.trained);
  const differentiate = tf.valueAndGrads(memberLosses);
  const { value: losses, grads } = differentiate(
    names.map((name) => entryOf(weights, name)),
    tf.ones([members]),
  );
  const update = adamWUpdate(tf, optimiser, learningRates, number);
  const trained = zipped(names, grads).map(
    ([name, gradient]) => [name, tf.tidy(() => update(entryOf(learnt.trained, name), gradient))] as const,
  );
  return { trained: Object.fromEntries(trained), running, losses };
}

/** What each dropout multiplies its input by, `[members, size, width]`, by the name of its output. */
function maskTensors({ tf, program }: TrainingConstants, step: Step): NamedTensors {
  const masks = zipped(operationsOf(program, 'dropout'), dropoutMasks(program, step));
  const tensors = masks.map(
    ([{ output }, mask]) =>
      [output.name, tf.tensor3d(mask, [step.learningRates.length, step.size, output.width])] as const,
  );
  return Object.fromEntries(tensors);
}

/** Running statistics follow the batch's, with the unbiased variance (for a batch of one image: the biased one, 0). */
function followed(running: Moments, batch: Moments, size: number, keep: Keep): Moments {
  const { momentum } = batchNormalisation;
  const unbiased = size > 1 ? size / (size - 1) : 1;
  const follow = (value: Tensor, next: Tensor) => keep(value.mul(1 - momentum).add(next.mul(momentum)));
  return { mean: follow(running.mean, batch.mean), variance: follow(running.variance, batch.variance.mul(unbiased)) };
}
