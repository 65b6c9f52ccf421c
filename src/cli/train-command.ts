/** `hgmlp train`: one network from start to end. */
import path from 'node:path';
import type { Arch } from '../arch/arch.js';
import { checkArch, archName, parameterCount, shapeOf } from '../arch/arch.js';
import { clock } from '../base/clock.js';
import { exitCodes, Stopped, UserError, type ExitCode } from '../base/errors.js';
import { ensureWritableFolder, placeOfFile, writeFileAtomically } from '../base/files.js';
import { formatExactCount } from '../base/numbers.js';
import { shellLine } from '../base/shell-line.js';
import { findTask } from '../data/tasks.js';
import { engineRow } from '../engine/engines.js';
import { refuseTooLarge, refuseTooMany } from '../execute/memory.js';
import { defaultSavingMs } from '../execute/pool.js';
import type { Workforce } from '../execute/workforce.js';
import { removeCheckpoint } from '../run/checkpoint.js';
import type { EpochRecord, Run, RunSpec } from '../run/run.js';
import { specText } from '../run/spec-text.js';
import { exponentialText, fixedText } from '../report/numbers.js';
import { trainRun, type TrainRunOptions } from '../train/train.js';
import type { CommandContext } from './context.js';
import { renderDuration } from './duration.js';
import { withEngine } from './engine.js';
import { endAtInterrupts, watchInterrupts } from './interrupt.js';
import { recipeOf } from '../study/recipe.js';
import { withResolvedTask } from './task.js';

const onlyThisProcess: Workforce = { workers: [{ device: null, environment: {} }], packSize: 1 };

export async function trainCommand(given: CommandContext): Promise<ExitCode> {
  if (given.values.checkpoints !== null) endAtInterrupts();
  const missing = missingWidth(given.values);
  if (missing !== null) throw missing;
  const resolved = await withResolvedTask(given);
  const task = findTask(resolved.values.task!);
  const arch = checkArch(archOf(resolved.values), task.dimensions);
  const memory = {
    networks: [{ arch }],
    ...task,
    recipe: recipeOf(resolved.values, task),
    flag: '--skip, --bottleneck and --depth',
  };
  refuseTooLarge(memory);
  const context = await withEngine(resolved, null);
  const { values, terminal, logger } = context;
  const row = engineRow(values.engine!);
  refuseTooMany(memory, { row, workforce: onlyThisProcess });
  const recipe = { ...recipeOf(values, task), replicate: values.replicate! };
  const spec: RunSpec = {
    task: task.name,
    arch,
    recipe: { ...recipe, learningRate: values.learningRate ?? recipe.learningRate },
    engine: values.engine!,
  };
  const { trainable, total } = parameterCount(arch, task.dimensions);
  const counts = trainable === total ? '' : ` of ${formatExactCount(total)}`;
  terminal.say(
    `${task.name}: ${shapeOf(arch)} ${archName(arch)}, ${formatExactCount(trainable)}${counts} parameters trainable`,
  );

  logger.info({ run: specText(spec), task: spec.task, engine: spec.engine, trainable, total }, 'training started');
  const { samples, checkpoints } = values;
  // Rather before the training than after it.
  if (samples !== null) await makePlaceFor(samples);
  let sheet: Uint8Array | null = null;
  const startedMs = clock.monotonicMs();
  let earlierEpochs = 0;
  const run = await trainOrStop(context, spec, {
    ...(values.dataFolder !== null && { dataFolder: values.dataFolder }),
    onEpoch(record, again) {
      logger.debug(record, 'epoch');
      if (again) earlierEpochs = record.epoch;
      else terminal.say(renderEpoch(record, spec, { elapsedMs: clock.monotonicMs() - startedMs, earlierEpochs }));
    },
    ...(samples !== null && { onSheet: (png) => void (sheet = png) }),
  });
  if (run === null) return exitCodes.stoppedResumable;
  terminal.print(values.json ? JSON.stringify({ schemaVersion: 1, ...run }, null, 2) : renderOutcome(run));
  logger.info({ key: run.key, state: run.state, durationMs: run.timing?.durationMs ?? null }, 'training ended');
  if (samples !== null && sheet !== null) {
    await makePlaceFor(samples);
    await writeFileAtomically(samples, sheet);
    logger.info({ file: samples }, 'samples written');
  }
  if (checkpoints !== null) await removeCheckpoint(checkpoints, [run.key]);
  return run.state === 'finished' ? exitCodes.done : exitCodes.someRunsFailed;
}

async function makePlaceFor(file: string): Promise<void> {
  await ensureWritableFolder(path.dirname(await placeOfFile(file)));
}

/** The run; null where it was asked to stop and has saved, which needs a folder for checkpoints. */
async function trainOrStop(
  { values: { checkpoints }, terminal, commandLine }: CommandContext,
  spec: RunSpec,
  options: TrainRunOptions,
): Promise<Run | null> {
  if (checkpoints === null) return trainRun(spec, options);
  await ensureWritableFolder(checkpoints);
  const interrupt = watchInterrupts(() => {
    terminal.say('Stopping; the training is being saved. Once more to quit at once.');
    setTimeout(() => process.exit(exitCodes.stoppedResumable), defaultSavingMs).unref();
  });
  const onNote = (text: string) => terminal.say(text);
  try {
    return await trainRun(spec, { ...options, checkpoints, onNote, stop: interrupt.signal });
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
    terminal.say(`Stopped. Resume with:\n  ${shellLine(['hgmlp', ...commandLine])}`);
    return null;
  } finally {
    interrupt.release();
  }
}

function missingWidth({ skip, bottleneck, depth }: CommandContext['values']): UserError | null {
  const [name] = Object.entries({ skip, bottleneck, depth }).find(([, value]) => value === null) ?? [];
  if (name === undefined) return null;
  return new UserError(`--${name}: expected a whole number from 1, got nothing; add --${name} <number>`);
}

function archOf({ skip, bottleneck, depth, inputProjection, outputProjection }: CommandContext['values']): Arch {
  return {
    skipWidth: skip!,
    bottleneckWidth: bottleneck!,
    depth: depth!,
    inputProjection: inputProjection!,
    outputProjection: outputProjection!,
  };
}

function renderEpoch(
  { epoch, trainLoss, validation }: EpochRecord,
  { recipe }: RunSpec,
  { elapsedMs, earlierEpochs }: { readonly elapsedMs: number; readonly earlierEpochs: number },
): string {
  const remainingMs = (elapsedMs * (recipe.epochs - epoch)) / (epoch - earlierEpochs);
  return (
    `epoch ${epoch}/${recipe.epochs}  loss ${trainLoss.toExponential(3)}  ` +
    `validation ${validation.psnrDb.toFixed(3)} dB  ${renderDuration(remainingMs)} left`
  );
}

function renderOutcome(run: Run): string {
  if (run.state !== 'finished') return `${run.state}: ${run.reason}`;
  const { validation, test, timing } = run;
  return [
    `validation  ${validation.psnrDb.toFixed(3)} dB`,
    `test        ${test.psnrDb.toFixed(3)} dB (mean over batches of 128), ${fixedText(test.psnrOfMeanDb, 3)} dB (of the mean error)`,
    `            mean squared error ${exponentialText(test.meanSquaredError, 4)}, SSIM ${fixedText(test.ssim, 4)}`,
    ...(timing ? [`time        ${renderDuration(timing.durationMs)}, ${timing.imagesPerSecond} images/s`] : []),
  ].join('\n');
}
