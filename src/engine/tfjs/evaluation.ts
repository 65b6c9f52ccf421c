/** The networks of a pack in evaluation: batch normalisation uses its running statistics. */
import type { Tensor } from '@tensorflow/tfjs';
import { batchNormalisation } from '../../arch/program.js';
import { entryOf } from '../../base/items.js';
import type { Batch } from '../../run/batch.js';
import type { WantedOutputs } from '../engine.js';
import { lossTermsOf } from './losses.js';
import { forward } from './network.js';
import { allWeights, type LearntTensors, type TrainingConstants } from './training.js';

/** Tells what a batch made of the networks, still on the device. */
export type EvaluationTensors = {
  /** Each member's sum of the loss's terms over the batch, `[members]`. */
  readonly lossSums: Tensor;
  /** `[members, size, out]`; none where they are not wanted. */
  readonly outputs: Tensor[];
};

/** Evaluates the networks on a batch that all members share. */
export function evaluate(
  setting: TrainingConstants,
  learnt: LearntTensors,
  batch: Batch,
  wanted: WantedOutputs,
): EvaluationTensors {
  const { tf, program } = setting;
  const output = forward(program, tf.tensor3d(batch.input, [1, batch.size, program.input.width]), {
    tf,
    weights: allWeights(setting, learnt),
    masks: {},
    normalise({ output: { name } }, value) {
      const { mean, variance } = entryOf(learnt.running, name);
      return value.sub(mean).div(variance.add(batchNormalisation.epsilon).sqrt());
    },
  });
  const target = tf.tensor3d(batch.target, [1, batch.size, program.loss.targetWidth]);
  const lossSums = lossTermsOf(tf, program.loss, output, target).sum([1, 2]);
  return { lossSums, outputs: wanted.outputs ? [output] : [] };
}
