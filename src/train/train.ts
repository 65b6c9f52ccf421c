/** Runs from start to end: one, or a pack of those that the engine trains side by side. */
import { openTask, type TaskData } from '../data/task-data.js';
import { keyOf } from '../run/key.js';
import type { EpochRecord, EvaluationSet, Measurement, Run, RunSpec, TestMeasurement, Timing } from '../run/run.js';
import { measurement, type BatchError } from './metrics.js';
import { openNetwork, type Network } from './network.js';
import { packedSteps, type Member } from './packed-steps.js';
import { sampleSheet } from './samples.js';
import { learningRateAt } from './schedule.js';
import { meanSsim } from './ssim.js';

export interface PackOptions {
  /** A folder with the user's own copy of the data sets. */
  readonly dataFolder?: string;
  /** Called after every epoch of each run, by its place in the pack. */
  readonly onEpoch?: (place: number, record: EpochRecord) => void;
  /**
   * Called with the sample sheet of a run that has finished, a PNG file, before the runs are given; drawn only if asked
   * for.
   */
  readonly onSheet?: (place: number, png: Uint8Array) => void;
}

export interface TrainOptions {
  readonly dataFolder?: string;
  readonly onEpoch?: (record: EpochRecord) => void;
  readonly onSheet?: (png: Uint8Array) => void;
}

/** `trainPack` for one run. */
export async function trainRun(spec: RunSpec, { onEpoch, onSheet, ...options }: TrainOptions = {}): Promise<Run> {
  const [run] = await trainPack([spec], {
    ...options,
    ...(onEpoch && { onEpoch: (_, record) => onEpoch(record) }),
    ...(onSheet && { onSheet: (_, png) => onSheet(png) }),
  });
  return run!;
}

/** A run of the pack on its way. */
interface Course extends Member {
  readonly curve: EpochRecord[];
  /** Why it has diverged; null as long as its losses are finite. */
  diverged: string | null;
}

/**
 * Trains the networks of specs that differ in learning rate and replicate only, side by side: each by its recipe, followed
 * on the validation set after every epoch, and measured on the test set once at the end. A loss that is not finite ends
 * its run as `diverged`, with the curve so far, and the others go on. A run's duration is its share of the pack's. Throws
 * a UserError for a spec that cannot be, and an OutOfMemory where the memory does not suffice for all of them at once.
 */
export async function trainPack(specs: readonly RunSpec[], options: PackOptions = {}): Promise<Run[]> {
  const startedAt = new Date();
  const pack = specs.map((spec): Course => ({ spec, key: keyOf(spec), curve: [], diverged: null }));
  const { task, recipe } = specs[0]!;
  const data = await openTask(task, options.dataFolder === undefined ? {} : { folder: options.dataFolder });
  const network = await openNetwork(pack, data);
  const stopwatch: Stopwatch = { images: 0, milliseconds: 0 };
  try {
    for (let epoch = 0; epoch < recipe.epochs && pack.some(isGoing); epoch += 1) {
      await followEpoch({ network, data, pack, epoch, stopwatch }, options);
    }
    const tests = pack.some(isGoing) ? await measureTest(network, data, pack) : [];
    const runs: Run[] = [];
    for (const [place, course] of pack.entries()) {
      const { key, spec, curve, diverged } = course;
      const test = tests[place];
      if (diverged === null && options.onSheet) options.onSheet(place, await sampleSheet(test!.firstOutput, data));
      const outcome = { key, spec, curve, timing: timingOf(startedAt, stopwatch, pack.length) };
      if (diverged !== null) runs.push({ ...outcome, state: 'diverged', reason: diverged });
      else runs.push({ ...outcome, state: 'finished', validation: curve.at(-1)!.validation, test: test!.measured });
    }
    return runs;
  } finally {
    await network.dispose();
  }
}

interface Stopwatch {
  images: number;
  milliseconds: number;
}

function timingOf(startedAt: Date, { images, milliseconds }: Stopwatch, members: number): Timing {
  return {
    startedAt: startedAt.toISOString(),
    durationMs: Math.round((Date.now() - startedAt.getTime()) / members),
    imagesPerSecond: images === 0 ? null : Math.round((1000 * images) / milliseconds),
  };
}

function isGoing({ diverged }: Course): boolean {
  return diverged === null;
}

