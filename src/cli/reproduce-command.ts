/** `hgmlp reproduce`: train the published points that tell most in the time there is, and hold ours against them. */
import { archName } from '../arch/arch.js';
import { clock } from '../base/clock.js';
import { exitCodes, UserError, type ExitCode } from '../base/errors.js';
import { parseDuration } from '../config/duration.js';
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
import type { CommandContext } from './context.js';
import { renderDuration } from './duration.js';
import { withEngine } from './engine.js';
import { reproductionDryRun } from './reproduction-dry-run.js';
import { reportReproduction } from './reproduction-report.js';
import {
  publishedTask,
  reproductionName,
  reproductionOf,
  type RankedSpecs,
  type ReproductionPlan,
  type ReproductionStudy,
} from '../study/reproduction.js';
import {
  defaultFolder,
  inResultsFolder,
  openResultsFolder,
  permitClearing,
  requireSameStudy,
} from '../study/folder.js';
import { recipeOf } from '../study/recipe.js';
import { runPlan, sizeOf, type PlanSetting } from './run-plan.js';

export async function reproduceCommand(given: CommandContext): Promise<ExitCode> {
  const deadlineMs = clock.monotonicMs() + parseDuration(given.values.maxTime!)!;
  fixedReplicates(given.values.replicates!);
  const published = await publishedTask(given.words[0]);
  const folder = given.values.out ?? defaultFolder(reproductionName(published.task));
  const context = await withEngine(given, folder);
  const { values, port } = context;
  const study = reproductionOf(published, values);
  for (const warning of warningsOf(study)) port.say(warning);
  if (values.fresh && !values.dryRun) await permitClearing(folder, { yes: values.yes!, port });
  // Before the measuring, which takes longer than all else that may refuse.
  if (!values.fresh && !values.dryRun) await requireSameStudy(folder, study.config);
  const setting = { deadlineMs, folder, context };
  const plan = await planFor(study, setting);
  if (plan.picked.length === 0) throw nothingFits(plan, values.maxTime!);
  context.logger.info({ picked: plan.picked.length, leftOut: plan.leftOut.length }, 'points chosen');
  if (values.dryRun) return reproductionDryRun(study, plan, context);

  return inResultsFolder(folder, null, async (claim) => {
    await openResultsFolder({ folder, config: study.config, fresh: values.fresh!, yes: true, port, claim });
    const exitCode = await train(study, plan, { ...setting, claim });
    if (exitCode === exitCodes.stoppedResumable) return exitCode;
    await reportReproduction(study, { folder, claim, context });
    context.logger.info({ folder }, 'report written');
    return exitCode;
  });
}

interface Setting {
  /** Milliseconds of `clock.monotonicMs`. */
  readonly deadlineMs: number;
  readonly folder: string;
  readonly context: CommandContext;
}

/** Measures a few steps, and takes what fits. Throws a UserError where the data cannot be read. */
async function planFor({ task, ranked }: ReproductionStudy, setting: Setting): Promise<ReproductionPlan> {
  const { deadlineMs, folder, context } = setting;
  const { values, terminal } = context;
  const row = engineRow(values.engine!);
  const workforce = await workforceFor(row, { ...values, runsOfArch: fixedReplicates(values.replicates!) });
  const networks = ranked.map(({ point }) => point);
  refuseTooMany({ networks, ...task, recipe: recipeOf(values, task), flag: '--workers' }, { row, workforce });
  const { workers, packSize } = workforce;
  const known = values.fresh ? new Map<string, Run>() : await knownRuns(folder);
  terminal.say('Measuring how fast this machine trains.');
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

/** By key; none where the folder holds no results yet. */
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

/** Trains the picked points, or as many, fewer or more, as the time then really suffices for. */
async function train(
  { task, ranked }: ReproductionStudy,
  { picked, workforce, durationMsOf, isDone }: ReproductionPlan,
  { deadlineMs, folder, claim, context }: Setting & Pick<PlanSetting, 'claim'>,
): Promise<ExitCode> {
  const done = picked.flatMap((row) => row.specs.filter(isDone));
  const groups = ranked.map((row) => row.specs.filter((spec) => !isDone(spec)));
  const schedule = inTime(groups, {
    estimateMs: durationMsOf,
    packSize: workforce.packSize,
    workers: workforce.workers.length,
    deadlineMs,
  });
  const { exitCode } = await runPlan(
    {
      size: () => sizeOf([...done, ...schedule.planned()], task),
      what: `${task.name}, ${picked.length} of ${ranked.length} published points`,
      task,
      rounds: () => [chain(done, schedule.specs)],
      onEvent: schedule.onEvent,
    },
    { folder, claim, workforce, context },
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
