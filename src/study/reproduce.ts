/** Training the published points that tell most in the time there is, and holding ours against them. */
import { archName } from '../arch/arch.js';
import { clock } from '../base/clock.js';
import { parseDuration, renderDuration } from '../base/duration.js';
import { UserError } from '../base/errors.js';
import { readStoredConfig } from '../config/stored.js';
import { engineRow } from '../engine/engines.js';
import { measureDurations } from '../execute/measure.js';
import { refuseTooMany } from '../execute/memory.js';
import { workforceFor } from '../execute/workforce.js';
import { warningsOf } from '../report/reproduction-text.js';
import { keyOf } from '../run/key.js';
import { readRunLog } from '../run/log.js';
import { isOver, type Run } from '../run/run.js';
import type { RunSpec } from '../run/spec.js';
import { fitIntoTime, inPacks, timeNeededMs } from '../search/fit.js';
import { inTime } from '../search/in-time.js';
import { fixedReplicates } from '../search/replicates.js';
import { extremesOf } from '../train/estimate.js';
import { withEngine } from './engine.js';
import { defaultFolder, inResultsFolder, openResultsFolder, permitClearing, requireSameStudy } from './folder.js';
import { isInterrupted, type StudyContext, type TrainedPlan } from './port.js';
import { recipeOf } from './recipe.js';
import { reportReproduction, type ReproductionReport } from './reproduction-report.js';
import {
  publishedTask,
  reproductionName,
  reproductionOf,
  type RankedSpecs,
  type ReproductionPlan,
  type ReproductionStudy,
} from './reproduction.js';
import { planSizeOf, trainPlan, type TrainingSetting } from './train-plan.js';

/** Holds a reproduction that may begin: nothing is written yet. */
export interface PreparedReproduction {
  readonly context: StudyContext;
  readonly study: ReproductionStudy;
  readonly plan: ReproductionPlan;
  /** Of results. */
  readonly folder: string;
  /** When its time is over, in milliseconds of `clock.monotonicMs`. */
  readonly deadlineMs: number;
}

/** Tells what a reproduction has come to. */
export interface ReproductionOutcome {
  readonly trained: TrainedPlan;
  /** Null where the signal has stopped it: the same call goes on. */
  readonly report: ReproductionReport | null;
}

/** Measures how fast this machine trains, and takes the points that fit. Throws a UserError where none does. */
export async function prepareReproduction(
  taskName: string | undefined,
  given: StudyContext,
): Promise<PreparedReproduction> {
  const deadlineMs = clock.monotonicMs() + parseDuration(given.values.maxTime!)!;
  fixedReplicates(given.values.replicates!);
  const published = await publishedTask(taskName);
  const folder = given.values.out ?? defaultFolder(reproductionName(published.task));
  const context = await withEngine(given, folder);
  const { values, port } = context;
  const study = reproductionOf(published, values);
  for (const warning of warningsOf(study)) port.say(warning);
  if (values.fresh && !values.dryRun) await permitClearing(folder, { yes: values.yes!, port });
  // Before the measuring, which takes longer than all else that may refuse.
  if (!values.fresh && !values.dryRun) await requireSameStudy(folder, study.config);
  const plan = await planFor(study, { deadlineMs, folder, context });
  if (plan.picked.length === 0) throw nothingFits(plan, values.maxTime!);
  return { context, study, plan, folder, deadlineMs };
}

/** Trains the picked points, or as many, fewer or more, as the time then really suffices for, and reports. */
export async function runReproduction(prepared: PreparedReproduction): Promise<ReproductionOutcome> {
  const { context, study, folder } = prepared;
  const { values, port } = context;
  return inResultsFolder(folder, null, async (claim) => {
    await openResultsFolder({ folder, config: study.config, fresh: values.fresh!, yes: true, port, claim });
    const trained = await train(prepared, { ...context, folder, claim });
    const report = isInterrupted(trained) ? null : await reportReproduction(study, { folder, claim });
    return { trained, report };
  });
}

type MeasuringSetting = Pick<PreparedReproduction, 'deadlineMs' | 'folder' | 'context'>;

