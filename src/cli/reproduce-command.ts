/** `hgmlp reproduce`: train the published points that tell most in the time there is, and hold ours against them. */
import { archName } from '../arch/arch.js';
import { exitCodes, UserError, type ExitCode } from '../base/errors.js';
import { parseDuration } from '../config/duration.js';
import { readStoredConfig } from '../config/stored.js';
import { openTask } from '../data/task-data.js';
import { defaultWorkers } from '../execute/pool.js';
import { warningsOf } from '../report/reproduction-text.js';
import { keyOf } from '../run/key.js';
import { readRunLog } from '../run/log.js';
import type { Run, RunSpec } from '../run/run.js';
import { fitIntoTime, timeNeededMs } from '../search/fit.js';
import { inTime } from '../search/in-time.js';
import { extremesOf, measureDurations } from '../train/estimate.js';
import type { CommandContext } from './context.js';
import { renderDuration } from './duration.js';
import { reproductionDryRun } from './reproduction-dry-run.js';
import { reportReproduction } from './reproduction-report.js';
import {
  reproductionOf,
  type RankedSpecs,
  type ReproductionPlan,
  type ReproductionStudy,
} from './reproduction-study.js';
import { defaultFolder, openResultsFolder } from './results-folder.js';
import { runPlan, sizeOf } from './run-plan.js';

export async function reproduceCommand(context: CommandContext): Promise<ExitCode> {
  const { values, terminal } = context;
  const deadlineMs = Date.now() + parseDuration(values.maxTime!)!;
  const study = await reproductionOf(context.words[0], values);
  for (const warning of warningsOf(study)) terminal.say(warning);
  const plan = await planFor(study, deadlineMs, context);
  if (plan.picked.length === 0) throw nothingFits(plan, values.maxTime!);
  if (values.dryRun) return reproductionDryRun(study, plan, context);

  const { folder } = plan;
  await openResultsFolder({ folder, config: study.config, fresh: values.fresh!, yes: values.yes!, terminal });
  const exitCode = await train(study, plan, deadlineMs, context);
  if (exitCode === exitCodes.stoppedResumable) return exitCode;
  await reportReproduction(study, folder, context);
  return exitCode;
}

/** Opens the data, measures a few steps, and takes what fits. Throws a UserError where the data cannot be read. */
async function planFor(
  { task, name, ranked }: ReproductionStudy,
  deadlineMs: number,
  { values, terminal }: CommandContext,
): Promise<ReproductionPlan> {
  const folder = values.out ?? defaultFolder(name);
  const workers = values.workers ?? defaultWorkers();
  const data = await openTask(task.name, { folder: values.dataFolder ?? undefined });
  const known = values.fresh ? new Map<string, Run>() : await knownRuns(folder);
  terminal.say('Measuring how fast this machine trains.');
  const specs = ranked.flatMap((row) => row.specs);
  const durationMsOf = await measureDurations(extremesOf(specs, task.dimensions)!, data);
  const isDone = (spec: RunSpec) => (known.get(keyOf(spec))?.state ?? 'failed') !== 'failed';
  const maxTimeMs = Math.max(0, deadlineMs - Date.now());
  const durationsMs = (row: RankedSpecs) => row.specs.filter((spec) => !isDone(spec)).map(durationMsOf);
  return { ...fitIntoTime(ranked, { durationsMs, workers, maxTimeMs }), workers, folder, durationMsOf, isDone };
}

/** By key; none where the folder holds no results yet. */
async function knownRuns(folder: string): Promise<ReadonlyMap<string, Run>> {
  return (await readStoredConfig(folder)) === null ? new Map() : (await readRunLog(folder)).runs;
}

function nothingFits({ leftOut, workers, durationMsOf }: ReproductionPlan, maxTime: string): UserError {
  const [cheapest] = leftOut
    .map(({ point, specs }) => {
      const occupation = { workers, busyMs: [], trials: workers };
      return { point, durationMs: timeNeededMs(specs.map(durationMsOf), occupation) };
    })
    .toSorted((left, right) => left.durationMs - right.durationMs);
  const { point, durationMs } = cheapest!;
  return new UserError(
    `--max-time: expected time for at least one point, got ${maxTime}; the cheapest, ${point.shape} ` +
      `${archName(point.arch)}, takes about ${renderDuration(durationMs)} here; ` +
      `try --max-time ${Math.ceil((1.2 * durationMs) / 60_000)}m`,
  );
}

/** Trains the picked points, or as many, fewer or more, as the time then really suffices for. */
async function train(
  { task, ranked }: ReproductionStudy,
  { picked, workers, folder, durationMsOf, isDone }: ReproductionPlan,
  deadlineMs: number,
  context: CommandContext,
): Promise<ExitCode> {
  const done = picked.flatMap((row) => row.specs.filter(isDone));
  const groups = ranked.map((row) => row.specs.filter((spec) => !isDone(spec)));
  const schedule = inTime(groups, { estimateMs: durationMsOf, workers, deadlineMs });
  const { exitCode } = await runPlan(
    {
      size: () => sizeOf([...done, ...schedule.planned()], task),
      what: `${task.name}, ${picked.length} of ${ranked.length} published points`,
      task,
      specs: chain(done, schedule.specs),
      onEvent: schedule.onEvent,
    },
    { folder, workers, context },
  );
  const planned = new Set([...done, ...schedule.planned()]);
  const late = picked.filter(({ specs }) => !specs.every((spec) => planned.has(spec)));
  if (late.length > 0 && exitCode !== exitCodes.stoppedResumable) {
    const names = late.map(({ point }) => archName(point.arch)).join(', ');
    context.terminal.say(`The time did not suffice for ${names}. The same command goes on.`);
  }
  return exitCode;
}

function* chain<Item>(...parts: readonly Iterable<Item>[]): Generator<Item, void, void> {
  for (const part of parts) yield* part;
}
