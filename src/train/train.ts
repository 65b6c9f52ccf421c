/** Runs from start to end: one, or a pack of those that the engine trains side by side. */
import { clock } from '../base/clock.js';
import { firstItem, itemAt, zipped } from '../base/items.js';
import { openTask } from '../data/task-data.js';
import type { Measurement } from '../run/metrics.js';
import { measuredEpochOf } from '../run/patience.js';
import type { EpochRecord, Run } from '../run/run.js';
import type { RunSpec } from '../run/spec.js';
import { keepBest, returnToBest } from './best-epoch.js';
import { openKeeper, type CheckpointOptions, type Keeper } from './checkpoints.js';
import { evaluate, measureTest, requireFinite, type Evaluated } from './evaluate.js';
import { openNetwork } from './network.js';
import { packedSteps, type TrainingStep } from './packed-steps.js';
import { beginning, isGoing, isSound, timingOf, type Course, type PackProgress } from './progress.js';
import { sampleRowsFile } from './sample-rows.js';
import { sampleSheet } from './samples.js';
import { learningRateAt } from './schedule.js';

/** States how a pack is trained, and who is told of its epochs. */
export interface PackOptions extends CheckpointOptions {
  /** A folder with the user's own copy of the data sets. */
  readonly dataFolder?: string;
  /** When the training begins on the clock of its study. */
  readonly studyStartedMs?: number;
  /**
   * Called after every epoch of each run, by its place in the pack. `again`: the epoch was trained earlier, before the
   * training was stopped.
   */
  readonly onEpoch?: (place: number, record: EpochRecord, again: boolean) => void;
  /**
   * Called with the sample sheet of a run that has finished, a PNG file, or its sample rows, before the runs are given; made
   * only if asked for.
   */
  readonly onSheet?: (place: number, png: Uint8Array) => void;
}

/** States how a single run is trained, and who is told of its epochs. */
export interface TrainRunOptions extends CheckpointOptions {
  readonly dataFolder?: string;
  readonly onEpoch?: (record: EpochRecord, again: boolean) => void;
  readonly onSheet?: (png: Uint8Array) => void;
}

/** Trains one run as `trainPack` does. */
export async function trainRun(spec: RunSpec, { onEpoch, onSheet, ...options }: TrainRunOptions = {}): Promise<Run> {
  const runs = await trainPack([spec], {
    ...options,
    ...(onEpoch && { onEpoch: (_, record, again) => onEpoch(record, again) }),
    ...(onSheet && { onSheet: (_, png) => onSheet(png) }),
  });
  return firstItem(runs);
}

/**
 * Trains the networks of specs that differ in learning rate and replicate only, side by side: each by its recipe, followed
 * on the validation set after every epoch, and measured on the test set once at the end: with its last weights, or where
 * its recipe has patience with those of its best epoch. A loss that is not finite ends its run as `diverged`, with the
 * curve so far, and the others go on; so they do where patience ends it. A run's duration is its share of the pack's. Where
 * there is a checkpoint of the pack, it goes on from there, and tells the epochs before it again. Throws a UserError for a
 * spec that cannot be, an OutOfMemory where the memory does not suffice for all of them at once, a Stopped once it has
 * been asked to stop and has saved, and a Refusal where it cannot save.
 */
export async function trainPack(specs: readonly RunSpec[], options: PackOptions = {}): Promise<Run[]> {
  const progress = beginning(specs, options.studyStartedMs);
  const { pack } = progress;
  const { task, recipe } = firstItem(specs);
  if (recipe.patience !== undefined && options.untilEpoch !== undefined) {
    throw new RangeError(`expected whole trainings of runs with patience, got parts until epoch ${options.untilEpoch}`);
  }
  const data = await openTask(task, options.dataFolder === undefined ? {} : { folder: options.dataFolder });
  const network = await openNetwork(pack, data);
  try {
    const keeper = await openKeeper({ network, data, progress }, options);
    tellAgain(pack, options);
    const training = { network, data, pack, progress, keeper, isAskedToStop: keeper.isAskedToStop };
    const untilEpoch = Math.min(options.untilEpoch ?? recipe.epochs, recipe.epochs);
    while (progress.epoch < untilEpoch && pack.some(isGoing)) {
      await followEpoch(training, options);
      await keepBest(training);
      await keeper.epochEnded();
    }
    if (progress.epoch < recipe.epochs && pack.some(isGoing)) {
      await keeper.partEnded();
      return pack.map((course) => endedRun(course, progress, null));
    }
    await returnToBest(training);
    const tests = pack.some(isSound) ? await measureTest(training) : [];
    await keeper.stopIfAsked();
    const runs: Run[] = [];
    for (const [place, course] of pack.entries()) {
      const test = tests[place];
      const { pictures } = data.task;
      if (test !== undefined && options.onSheet) {
        const { firstOutput } = test;
        const sheet = pictures === null ? sampleRowsFile(firstOutput, data) : sampleSheet(firstOutput, data, pictures);
        options.onSheet(place, await sheet);
      }
      runs.push(endedRun(course, progress, test?.meter.measured() ?? null));
    }
    return runs;
  } finally {
    await network.dispose();
  }
}

