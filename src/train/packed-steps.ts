/** The training steps of a pack: every member's own batch, side by side. */
import { firstItem } from '../base/items.js';
import type { TaskData, TrainingBatch } from '../data/task-data.js';
import type { Step } from '../engine/engine.js';
import type { Recipe, RunSpec } from '../run/spec.js';
import { learningRateAt } from './schedule.js';

/** Takes a step, and tells which images it was made of. */
export interface TrainingStep extends Step {
  /** `[members, size]`, as in a training batch. */
  readonly items: Uint32Array;
}

/** Is a run of the pack. */
export interface Member {
  readonly spec: RunSpec;
  readonly key: string;
}

/**
 * Makes the steps of one epoch, 0-based, from its step numbered `firstStep` on. The members' recipes differ in learning
 * rate and replicate only, so their batches have the same sizes. The arrays are valid until the next step is asked for;
 * steps of one size come in the very same ones.
 */
export function* packedSteps(
  data: TaskData,
  members: readonly Member[],
  epoch: number,
  firstStep = 0,
): Generator<TrainingStep, void, void> {
  const { recipe } = firstItem(members).spec;
  const stepsPerEpoch = stepsInEpoch(data, recipe);
  const batches = members.map(({ spec, key }) =>
    data.trainingBatches({ ...spec.recipe, runKey: key, epoch, firstBatch: firstStep }),
  );
  const pack = members.length === 1 ? takeNext : sideBySide();
  for (let step = firstStep; step < stepsPerEpoch; step += 1) {
    const learningRates = members.map(({ spec }) => learningRateAt(spec.recipe, epoch, step, stepsPerEpoch));
    yield { ...pack(batches), learningRates };
  }
}

/** Counts the steps of an epoch; the last one may have fewer images. */
export function stepsInEpoch({ trainingImages }: TaskData, { flips, batchSize }: Recipe): number {
  return Math.ceil((trainingImages * flips) / batchSize);
}

type Batches = readonly Generator<TrainingBatch, void, void>[];

function takeNext(batches: Batches): TrainingBatch {
  return nextOf(firstItem(batches));
}

function nextOf(batches: Batches[number]): TrainingBatch {
  const next = batches.next();
  if (next.done === true) throw new RangeError('expected another batch, got the end of the epoch');
  return next.value;
}

/** Copies one batch after the other, since the next one of the same task is made in the memory of the one before. */
function sideBySide(): (batches: Batches) => TrainingBatch {
  const roomFor = new Map<number, TrainingBatch>();
  return (batches) => {
    let room: TrainingBatch | undefined;
    for (const [member, batchesOfMember] of batches.entries()) {
      const batch = nextOf(batchesOfMember);
      room ??= roomFor.get(batch.size) ?? newRoom(batch, batches.length);
      room.input.set(batch.input, member * batch.input.length);
      room.target.set(batch.target, member * batch.target.length);
      room.items.set(batch.items, member * batch.size);
    }
    if (room === undefined) throw new RangeError('expected at least one member, got none');
    roomFor.set(room.size, room);
    return room;
  };
}

function newRoom({ input, target, items, size }: TrainingBatch, members: number): TrainingBatch {
  return {
    input: new Float32Array(members * input.length),
    target: new Float32Array(members * target.length),
    items: new Uint32Array(members * items.length),
    size,
  };
}
