/** What an evaluation set makes of the networks of a pack. */
import { itemAt } from '../base/items.js';
import type { TaskData } from '../data/task-data.js';
import { errorUnitOf } from '../data/task-pairs.js';
import type { EvaluationSet } from '../run/run.js';
import type { Meter } from './meter.js';
import { openMeter, readsOutputs } from './meters.js';
import type { Network } from './network.js';
import { isGoing, type Course } from './progress.js';

/** Says which networks are evaluated, and on what. */
export interface Evaluated {
  readonly network: Network;
  readonly data: TaskData;
  readonly pack: readonly Course[];
  /** Asked after every batch; what is measured after a yes is of no use. */
  readonly isAskedToStop: () => Promise<boolean>;
}

/** Evaluates the networks on a set; gives for each run what has measured it. */
export async function evaluate(
  { network, data, pack, isAskedToStop }: Evaluated,
  set: EvaluationSet,
  onOutput?: (place: number, output: Float32Array, batch: number) => void,
): Promise<readonly Meter[]> {
  const { task, meaning } = data;
  const errorUnit = errorUnitOf(meaning);
  const meters = pack.map(() => openMeter({ task, errorUnit, set }));
  const batches = data.evaluationBatches(set);
  const wanted = { outputs: readsOutputs(task, set) };
  let index = 0;
  for await (const { lossSums, outputs } of network.evaluate(batches, wanted)) {
    if (wanted.outputs && outputs === null) throw new RangeError('expected the outputs that were asked for, got none');
    for (const [place, course] of pack.entries()) {
      const lossSum = itemAt(lossSums, place);
      requireFinite(lossSum, course, () => 'evaluation loss');
      if (!isGoing(course)) continue;
      const output = outputs === null ? null : partOf(outputs, place, pack.length);
      itemAt(meters, place).add(itemAt(batches, index), lossSum, output);
      if (output !== null) onOutput?.(place, output, index);
    }
    index += 1;
    if (await isAskedToStop()) break;
  }
  return meters;
}

function partOf(outputs: Float32Array, place: number, members: number): Float32Array {
  const length = outputs.length / members;
  return outputs.subarray(place * length, (place + 1) * length);
}

/** Tells what a network makes of the test set. */
export interface Tested {
  /** Not to be asked where the evaluation was stopped. */
  readonly meter: Meter;
  /** Of the set's first batch. */
  readonly firstOutput: Float32Array;
}

/**
 * Measures the networks on the test set; gives a result for each place in the pack, undefined for a run that has
 * diverged.
 */
export async function measureTest(evaluated: Evaluated): Promise<readonly (Tested | undefined)[]> {
  const firstOutputs: Float32Array[] = [];
  const meters = await evaluate(evaluated, 'test', (place, output, batch) => {
    if (batch === 0) firstOutputs[place] = output.slice();
  });
  return evaluated.pack.map((course, place): Tested | undefined => {
    if (!isGoing(course)) return undefined;
    return { meter: itemAt(meters, place), firstOutput: itemAt(firstOutputs, place) };
  });
}

/** Marks a run as diverged where its loss is not finite; `what` names the loss in the reason. */
export function requireFinite(loss: number, course: Course, what: () => string): void {
  if (isGoing(course) && !Number.isFinite(loss)) course.diverged = `${what()} is not finite`;
}
