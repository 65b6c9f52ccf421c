/** One Run from start to end. */
import { openTask, type TaskData } from '../data/task-data.js';
import type { Batch } from '../run/batch.js';
import { keyOf } from '../run/key.js';
import type { EpochRecord, Measurement, Run, RunSpec, TestMeasurement, Timing } from '../run/run.js';
import { measurement, type BatchError } from './metrics.js';
import { openNetwork, type Network } from './network.js';
import { sampleSheet } from './samples.js';
import { learningRateAt } from './schedule.js';
import { meanSsim } from './ssim.js';

export interface TrainOptions {
  /** A folder with the user's own copy of the data sets. */
  readonly dataFolder?: string;
  readonly onEpoch?: (record: EpochRecord) => void;
  /** Called with the sample sheet of a run that has finished, a PNG file, before the run is given; drawn only if asked for. */
  readonly onSheet?: (png: Uint8Array) => void;
}

/** The loss was not finite. */
class Divergence extends Error {}

/**
 * Trains the network of the spec by its recipe, follows it on the validation set after every epoch, and measures it on
 * the test set once at the end. A loss that is not finite ends the run as `diverged`, with the curve so far. Throws a
 * UserError for a spec that cannot be.
 */
export async function trainRun(spec: RunSpec, options: TrainOptions = {}): Promise<Run> {
  const startedAt = new Date();
  const key = keyOf(spec);
  const data = await openTask(spec.task, options.dataFolder === undefined ? {} : { folder: options.dataFolder });
  const network = await openNetwork(spec, data, key);

  const curve: EpochRecord[] = [];
  const stopwatch = { images: 0, milliseconds: 0 };
  const timing = (): Timing => ({
    startedAt: startedAt.toISOString(),
    durationMs: Math.round(Date.now() - startedAt.getTime()),
    imagesPerSecond: stopwatch.images === 0 ? null : Math.round((1000 * stopwatch.images) / stopwatch.milliseconds),
  });
  try {
    for (let epoch = 0; epoch < spec.recipe.epochs; epoch += 1) {
      const trainLoss = await trainEpoch(network, data, spec, key, epoch, stopwatch);
      const validation = await validate(network, data);
      const record = {
        epoch: epoch + 1,
        learningRate: learningRateAt(spec.recipe, epoch, 0, 1),
        trainLoss,
        validation,
      };
      curve.push(record);
      options.onEpoch?.(record);
    }
    const { validation } = curve.at(-1)!;
    const test = await measureTest(network, data);
    options.onSheet?.(await sampleSheet(network, data));
    return { key, spec, state: 'finished', curve, validation, test, timing: timing() };
  } catch (error) {
    if (!(error instanceof Divergence)) throw error;
    return { key, spec, state: 'diverged', reason: error.message, curve, timing: timing() };
  } finally {
    await network.dispose();
  }
}

/** The mean loss over the epoch's images. */
async function trainEpoch(
  network: Network,
  data: TaskData,
  { recipe }: RunSpec,
  runKey: string,
  epoch: number,
  stopwatch: { images: number; milliseconds: number },
): Promise<number> {
  const started = performance.now();
  const stepsPerEpoch = Math.ceil((data.trainingImages * recipe.flips) / recipe.batchSize);
  let step = 0;
  let images = 0;
  let lossSum = 0;
  for (const batch of data.trainingBatches({ ...recipe, runKey, epoch })) {
    const loss = await network.step(batch, learningRateAt(recipe, epoch, step, stepsPerEpoch));
    requireFinite(loss, `training loss at epoch ${epoch + 1}, step ${step + 1}`);
    step += 1;
    images += batch.size;
    lossSum += loss * batch.size;
  }
  stopwatch.images += images;
  stopwatch.milliseconds += performance.now() - started;
  return lossSum / images;
}

async function validate(network: Network, data: TaskData): Promise<Measurement> {
  const errors: BatchError[] = [];
  for (const batch of data.evaluationBatches('validation')) errors.push(await errorOf(network, batch));
  return measurement(errors);
}

async function measureTest(network: Network, data: TaskData): Promise<TestMeasurement> {
  const errors: BatchError[] = [];
  let ssimSum = 0;
  let images = 0;
  for (const batch of data.evaluationBatches('test')) {
    const { output, ...error } = await evaluate(network, batch);
    errors.push(error);
    ssimSum += meanSsim(output, batch.target, data.task.target) * batch.size;
    images += batch.size;
  }
  return { ...measurement(errors), ssim: ssimSum / images };
}

async function errorOf(network: Network, batch: Batch): Promise<BatchError> {
  const { squaredError, values } = await evaluate(network, batch);
  return { squaredError, values };
}

async function evaluate(network: Network, batch: Batch): Promise<BatchError & { output: Float32Array }> {
  const { squaredError, output } = await network.evaluate(batch);
  requireFinite(squaredError, 'evaluation loss');
  return { squaredError, values: batch.target.length, output };
}

function requireFinite(loss: number, what: string): void {
  if (!Number.isFinite(loss)) throw new Divergence(`${what} is not finite`);
}
