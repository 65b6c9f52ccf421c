/**
 * What a search and its workers say to each other through Redis. Whoever reaches the Redis can put anything there, so both
 * sides take a message for what is checked here and for nothing else: it is data, never a path and never run.
 */
import { z } from 'zod';
import { archSchema } from '../../arch/arch.js';
import { clock } from '../../base/clock.js';
import { messageOf, UserError } from '../../base/errors.js';
import { pluginHashIn } from '../../base/plugin-hash.js';
import type { PictureSize } from '../../base/png-size.js';
import { shown } from '../../base/shown.js';
import { isFolderName } from '../../data/folder-dataset.js';
import { isTableName } from '../../data/table-dataset.js';
import { findTask } from '../../data/tasks.js';
import { keyOf, numbersVersion, packKeyOf } from '../../run/key.js';
import { isNumber, measurementOf } from '../../run/check-run.js';
import { endOf } from '../../run/patience.js';
import { decidingMetricOf, metricKeys, type Measurement, type MetricKey } from '../../run/metrics.js';
import type { EpochRecord, Run, Timing } from '../../run/run.js';
import { isSheetOf } from '../../run/sample-sheet.js';
import { recipeSchema, specSchema, type RunSpec } from '../../run/spec.js';
import type { FleetKind } from './names.js';

/** The most runs of a pack. */
const largestPack = 4096;
const largestSheetBytes = 2 ** 21;
/** Bounds the text of a result, in bytes. */
export const largestResultBytes = 2 ** 26;
const largestReason = 500;
/** Ten years. */
const longestDurationMs = 10 * 366 * 24 * 3_600_000;

const { task, engine } = specSchema.shape;
const { skipWidth, bottleneckWidth, depth } = archSchema.shape;
const epochs = recipeSchema.shape.epochs.max(2 ** 20);
const batchSize = recipeSchema.shape.batchSize.max(2 ** 20);

/** Up to what any machine could train, where the schema has no end: a stranger may ask for whatever uses up a worker. */
const specForm = specSchema.extend({
  task: task.max(200),
  arch: archSchema.extend({
    skipWidth: skipWidth.max(2 ** 24),
    bottleneckWidth: bottleneckWidth.max(2 ** 24),
    depth: depth.max(2 ** 16),
  }),
  recipe: recipeSchema.extend({ epochs, batchSize }),
  engine: engine.max(100),
});

const jobForm = z.object({
  hgmlp: z.string().max(100),
  numbers: z.int(),
  specs: z.array(specForm).min(1).max(largestPack),
});

/** Holds what a search asks of a worker: to train these runs side by side. */
export type JobMessage = z.output<typeof jobForm>;

/** Writes the message of a job, with the version of hgmlp and of its numbers. */
export function jobMessage(specs: readonly RunSpec[], { version }: FleetKind): JobMessage {
  return { hgmlp: version, numbers: numbersVersion, specs: [...specs] };
}

/** Reads the runs that a job asks for. Throws a UserError where it is no job that workers of this kind may take. */
export function parseJob(value: unknown, { version, engine }: FleetKind): readonly RunSpec[] {
  const { hgmlp, numbers, specs } = checked(jobForm, value, 'job');
  if (hgmlp !== version || numbers !== numbersVersion) {
    throw new UserError(`job: expected one of hgmlp ${version}, got one of ${shown(hgmlp)}; update the older side`);
  }
  for (const spec of specs) {
    if (spec.engine !== engine) throw new UserError(`job: expected runs on ${engine}, got ${shown(spec.engine)}`);
    refuseFleetTask(spec.task);
    refusePlugin('family', spec.arch.family ?? '');
  }
  if (new Set(specs.map(keyOf)).size !== specs.length || new Set(specs.map(packKeyOf)).size !== 1) {
    throw new UserError('job: expected runs that differ in learning rate and replicate only, got others');
  }
  return specs;
}

/**
 * Throws a UserError for a task that a fleet does not train: one that is unknown, one without images, and one on a
 * folder, a table or a plugin of the user, since no worker opens a path that somebody else names.
 */
export function refuseFleetTask(name: string): void {
  // Before anything takes the name apart.
  if (isFolderName(name)) throw notOfEveryWorker('task', `pictures of a folder (${shown(name)})`);
  if (isTableName(name)) throw notOfEveryWorker('task', `a table of the user (${shown(name)})`);
  refusePlugin('task', name);
  const task = findTask(name);
  if (task.name !== name) throw new UserError(`task: expected '${task.name}', got ${shown(name)}`);
  if (task.open === null) throw new UserError(`task: expected one with images, got ${shown(name)}`);
}