interface Epoch {
  readonly network: Network;
  readonly data: TaskData;
  readonly pack: readonly Course[];
  /** 0-based. */
  readonly epoch: number;
  readonly stopwatch: Stopwatch;
}

/** Trains an epoch and validates; adds to the curve of every run that goes on. */
async function followEpoch({ network, data, pack, epoch, stopwatch }: Epoch, { onEpoch }: PackOptions): Promise<void> {
  const trainLosses = await trainEpoch({ network, data, pack, epoch, stopwatch });
  if (!pack.some(isGoing)) return;
  const errors = await evaluationErrors(network, data, pack, 'validation');
  for (const [place, course] of pack.entries()) {
    if (!isGoing(course)) continue;
    const record = {
      epoch: epoch + 1,
      learningRate: learningRateAt(course.spec.recipe, epoch, 0, 1),
      trainLoss: trainLosses[place]!,
      validation: measurement(errors[place]!),
    };
    course.curve.push(record);
    onEpoch?.(place, record);
  }
}

/** Each run's mean loss over the epoch's images. Ends early where no run goes on. */
async function trainEpoch({ network, data, pack, epoch, stopwatch }: Epoch): Promise<number[]> {
  const started = performance.now();
  const { recipe } = pack[0]!.spec;
  const imagesPerEpoch = data.trainingImages * recipe.flips;
  const lossSums = pack.map(() => 0);
  let step = 0;
  let images = 0;
  for await (const losses of network.train(packedSteps(data, pack, epoch))) {
    const size = Math.min(recipe.batchSize, imagesPerEpoch - images);
    step += 1;
    images += size;
    for (const [place, loss] of losses.entries()) {
      lossSums[place]! += loss * size;
      requireFinite(loss, pack[place]!, () => `training loss at epoch ${epoch + 1}, step ${step}`);
    }
    if (!pack.some(isGoing)) break;
  }
  stopwatch.images += images * pack.length;
  stopwatch.milliseconds += performance.now() - started;
  return lossSums.map((sum) => sum / images);
}

/** For each run the errors of the set's batches. */
async function evaluationErrors(
  network: Network,
  data: TaskData,
  pack: readonly Course[],
  set: EvaluationSet,
  onOutputs?: (place: number, output: Float32Array, batch: number) => void,
): Promise<BatchError[][]> {
  const errors = pack.map((): BatchError[] => []);
  const batches = data.evaluationBatches(set);
  let index = 0;
  for await (const { squaredErrors, outputs } of network.evaluate(batches, { outputs: onOutputs !== undefined })) {
    const values = batches[index]!.target.length;
    for (const [place, course] of pack.entries()) {
      const squaredError = squaredErrors[place]!;
      errors[place]!.push({ squaredError, values });
      requireFinite(squaredError, course, () => 'evaluation loss');
      if (isGoing(course)) onOutputs?.(place, outputs!.subarray(place * values, (place + 1) * values), index);
    }
    index += 1;
  }
  return errors;
}

interface Tested {
  readonly measured: TestMeasurement;
  /** Of the set's first batch. */
  readonly firstOutput: Float32Array;
}

/** By place; undefined for a run that has diverged. */
async function measureTest(
  network: Network,
  data: TaskData,
  pack: readonly Course[],
): Promise<readonly (Tested | undefined)[]> {
  const batches = data.evaluationBatches('test');
  const ssimSums = pack.map(() => 0);
  const firstOutputs: Float32Array[] = [];
  const errors = await evaluationErrors(network, data, pack, 'test', (place, output, index) => {
    const { target, size } = batches[index]!;
    if (index === 0) firstOutputs[place] = output.slice();
    ssimSums[place]! += meanSsim(output, target, data.task.target) * size;
  });
  const images = batches.reduce((sum, { size }) => sum + size, 0);
  return pack.map((course, place): Tested | undefined => {
    if (!isGoing(course)) return undefined;
    const measured: Measurement = measurement(errors[place]!);
    return { measured: { ...measured, ssim: ssimSums[place]! / images }, firstOutput: firstOutputs[place]! };
  });
}

function requireFinite(loss: number, course: Course, what: () => string): void {
  if (isGoing(course) && !Number.isFinite(loss)) course.diverged = `${what()} is not finite`;
}
