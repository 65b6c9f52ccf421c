/** A task with its data: training batches in a seeded order, and evaluation batches that are the same for every run. */
import { UserError } from '../base/errors.js';
import { itemAt } from '../base/items.js';
import { permutation, randomStream } from '../base/random.js';
import type { Batch } from '../run/batch.js';
import type { EvaluationSet } from '../run/run.js';
import type { Recipe } from '../run/spec.js';
import { pixelsOf, prototypeRows, type Dataset, type ImageSet } from './images.js';
import { dataRoot } from './root.js';
import { findTask, refuseTraining, type Task } from './tasks.js';
import { noiseStateOf, openWorkbench, type Flip, type Workbench } from './workbench.js';

/** Says everything that decides the batches of one epoch. */
export interface TrainingEpoch extends Pick<Recipe, 'seed' | 'replicate' | 'batchSize' | 'flips'> {
  readonly runKey: string;
  /** 0-based. */
  readonly epoch: number;
  /** The batch to begin with, 0-based; those before it are not made. The first where it is left out. */
  readonly firstBatch?: number;
}

/** Is a batch together with the images that it was made of. */
export interface TrainingBatch extends Batch {
  /** `[size]`; image `i` of n under the flip numbered `f`, as `i + f n`. */
  readonly items: Uint32Array;
}

/** Makes the batches of a task. */
export interface TaskData {
  readonly task: Task;
  /** Without flips, which make an epoch as many times longer. */
  readonly trainingImages: number;
  /**
   * Every image once per flip, in an order that the seed, the replicate and the epoch decide, whatever the run; the
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

const unflipped: Flip = { mirrorColumns: false, mirrorRows: false };
const mirrored: Flip = { mirrorColumns: true, mirrorRows: false };
const upsideDown: Flip = { mirrorColumns: false, mirrorRows: true };
const bothWays: Flip = { mirrorColumns: true, mirrorRows: true };
const flipsOf: Readonly<Record<Recipe['flips'], readonly Flip[]>> = {
  1: [unflipped],
  2: [unflipped, bothWays],
  4: [unflipped, mirrored, upsideDown, bothWays],
};

/** Says where the images come from. */
export interface OpenTaskOptions {
  /** The root of the data sets; without one, the user's cache folder. */
  readonly folder?: string | undefined;
  /** Images in place of those of the task's data set. */
  readonly dataset?: Dataset;
}

/**
 * Opens a task's data, from `folder/<data set>/` or, without a folder, from the installed copy or the user's cache.
 * Throws a UserError for an unknown task, one without images, and a missing or damaged file.
 */
export async function openTask(name: string, { folder, dataset: given }: OpenTaskOptions = {}): Promise<TaskData> {
  const task = findTask(name);
  const dataset = given ?? (await task.source?.open(dataRoot(folder))) ?? refuseTraining(task.name);
  const workbench = await openWorkbench(
    task,
    dataset.train.images.shape,
    task.needsPrototypes ? prototypesOf(task, dataset) : [],
  );
  const buffersFor = keepLast((batchSize) => reusedBatches(task, batchSize));
  const evaluationOf = {
    validation: evaluationBatchesOf(task, workbench, dataset.validation, 'validation'),
    test: evaluationBatchesOf(task, workbench, dataset.test, 'test'),
  };
  return {
    task,
    trainingImages: dataset.train.rows.length,
    trainingBatches(epoch) {
      const largest = Math.min(epoch.batchSize, dataset.train.rows.length * epoch.flips);
      return epochBatches(task, workbench, dataset.train, buffersFor(largest), epoch);
    },
    evaluationBatches: (set, batchSize = evaluationBatchSize) => evaluationOf[set](batchSize),
  };
}

/** One image for each class, by its label, scaled to [0, 1]. Throws a UserError where a class has none to train on. */
function prototypesOf({ name }: Task, { train, validation, test }: Dataset): Float32Array[] {
  const prototypes: Float32Array[] = [];
  for (const row of prototypeRows(train)) {
    const label = itemAt(train.images.labels, row);
    prototypes[label] = Float32Array.from(pixelsOf(train.images, row), (byte) => byte / 255);
  }
  for (const { images, rows } of [validation, test]) {
    const row = rows.find((candidate) => prototypes[images.labels[candidate]!] === undefined);
    if (row === undefined) continue;
    throw new UserError(
      `${name}: expected images of every class to train on, got none of class ${images.labels[row]}; add images of it, ` +
        'or choose another --split-seed',
    );
  }
  return prototypes;
}

function* epochBatches(
  task: Task,
  workbench: Workbench,
  set: ImageSet,
  batchOfSize: BatchOfSize,
  { seed, replicate, epoch, runKey, batchSize, flips: factor, firstBatch = 0 }: TrainingEpoch,
): Generator<TrainingBatch, void, void> {
  const flips = flipsOf[factor];
  const stream = randomStream('data order', seed, replicate, epoch, task.name);
  const order = permutation(stream, set.rows.length * flips.length);
  const noiseState = noiseStateOf(runKey, 'training noise', epoch);
  for (let start = 0; start < order.length; start += batchSize) {
    const items = order.subarray(start, start + batchSize);
    if (start < firstBatch * batchSize) {
      workbench.skip(items.length, noiseState);
      continue;
    }
    const batch = batchOfSize(items.length);
    workbench.fill(batch, { set, flips }, items, noiseState);
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

/** Gives the set's batches for a batch size; the pairs themselves are made once. */
function evaluationBatchesOf(
  task: Task,
  workbench: Workbench,
  set: ImageSet,
  name: EvaluationSet,
): (batchSize: number) => readonly Batch[] {
  let pairs: Batch | undefined;
  return keepLast((batchSize) => {
    pairs ??= evaluationPairs(task, workbench, set, noiseStateOf('evaluation noise', task.name, name));
    return slices(pairs, batchSize);
  });
}

function evaluationPairs(task: Task, workbench: Workbench, set: ImageSet, noiseState: Uint32Array): Batch {
  const pairs = newBatch(task, set.rows.length);
  workbench.fill(pairs, { set, flips: [unflipped] }, Uint32Array.from(set.rows.keys()), noiseState);
  return pairs;
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