/** Throws a UserError where the data cannot be read. */
async function planFor({ task, ranked }: ReproductionStudy, setting: MeasuringSetting): Promise<ReproductionPlan> {
  const { deadlineMs, folder, context } = setting;
  const { values, port } = context;
  const row = engineRow(values.engine!);
  const workforce = await workforceFor(row, { ...values, runsOfArch: fixedReplicates(values.replicates!) });
  const networks = ranked.map(({ point }) => point);
  refuseTooMany({ networks, ...task, recipe: recipeOf(values, task), flag: '--workers' }, { row, workforce });
  const { workers, packSize } = workforce;
  const known = values.fresh ? new Map<string, Run>() : await knownRuns(folder);
  port.say('Measuring how fast this machine trains.');
  const specs = ranked.flatMap((row) => row.specs);
  const durationMsOf = await measureDurations(extremesOf(specs, task.dimensions)!, task, {
    members: packSize,
    dataFolder: values.dataFolder,
    environment: workers[0]!.environment,
  });
  const isDone = (spec: RunSpec) => isOver(known.get(keyOf(spec)));
  const maxTimeMs = Math.max(0, deadlineMs - clock.monotonicMs());
  const undone = (row: RankedSpecs) => row.specs.filter((spec) => !isDone(spec));
  const packsMs = (row: RankedSpecs) => packDurationsMs(undone(row), packSize, durationMsOf);
  const fit = fitIntoTime(ranked, { durationsMs: packsMs, workers: workers.length, maxTimeMs });
  return { ...fit, workforce, durationMsOf, isDone };
}

function packDurationsMs(specs: readonly RunSpec[], packSize: number, durationMsOf: (spec: RunSpec) => number) {
  return inPacks(specs, packSize).map((pack) => pack.reduce((sum, spec) => sum + durationMsOf(spec), 0));
}

/** Reads the runs by key; none where the folder holds no results yet. */
async function knownRuns(folder: string): Promise<ReadonlyMap<string, Run>> {
  return (await readStoredConfig(folder)) === null ? new Map() : (await readRunLog(folder)).runs;
}

function nothingFits({ leftOut, workforce, durationMsOf }: ReproductionPlan, maxTime: string): UserError {
  const { workers, packSize } = workforce;
  const occupation = { workers: workers.length, busyMs: [], trials: workers.length };
  const [cheapest] = leftOut
    .map(({ point, specs }) => ({
      point,
      durationMs: timeNeededMs(packDurationsMs(specs, packSize, durationMsOf), occupation),
    }))
    .toSorted((left, right) => left.durationMs - right.durationMs);
  const { point, durationMs } = cheapest!;
  return new UserError(
    `--max-time: expected time for at least one point, got ${maxTime}; the cheapest, ${point.shape} ` +
      `${archName(point.arch)}, takes about ${renderDuration(durationMs)} here; ` +
      `try --max-time ${Math.ceil((1.2 * durationMs) / 60_000)}m`,
  );
}

async function train(
  { study: { task, ranked }, plan, deadlineMs }: PreparedReproduction,
  setting: Omit<TrainingSetting, 'workforce'>,
): Promise<TrainedPlan> {
  const { picked, workforce, durationMsOf, isDone } = plan;
  const done = picked.flatMap((row) => row.specs.filter(isDone));
  const groups = ranked.map((row) => row.specs.filter((spec) => !isDone(spec)));
  const schedule = inTime(groups, {
    estimateMs: durationMsOf,
    packSize: workforce.packSize,
    workers: workforce.workers.length,
    deadlineMs,
  });
  const trained = await trainPlan(
    {
      size: () => planSizeOf([...done, ...schedule.planned()], task),
      what: `${task.name}, ${picked.length} of ${ranked.length} published points`,
      task,
      rounds: () => [chain(done, schedule.specs)],
      onEvent: schedule.onEvent,
    },
    { ...setting, workforce },
  );
  const planned = new Set([...done, ...schedule.planned()]);
  const late = picked.filter(({ specs }) => !specs.every((spec) => planned.has(spec)));
  if (late.length > 0 && !isInterrupted(trained)) {
    const names = late.map(({ point }) => archName(point.arch)).join(', ');
    setting.port.say(`There was not enough time for ${names}. The same command goes on.`);
  }
  return trained;
}

function* chain<Item>(...parts: readonly Iterable<Item>[]): Generator<Item, void, void> {
  for (const part of parts) yield* part;
}