/** No worker runs a file that somebody else names. */
function refusePlugin(what: 'task' | 'family', name: string): void {
  if (pluginHashIn(name) !== null) throw notOfEveryWorker(what, `that of a plugin (${shown(name)})`);
}

function notOfEveryWorker(what: 'task' | 'family', got: string): UserError {
  return new UserError(
    `${what}: expected one that every worker has, got ${got}; search it without --queue, on several machines with --shard`,
  );
}

/** The numbers that are known as metrics, and nothing else. */
const measurementForm = (onTest: boolean) =>
  z.custom<Measurement>(measurementOf(isNumber, onTest)).transform((measured): Measurement => {
    const known = metricKeys.filter((key) => measured[key] !== undefined);
    return Object.fromEntries(known.map((key) => [key, measured[key]!]));
  });
const epochForm = z.object({
  epoch: epochs,
  learningRate: z.number(),
  trainLoss: z.number(),
  validation: measurementForm(false),
});

/** One line of plain text, since a terminal shows it. */
const reasonForm = z.string().transform(plainLine);

const progressForm = z.discriminatedUnion('type', [
  z.object({ type: z.literal('epoch'), place: z.int().min(0).max(largestPack), epoch: epochForm }),
  /** A worker gave the job back that it cannot do. */
  z.object({ type: z.literal('unable'), reason: reasonForm }),
]);

/** Holds what a worker says on the way. */
export type ProgressMessage =
  | { readonly type: 'epoch'; readonly place: number; readonly epoch: EpochRecord }
  | { readonly type: 'unable'; readonly reason: string };

/** Reads what a worker says on the way; null for what is no progress of such a pack. */
export function parseProgress(value: unknown, pack: readonly RunSpec[]): ProgressMessage | null {
  const { success, data } = progressForm.safeParse(value);
  if (!success) return null;
  if (data.type === 'unable') return data;
  const spec = pack[data.place];
  if (spec === undefined || data.epoch.epoch > spec.recipe.epochs) return null;
  return isMeasuredAs(spec, [data.epoch.validation]) ? data : null;
}

/** Says whether the metric of the task decides in all of the measurements. */
function isMeasuredAs({ task }: RunSpec, measurements: readonly Measurement[]): boolean {
  const metric: MetricKey = findTask(task).metrics[0];
  return measurements.every((measured) => decidingMetricOf(measured) === metric);
}

const outcomeForm = { curve: z.array(epochForm), timing: timingForm() };
const runForm = z.discriminatedUnion('state', [
  z.object({
    ...outcomeForm,
    state: z.literal('finished'),
    validation: measurementForm(false),
    test: measurementForm(true),
  }),
  z.object({ ...outcomeForm, state: z.literal('diverged'), reason: reasonForm }),
]);

const resultForm = z.discriminatedUnion('type', [
  z.object({ type: z.literal('runs'), runs: z.array(runForm), sheets: z.array(z.base64().nullable()) }),
  z.object({ type: z.literal('out of memory'), reason: reasonForm }),
]);

/**
 * Tells what came of a job: its runs with their sample sheets, in the order of the pack; or that they need less at a
 * time.
 */
export type Result =
  | { readonly type: 'runs'; readonly runs: readonly Run[]; readonly sheets: readonly (Uint8Array | null)[] }
  | { readonly type: 'out of memory'; readonly reason: string };

/** Writes the text of a result. Sheets that would make it too long are left out; nothing depends on them. */
export function resultText(result: Result): string {
  if (result.type === 'out of memory') return JSON.stringify(result);
  // Whose they are is known where they are waited for.
  const runs = result.runs.map((run) => ({ ...run, key: undefined, spec: undefined }));
  const withSheets = (sheets: readonly (string | null)[]) => JSON.stringify({ type: 'runs', runs, sheets });
  const sendable = result.sheets.map((png) => (png !== null && png.length <= largestSheetBytes ? png : null));
  const text = withSheets(sendable.map((png) => (png === null ? null : Buffer.from(png).toString('base64'))));
  return text.length <= largestResultBytes ? text : withSheets(result.sheets.map(() => null));
}

/**
 * Reads what the text says of the pack. Throws a UserError where it is no result of it.
 * @param elapsedMs how long the pack took as far as is known here: for runs whose own time cannot be
 */
