/** The networks of a pack in evaluation: batch normalisation uses its running statistics. */
import type { Tensor } from '@tensorflow/tfjs';
import { batchNormalisation } from '../../arch/program.js';
import { entryOf } from '../../base/items.js';
import type { Batch } from '../../run/batch.js';
import type { WantedOutputs } from '../engine.js';
import { forward } from './network.js';
import { allWeights, type LearntTensors, type TrainingConstants } from './training.js';

/** Tells what a batch made of the networks, still on the device. */
export type EvaluationTensors = {
  /** Each member's sum over the batch, `[members]`. */
  readonly squaredErrors: Tensor;
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
    weights: allWeights(setting, learnt),
    normalise({ output: { name } }, value) {
      const { mean, variance } = entryOf(learnt.running, name);
      return value.sub(mean).div(variance.add(batchNormalisation.epsilon).sqrt());
    },
  });
  const target = tf.tensor3d(batch.target, [1, batch.size, program.output.width]);
  return { squaredErrors: output.sub(target).square().sum([1, 2]), outputs: wanted.outputs ? [output] : [] };
}