/** @param test null where the training ends before its last epoch */
function endedRun({ key, spec, curve, diverged }: Course, progress: PackProgress, test: Measurement | null): Run {
  const outcome = { key, spec, curve, timing: timingOf(progress) };
  if (diverged !== null) return { ...outcome, state: 'diverged', reason: diverged };
  if (test !== null)
    return { ...outcome, state: 'finished', validation: measuredEpochOf(curve, spec.recipe).validation, test };
  return { ...outcome, state: 'stopped', reason: `after epoch ${curve.length} of ${spec.recipe.epochs}` };
}

/** The epochs of a checkpoint, in the order in which they were. */
function tellAgain(pack: readonly Course[], { onEpoch }: PackOptions): void {
  const longest = Math.max(...pack.map(({ curve }) => curve.length));
  for (let epoch = 0; epoch < longest; epoch += 1) {
    for (const [place, { curve }] of pack.entries()) {
      const record = curve[epoch];
      if (record !== undefined) onEpoch?.(place, record, true);
    }
  }
}

interface OngoingTraining extends Evaluated {
  readonly progress: PackProgress;
  readonly keeper: Keeper;
}

/** Trains an epoch, or what is left of it, and validates; adds to the curve of every run that goes on. */
async function followEpoch(training: OngoingTraining, { onEpoch }: PackOptions): Promise<void> {
  const { data, pack, progress, keeper } = training;
  const { epoch } = progress;
  await trainEpoch(training);
  await keeper.stopIfAsked();
  if (!pack.some(isGoing)) return;
  const meters = await evaluate(training, 'validation');
  await keeper.stopIfAsked();
  for (const [place, course] of pack.entries()) {
    if (!isGoing(course)) continue;
    const record = {
      epoch: epoch + 1,
      learningRate: learningRateAt(course.spec.recipe, epoch, 0, 1),
      trainLoss: course.lossSum / (data.trainingImages * course.spec.recipe.flips),
      validation: itemAt(meters, place).measured(),
    };
    course.curve.push(record);
    onEpoch?.(place, record, false);
  }
  Object.assign(progress, { epoch: epoch + 1, step: 0 });
  for (const course of pack) course.lossSum = 0;
}

/** Adds to each run's losses. Ends early where all have diverged, or when it is asked to stop. */
async function trainEpoch({ network, data, pack, progress, keeper }: OngoingTraining): Promise<void> {
  const startedMs = clock.monotonicMs();
  const { batchSize, flips } = firstItem(pack).spec.recipe;
  const imagesPerEpoch = data.trainingImages * flips;
  for await (const losses of network.train(
    stepsUntilStopped(packedSteps(data, pack, progress.epoch, progress.step), keeper),
  )) {
    const size = Math.min(batchSize, imagesPerEpoch - progress.step * batchSize);
    progress.step += 1;
    progress.images += size * pack.length;
    for (const [course, loss] of zipped(pack, losses)) {
      course.lossSum += loss * size;
      requireFinite(loss, course, () => `training loss at epoch ${progress.epoch + 1}, step ${progress.step}`);
    }
    if (!pack.some(isSound)) break;
  }
  progress.trainingMs += clock.monotonicMs() - startedMs;
}

/** Ends before the step at which the training is asked to stop, so that all steps that were read are answered. */
async function* stepsUntilStopped(steps: Iterable<TrainingStep>, keeper: Keeper): AsyncGenerator<TrainingStep> {
  for (const step of steps) {
    if (await keeper.isAskedToStop()) return;
    yield step;
  }
}
