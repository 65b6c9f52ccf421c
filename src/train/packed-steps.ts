/** The training steps of a pack: every member's own batch, side by side. */
import { programOf } from '../arch/families.js';
import { operationsOf } from '../arch/program.js';
import { firstItem } from '../base/items.js';
import { randomStream } from '../base/random.js';
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
  const { arch, recipe } = firstItem(members).spec;
  const hasDropout = operationsOf(programOf(arch, data.task.dimensions), 'dropout').length > 0;
  const stepsPerEpoch = stepsInEpoch(data, recipe);
  const batches = members.map(({ spec, key }) =>
    data.trainingBatches({ ...spec.recipe, runKey: key, epoch, firstBatch: firstStep }),
  );
  const pack = members.length === 1 ? takeNext : sideBySide();
  for (let step = firstStep; step < stepsPerEpoch; step += 1) {
    const learningRates = members.map(({ spec }) => learningRateAt(spec.recipe, epoch, step, stepsPerEpoch));
    yield { ...pack(batches), learningRates, ...(hasDropout && { dropoutSeeds: seedsOf(members, epoch, step) }) };
  }
}

/** Counts the steps of an epoch; the last one may have fewer images. */
export function stepsInEpoch({ trainingImages }: TaskData, { flips, batchSize }: Recipe): number {
  return Math.ceil((trainingImages * flips) / batchSize);
}

/** One seed a member, which its key and the step decide; so a run that is resumed drops what it would have dropped. */
function seedsOf(members: readonly Member[], epoch: number, step: number): number[] {
  return members.map(({ key }) => randomStream(key, 'dropout', epoch, step).uint32());
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
