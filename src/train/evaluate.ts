/** What a set of images makes of the networks of a pack. */
import { itemAt } from '../base/items.js';
import type { TaskData } from '../data/task-data.js';
import type { Measurement } from '../run/metrics.js';
import type { EvaluationSet } from '../run/run.js';
import { measurement, type BatchError } from './metrics.js';
import type { Network } from './network.js';
import { isGoing, type Course } from './progress.js';
import { meanSsim } from './ssim.js';

/** Says which networks are evaluated, and on what. */
export interface Evaluated {
  readonly network: Network;
  readonly data: TaskData;
  readonly pack: readonly Course[];
  /** Asked after every batch; what is measured after a yes is of no use. */
  readonly isAskedToStop: () => Promise<boolean>;
}

/** Evaluates the networks on a set; gives for each run the errors of the set's batches. */
export async function evaluationErrors(
  { network, data, pack, isAskedToStop }: Evaluated,
  set: EvaluationSet,
  onOutputs?: (place: number, output: Float32Array, batch: number) => void,
): Promise<BatchError[][]> {
  const errors = pack.map((): BatchError[] => []);
  const batches = data.evaluationBatches(set);
  let index = 0;
  for await (const { lossSums, outputs } of network.evaluate(batches, { outputs: onOutputs !== undefined })) {
    const values = itemAt(batches, index).target.length;
    for (const [place, course] of pack.entries()) {
      const squaredError = itemAt(lossSums, place);
      itemAt(errors, place).push({ squaredError, values });
      requireFinite(squaredError, course, () => 'evaluation loss');
      if (onOutputs === undefined || !isGoing(course)) continue;
      if (outputs === null) throw new RangeError('expected the outputs that were asked for, got none');
      const length = outputs.length / pack.length;
      onOutputs(place, outputs.subarray(place * length, (place + 1) * length), index);
    }
    index += 1;
    if (await isAskedToStop()) break;
  }
  return errors;
}

/** Tells what a network makes of the test set. */
export interface Tested {
  readonly measured: Measurement;
  /** Of the set's first batch. */
  readonly firstOutput: Float32Array;
}

/**
 * Measures the networks on the test set; gives a result for each place in the pack, undefined for a run that has
 * diverged.
 */
export async function measureTest(evaluated: Evaluated): Promise<readonly (Tested | undefined)[]> {
  const { data, pack } = evaluated;
  const { pictures } = data.task;
  const batches = data.evaluationBatches('test');
  const similarities = pack.map(() => ({ ssimSum: 0 }));
  const firstOutputs: Float32Array[] = [];
  const errors = await evaluationErrors(evaluated, 'test', (place, output, index) => {
    const { target, size } = itemAt(batches, index);
    if (index === 0) firstOutputs[place] = output.slice();
    if (pictures !== null) itemAt(similarities, place).ssimSum += meanSsim(output, target, pictures) * size;
  });
  const images = batches.reduce((sum, { size }) => sum + size, 0);
  return pack.map((course, place): Tested | undefined => {
    if (!isGoing(course)) return undefined;
    const measured: Measurement = measurement(itemAt(errors, place));
    const ssim = itemAt(similarities, place).ssimSum / images;
    return { measured: { ...measured, ssim }, firstOutput: itemAt(firstOutputs, place) };
  });
}

/** Marks a run as diverged where its loss is not finite; `what` names the loss in the reason. */
export function requireFinite(loss: number, course: Course, what: () => string): void {
  if (isGoing(course) && !Number.isFinite(loss)) course.diverged = `${what()} is not finite`;
}
