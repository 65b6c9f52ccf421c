/** The training of one network, outside of any search. */
import path from 'node:path';
import { archName, shapeOf, type Arch } from '../arch/arch.js';
import { checkNetwork, familyNamed } from '../arch/families.js';
import { sizesOf, type Sizes } from '../arch/sizes.js';
import { Stopped, UserError } from '../base/errors.js';
import { ensureWritableFolder, placeOfFile, writeFileAtomically } from '../base/files.js';
import { formatExactCount } from '../base/numbers.js';
import type { Values } from '../config/fields.js';
import { findTask } from '../data/tasks.js';
import { engineRow } from '../engine/engines.js';
import { refuseTooLarge, refuseTooMany } from '../execute/memory.js';
import type { Workforce } from '../execute/workforce.js';
import { removeCheckpoint } from '../run/checkpoint.js';
import type { EpochRecord, Run } from '../run/run.js';
import type { RunSpec } from '../run/spec.js';
import { trainRun, type TrainRunOptions } from '../train/train.js';
import { withEngine } from './engine.js';
import { whileStoppable, type StudyContext } from './port.js';
import { recipeOf } from './recipe.js';
import { withResolvedTask } from './task.js';

/** Holds a network that may be trained: nothing is written yet. */
export interface PreparedTraining {
  readonly context: StudyContext;
  readonly spec: RunSpec;
  readonly sizes: Sizes;
}

const onlyThisProcess: Workforce = { workers: [{ device: null, environment: {} }], packSize: 1 };

/** Settles task, network and engine, and says what is trained. Throws a UserError for a training that cannot be. */
export async function prepareTraining(given: StudyContext): Promise<PreparedTraining> {
  const missing = missingWidth(given.values);
  if (missing !== null) throw missing;
  const resolved = await withResolvedTask(given);
  const task = findTask(resolved.values.task!);
  if (resolved.values.samples !== null && task.pictures === null) {
    throw new UserError(`--samples: expected a task whose targets are pictures, got ${task.name}; leave it out`);
  }
  const arch = checkNetwork(archOf(resolved.values), task.dimensions);
  const memory = {
    networks: [{ arch }],
    ...task,
    recipe: recipeOf(resolved.values, task),
    flag: '--skip, --bottleneck and --depth',
  };
  refuseTooLarge(memory);
  const context = await withEngine(resolved, null);
  const { values, port } = context;
  const row = engineRow(values.engine!);
  refuseTooMany(memory, { row, workforce: onlyThisProcess });
  const recipe = { ...recipeOf(values, task), replicate: values.replicate! };
  const spec: RunSpec = {
    task: task.name,
    arch,
    recipe: { ...recipe, learningRate: values.learningRate ?? recipe.learningRate },
    engine: values.engine!,
  };
  const sizes = sizesOf(arch, task.dimensions);
  const { trainableParams: trainable, totalParams: total } = sizes;
  const counts = trainable === total ? '' : ` of ${formatExactCount(total)}`;
  port.say(
    `${task.name}: ${shapeOf(arch)} ${archName(arch)}, ${formatExactCount(trainable)}${counts} parameters trainable`,
  );
  return { context, spec, sizes };
}

/** Names who is told what becomes of the training of one network. */
export interface TrainingListeners {
  /** `again`: the epoch was trained earlier, before the training was stopped. */
  readonly onEpoch: (record: EpochRecord, again: boolean) => void;
  /** Called once it is over, before its samples are written. */
  readonly onRun: (run: Run) => void;
  /** Called with the file of samples, once it is written. */
  readonly onSamples: (file: string) => void;
}

/**
 * Trains the network to its end; null where the port's signal has stopped it and it is saved, which needs a folder for
 * checkpoints.
 */
export async function runTraining(
  { context, spec }: PreparedTraining,
  { onEpoch, onRun, onSamples }: TrainingListeners,
): Promise<Run | null> {
  const { samples, checkpoints, dataFolder } = context.values;
  // Rather before the training than after it.
  if (samples !== null) await makePlaceFor(samples);
  let sheet: Uint8Array | null = null;
  const run = await trainOrStop(context, spec, {
    ...(dataFolder !== null && { dataFolder }),
    onEpoch: (record, again) => onEpoch(record, again ?? false),
    ...(samples !== null && { onSheet: (png) => void (sheet = png) }),
  });
  if (run === null) return null;
  onRun(run);
  if (samples !== null && sheet !== null) {
    await makePlaceFor(samples);
    await writeFileAtomically(samples, sheet);
    onSamples(samples);
  }
  if (checkpoints !== null) await removeCheckpoint(checkpoints, [run.key]);
  return run;
}

async function makePlaceFor(file: string): Promise<void> {
  await ensureWritableFolder(path.dirname(await placeOfFile(file)));
}

async function trainOrStop(
  { values: { checkpoints }, port }: StudyContext,
  spec: RunSpec,
  options: TrainRunOptions,
): Promise<Run | null> {
  if (checkpoints === null) return trainRun(spec, options);
  await ensureWritableFolder(checkpoints);
  try {
    return await whileStoppable(port, 'the training is being saved', (stop) =>
      trainRun(spec, { ...options, checkpoints, onNote: port.say, stop }),
    );
  } catch (error) {
    if (error instanceof Stopped) return null;
    throw error;
  }
}

function missingWidth({ skip, bottleneck, depth }: Values): UserError | null {
  const [name] = Object.entries({ skip, bottleneck, depth }).find(([, value]) => value === null) ?? [];
  if (name === undefined) return null;
  return new UserError(`--${name}: expected a whole number from 1, got nothing; add --${name} <number>`);
}

function archOf({ family, skip, bottleneck, depth, inputProjection, outputProjection }: Values): Arch {
  return {
    ...familyNamed(family),
    skipWidth: skip!,
    bottleneckWidth: bottleneck!,
    depth: depth!,
    inputProjection: inputProjection!,
    outputProjection: outputProjection!,
  };
}