export function parseResult(text: string, pack: readonly RunSpec[], elapsedMs = 0): Result {
  if (text.length > largestResultBytes) throw new UserError(`result: expected at most ${largestResultBytes} bytes`);
  const result = checked(resultForm, fromJson(text), 'result');
  if (result.type === 'out of memory') return result;
  const { runs, sheets } = result;
  const images = findTask(pack[0]!.task).pictures;
  if (runs.length !== pack.length || sheets.length !== pack.length) {
    throw new UserError(`result: expected ${pack.length} runs, got ${runs.length} and ${sheets.length} sheets`);
  }
  return {
    type: 'runs',
    // The key and the spec are those that were asked for, whatever was answered.
    runs: runs.map((run, place): Run => {
      const spec = pack[place]!;
      const timing = run.timing ?? timingSince(elapsedMs, pack.length);
      return { key: keyOf(spec), spec, ...soundCurve(run, spec), timing };
    }),
    sheets: sheets.map((base64, place) =>
      runs[place]?.state === 'finished' && base64 !== null ? sheetOf(base64, images) : null,
    ),
  };
}

/** Gives the run where its curve is that of its recipe, and its metrics are those of its task. */
function soundCurve<R extends z.output<typeof runForm>>(run: R, spec: RunSpec): R {
  const { recipe } = spec;
  const { curve, state } = run;
  const measured = curve.map(({ validation }) => validation);
  if (!isMeasuredAs(spec, state === 'finished' ? [...measured, run.validation, run.test] : measured)) {
    throw new UserError(`result: expected the metrics of ${spec.task}, got others`);
  }
  const end = endOf(curve, recipe);
  const reaches = state === 'finished' ? curve.length === end : curve.length <= (end ?? curve.length);
  if (reaches && curve.every(({ epoch }, index) => epoch === index + 1)) return run;
  const patience = recipe.patience === undefined ? '' : ` with patience ${recipe.patience}`;
  throw new UserError(`result: expected the curve of ${recipe.epochs} epochs${patience}, got other epochs`);
}

/** Throws a UserError for what is no sheet of such images. */
function sheetOf(base64: string, images: PictureSize | null): Uint8Array {
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.length <= largestSheetBytes && isSheetOf(images, bytes)) return bytes;
  throw new UserError(
    `result: expected samples of the task, ${images === null ? 'rows' : 'a PNG file'} of at most ${largestSheetBytes} bytes, got something else`,
  );
}

/** Null for a time that cannot be: what was trained is none the worse for the clock of its machine. */
function timingForm() {
  const sound = z.object({
    startedAt: z.iso.datetime(),
    durationMs: z.number().min(0).max(longestDurationMs),
    imagesPerSecond: z.number().nonnegative().nullable().catch(null),
  });
  const any = z.object({ startedAt: z.string(), durationMs: z.unknown(), imagesPerSecond: z.unknown() });
  return any.transform((timing): Timing | null => sound.safeParse(timing).data ?? null);
}

/** Of a run that began so many milliseconds ago by the clock of this process, which counts in the place of a worker's. */
function timingSince(elapsedMs: number, members: number): Timing {
  const startedAt = new Date(clock.timeOfDay().getTime() - elapsedMs).toISOString();
  return { startedAt, durationMs: Math.round(elapsedMs / members), imagesPerSecond: null };
}

/** Gives the run with its beginning told by a clock that is so many milliseconds ahead. */
export function byClock(run: Run, aheadMs: number): Run {
  const started = new Date(Date.parse(run.timing?.startedAt ?? '') + aheadMs);
  if (aheadMs === 0 || run.timing === null || Number.isNaN(started.getTime())) return run;
  return { ...run, timing: { ...run.timing, startedAt: started.toISOString() } };
}

function checked<Form extends z.ZodType>(form: Form, value: unknown, what: string): z.output<Form> {
  const { success, data, error } = form.safeParse(value);
  if (success) return data;
  const { path, message } = error.issues[0]!;
  const place = path.length === 0 ? 'it' : path.join('.');
  throw new UserError(`${what}: expected ${place} in its own form, got: ${plainLine(message)}`);
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UserError(`result: expected JSON: ${plainLine(messageOf(error))}`);
  }
}

/** Makes one line of at most 500 characters of a text, without control characters, which could steer a terminal. */
export function plainLine(text: string): string {
  return text.slice(0, largestReason).replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ');
}
