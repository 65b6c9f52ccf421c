/** `hgmlp search`: plan, train what is missing, trace both frontiers, report. */
import { exitCodes, UserError, type ExitCode } from '../base/errors.js';
import type { StoredConfig } from '../config/stored.js';
import { engineRow, engineRows } from '../engine/engines.js';
import { parseAddress } from '../execute/fleet/address.js';
import { refuseTooLarge, refuseTooMany, type MemoryPlan } from '../execute/memory.js';
import { workforceFor, type Workforce } from '../execute/workforce.js';
import { parseShard } from '../search/shard.js';
import { settledStrategy, withStrategy } from '../study/auto-strategy.js';
import type { CommandContext } from './context.js';
import { refuseForFleet } from './crew.js';
import { dryRun } from './dry-run.js';
import { withEngine, withFleetEngine } from './engine.js';
import { limitsFor } from '../study/limits.js';
import { defaultFolder, inResultsFolder, openResultsFolder } from '../study/folder.js';
import { openData, runPlan, sizeOf, type Plan, type PlanSetting } from './run-plan.js';
import { joinsWholeFolder, nextOfShard, reportFolder, withNumberedShard } from '../study/shards.js';
import { configOf, folderName, studyName, studyOf, titleOf, type Study } from '../study/definition.js';
import { showFrontier } from './show-frontier.js';
import { writeStudyReport } from '../study/report.js';
import type { PlanSize } from '../study/plan/size.js';
import { withResolvedTask } from './task.js';

export async function searchCommand(given: CommandContext): Promise<ExitCode> {
  const numbered = withNumberedShard(await withResolvedTask(given));
  const folder = folderOf(numbered.values);
  refuseEarly(numbered.values);
  const inFleet = numbered.values.queue !== null;
  const equipped = await (inFleet ? withFleetEngine : withEngine)(numbered, folder);
  const context = await withStrategy(equipped, folder);
  const { values, port } = context;
  const study = studyOf(values);
  if (inFleet) await refuseForFleet(study, context);
  const { learningRates, replicates } = study.training;
  const runsOfArch = learningRates.length * replicates;
  const row = engineRow(values.engine!);
  const workforce = await workforceFor(row, { ...values, runsOfArch });
  if (!inFleet) refuseTooMany(memoryPlanOf(study), { row, workforce });
  const idle = inFleet ? null : idleLine(study, workforce);
  if (idle !== null) port.say(idle);
  if (values.dryRun) return dryRun(study, workforce, context);

  const joinsWhole = await joinsWholeFolder(folder, values);
  const config = configOf(study, joinsWhole ? { ...values, shard: null } : values);
  const size = sizeOfPlan(study);
  if (!inFleet) await openData(study.task, values.dataFolder);
  return inResultsFolder(folder, joinsWhole ? values.shard : null, async (claim) => {
    await openResultsFolder({ folder, config, fresh: values.fresh!, yes: values.yes!, port, claim });
    return searchIn({ folder, claim, workforce, context }, { study, size, config, joinsWhole });
  });
}

interface Searched {
  readonly study: Study;
  readonly size: PlanSize;
  readonly config: StoredConfig;
  /** Whether a shard writes into the folder of the whole study. */
  readonly joinsWhole: boolean;
}

async function searchIn(setting: PlanSetting, { study, size, config, joinsWhole }: Searched): Promise<ExitCode> {
  const { folder, claim, context } = setting;
  const { values, port } = context;
  const limits = limitsFor(study, values);
  const { plan: planned } = study;
  const plan: Plan = {
    ...{ size: () => size, what: titleOf(study), task: study.task, limits, rounds: planned.next },
    triesAgain: planned.trainsInParts,
    // What results choose is made anew as it is read; twice would take twice as long.
    specs: planned.listsAll ? planned.specs : undefined,
  };
  const result = await runPlan(plan, setting);
  if (result.exitCode === exitCodes.stoppedResumable) return result.exitCode;
  const { runs } = result;
  const report = joinsWhole
    ? await reportFolder({ study: studyOf({ ...values, shard: null }), folder, config, port })
    : await writeStudyReport({ study, runs, folder, config });
  await claim.confirm();
  context.logger.info({ folder, runs: runs.length }, 'report written');
  showFrontier(report, { study, folder }, context);
  const outlook = study.plan.outlook(runs);
  if (outlook !== null) port.say(outlook);
  if (study.shard !== null && !joinsWhole) port.say(nextOfShard(study.shard, studyName(values)));
  return result.exitCode;
}

/** Throws a UserError for a study that cannot be, whatever engine trains it: to try engines takes seconds. */
function refuseEarly(values: CommandContext['values']): void {
  const [anyEngine] = engineRows;
  const withAny = { ...values, engine: values.engine ?? anyEngine!.name };
  const study = studyOf(values.strategy === 'auto' ? settledStrategy(withAny).values : withAny);
  if (study.shard === null && study.plan.candidates()[Symbol.iterator]().next().done) throw emptyPlan();
  if (values.queue === null) refuseTooLarge(memoryPlanOf(study));
  else parseAddress(values.queue);
}

function memoryPlanOf(study: Study): MemoryPlan {
  const { task, training, request, plan } = study;
  return {
    networks: plan.pool(),
    recipe: training.recipe,
    dimensions: task.dimensions,
    trainingImages: task.trainingImages,
    flag: Object.keys(request.grid).length > 0 ? 'grid' : '--budget',
  };
}

function emptyPlan(): UserError {
  return new UserError('the plan is empty: expected at least one candidate; widen the budget or the space');
}

function folderOf(values: CommandContext['values']): string {
  const shard = values.shared || values.shard === null ? null : parseShard(values.shard);
  return values.out ?? defaultFolder(folderName(studyName(values), shard));
}

/** Where a strategy waits for results before it has given each worker something to do; else null. */
function idleLine({ plan, training }: Study, { workers, packSize }: Workforce): string | null {
  const { looksEvery, trainsInParts } = plan;
  if (looksEvery === null) return null;
  // In parts each trains alone.
  const ofEach = trainsInParts ? training.replicates : Math.ceil(training.replicates / packSize);
  const idle = workers.length - looksEvery * ofEach;
  if (idle <= 0) return null;
  return (
    `strategy: ${idle} of ${workers.length} workers have nothing to do, as no more than ${looksEvery * ofEach} trainings are ` +
    `under way between looks at results; a search that begins with --look-every ${Math.ceil(workers.length / ofEach)} keeps all busy`
  );
}

function sizeOfPlan({ task, shard, plan }: Study): PlanSize {
  const { most, mayEndEarlier, likely } = plan.bound();
  // A shard of a small plan may go without.
  if (most === 0 && shard === null) throw emptyPlan();
  return { runs: most, work: sizeOf(likely.specs(), task).work * likely.times, isBound: mayEndEarlier };
}
