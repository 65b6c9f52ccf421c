/** A task with its data: training batches in a seeded order, and evaluation batches that are the same for every run. */
import { permutation, randomStream } from '../base/random.js';
import type { Batch } from '../run/batch.js';
import type { EvaluationSet } from '../run/run.js';
import type { Recipe } from '../run/spec.js';
import type { Dataset } from './images.js';
import { dataRoot } from './root.js';
import type { PairMaker, TaskPairs, TargetMeaning } from './task-pairs.js';
import { findTask, refuseTraining, type Task } from './tasks.js';

/** Says everything that decides the batches of one epoch. */
export interface TrainingEpoch extends Pick<Recipe, 'seed' | 'replicate' | 'batchSize' | 'flips'> {
  readonly runKey: string;
  /** 0-based. */
  readonly epoch: number;
  /** The batch to begin with, 0-based; those before it are not made. The first where it is left out. */
  readonly firstBatch?: number;
}

/** Is a batch together with the items that it was made of. */
export interface TrainingBatch extends Batch {
  /** `[size]`; item `i` of n under the flip numbered `f`, as `i + f n`. */
  readonly items: Uint32Array;
}

/** Makes the batches of a task. */
export interface TaskData {
  readonly task: Task;
  /** Without flips, which make an epoch as many times longer; rows where the task has no pictures. */
  readonly trainingImages: number;
  readonly meaning: TargetMeaning;
  /**
   * Every item once per flip, in an order that the seed, the replicate and the epoch decide, whatever the run; the
   * noise differs from run to run. The last batch may be smaller. A batch's arrays are valid until the next training
   * batch of this task is made, in whichever epoch; batches of one size come in the very same Float32Arrays.
   */
  trainingBatches(epoch: TrainingEpoch): Generator<TrainingBatch, void, void>;
  /**
   * The whole set in its own order, corrupted in the same way for every run and seed. Made at the first call and kept:
   * 4 bytes for every value of the inputs and the targets.
   */
  evaluationBatches(set: EvaluationSet, batchSize?: number): readonly Batch[];
}

type BatchOfSize = (size: number) => Batch;

/** The evaluation batches behind the reported PSNR. Source: arXiv 2510.01796. */
const evaluationBatchSize = 128;

/** Says where the data come from. */
export interface OpenTaskOptions {
  /** The root of the data sets; without one, the user's cache folder. */
  readonly folder?: string | undefined;
  /** Images in place of those of the task's data set. */
  readonly dataset?: Dataset;
}

/**
 * Opens a task's data, from `folder/<data set>/` or, without a folder, from the installed copy or the user's cache.
 * Throws a UserError for an unknown task, one without data, and a missing or damaged file.
 */
export async function openTask(name: string, { folder, dataset }: OpenTaskOptions = {}): Promise<TaskData> {
  const task = findTask(name);
  const pairs = await (task.open ?? refuseTraining(task.name))(dataRoot(folder), dataset);
  const trainingImages = pairs.counts.train;
  const buffersFor = keepLast((batchSize) => reusedBatches(task, batchSize));
  const evaluationOf = {
    validation: evaluationBatchesOf(task, pairs, 'validation'),
    test: evaluationBatchesOf(task, pairs, 'test'),
  };
  return {
    ...{ task, trainingImages, meaning: pairs.meaning },
    trainingBatches(epoch) {
      const largest = Math.min(epoch.batchSize, trainingImages * epoch.flips);
      return epochBatches(task, pairs, buffersFor(largest), epoch);
    },
    evaluationBatches: (set, batchSize = evaluationBatchSize) => evaluationOf[set](batchSize),
  };
}

function* epochBatches(
  task: Task,
  pairs: TaskPairs,
  batchOfSize: BatchOfSize,
  { seed, replicate, epoch, runKey, batchSize, flips, firstBatch = 0 }: TrainingEpoch,
): Generator<TrainingBatch, void, void> {
  const stream = randomStream('data order', seed, replicate, epoch, task.name);
  const order = permutation(stream, pairs.counts.train * flips);
  const maker = pairs.training({ runKey, epoch, flips });
  for (let start = 0; start < order.length; start += batchSize) {
    const items = order.subarray(start, start + batchSize);
    if (start < firstBatch * batchSize) {
      maker.skip(items.length);
      continue;
    }
    const batch = batchOfSize(items.length);
    maker.fill(batch, items);
    yield { ...batch, items };
  }
}

/** Batches of any size up to `batchSize`, all in one memory; one batch for each size, made once. */
function reusedBatches(task: Task, batchSize: number): BatchOfSize {
  const whole = newBatch(task, batchSize);
  const made = new Map<number, Batch>();
  return (size) => {
    const batch = made.get(size) ?? rowsOf(whole, 0, size);
    made.set(size, batch);
    return batch;
  };
}

function evaluationBatchesOf(
  task: Task,
  pairs: TaskPairs,
  set: EvaluationSet,
): (batchSize: number) => readonly Batch[] {
  let whole: Batch | undefined;
  return keepLast((batchSize) => {
    whole ??= wholeSet(task, pairs.evaluation(set), pairs.counts[set]);
    return slices(whole, batchSize);
  });
}

function wholeSet(task: Task, maker: PairMaker, items: number): Batch {
  const batch = newBatch(task, items);
  maker.fill(
    batch,
    Uint32Array.from({ length: items }, (_, item) => item),
  );
  return batch;
}

function newBatch({ dimensions }: Task, size: number): Batch {
  return { input: new Float32Array(size * dimensions.input), target: new Float32Array(size * dimensions.output), size };
}

function slices(pairs: Batch, batchSize: number): Batch[] {
  const starts = Array.from({ length: Math.ceil(pairs.size / batchSize) }, (_, index) => index * batchSize);
  return starts.map((start) => rowsOf(pairs, start, Math.min(start + batchSize, pairs.size)));
}

/** The pairs from row `start` to before `end`, as views. */
function rowsOf({ input, target, size }: Batch, start: number, end: number): Batch {
  const rows = (values: Float32Array) => values.subarray((start * values.length) / size, (end * values.length) / size);
  return { input: rows(input), target: rows(target), size: end - start };
}

/** Remembers what was made for the last size asked for. */
function keepLast<Value>(make: (size: number) => Value): (size: number) => Value {
  let last: { size: number; value: Value } | undefined;
  return (size) => {
    if (last?.size !== size) last = { size, value: make(size) };
    return last.value;
  };
}
