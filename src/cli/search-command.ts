/** `hgmlp search`: plan, train what is missing, trace both frontiers, report. */
import type { Arch } from '../arch/arch.js';
import { exitCodes, UserError, type ExitCode } from '../base/errors.js';
import type { StoredConfig } from '../config/stored.js';
import { engineRow, engineRows } from '../engine/engines.js';
import { parseAddress } from '../execute/fleet/address.js';
import { refuseTooLarge, refuseTooMany, type MemoryPlan } from '../execute/memory.js';
import { workforceFor, type Workforce } from '../execute/workforce.js';
import type { Run } from '../run/run.js';
import { outlookAfter } from '../search/rounds.js';
import { parseShard } from '../search/shard.js';
import { settledStrategy, withStrategy } from './auto-strategy.js';
import type { CommandContext } from './context.js';
import { refuseForFleet } from './crew.js';
import { dryRun } from './dry-run.js';
import { withEngine, withFleetEngine } from './engine.js';
import { limitsFor } from './limits.js';
import { defaultFolder, inResultsFolder, openResultsFolder } from './results-folder.js';
import { openData, runPlan, sizeOf, type Plan, type PlanSetting } from './run-plan.js';
import { joinsWholeFolder, nextOfShard, reportFolder, withNumberedShard } from './shards.js';
import { configOf, countRuns, folderName, likelySpecs, studyName, studyOf, titleOf, type Study } from './study.js';
import { showFrontier, writeStudyReport } from './study-report.js';
import type { PlanSize } from './tally.js';
import { withResolvedTask } from './task.js';

export async function searchCommand(given: CommandContext): Promise<ExitCode> {
  const numbered = withNumberedShard(await withResolvedTask(given));
  const folder = folderOf(numbered.values);
  refuseEarly(numbered.values);
  const inFleet = numbered.values.queue !== null;
  const equipped = await (inFleet ? withFleetEngine : withEngine)(numbered, folder);
  const context = await withStrategy(equipped, folder);
  if (inFleet) await refuseForFleet(context);
  const { values, terminal } = context;
  const study = studyOf(values);
  const { learningRates, replicates } = study.training;
  const runsOfArch = learningRates.length * replicates;
  const row = engineRow(values.engine!);
  const workforce = await workforceFor(row, { ...values, runsOfArch });
  if (!inFleet) refuseTooMany(memoryPlanOf(study), { row, workforce });
  const idle = inFleet ? null : idleLine(study, workforce);
  if (idle !== null) terminal.say(idle);
  if (values.dryRun) return dryRun(study, workforce, context);

  const joinsWhole = await joinsWholeFolder(folder, values);
  const config = configOf(study, joinsWhole ? { ...values, shard: null } : values);
  const size = countSpecs(study);
  if (!inFleet) await openData(study.task, values.dataFolder);
  return inResultsFolder(folder, joinsWhole ? values.shard : null, async (claim) => {
    await openResultsFolder({ folder, config, fresh: values.fresh!, yes: values.yes!, terminal, claim });
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
  const { values, terminal } = context;
  const limits = limitsFor(study, values);
  const { rounds, halving, adaptive, auto } = study;
  const plan: Plan = {
    ...{ size: () => size, what: titleOf(study), task: study.task, limits, rounds },
    triesAgain: halving !== null,
    // What results choose is made anew as it is read; twice would take twice as long.
    specs: adaptive === null && auto === null ? study.specs : undefined,
  };
  const result = await runPlan(plan, setting);
  if (result.exitCode === exitCodes.stoppedResumable) return result.exitCode;
  const { runs } = result;
  const report = joinsWhole
    ? await reportFolder({ study: studyOf({ ...values, shard: null }), folder, config, terminal })
    : await writeStudyReport({ study, runs, folder, config });
  await claim.confirm();
  context.logger.info({ folder, runs: runs.length }, 'report written');
  showFrontier(report, { study, folder }, context);
  sayOutlook(study, runs, context);
  if (study.shard !== null && !joinsWhole) terminal.say(nextOfShard(study.shard, studyName(values)));
  return result.exitCode;
}

/** Throws a UserError for a study that cannot be, whatever engine trains it: to try engines takes seconds. */
function refuseEarly(values: CommandContext['values']): void {
  const [anyEngine] = engineRows;
  const withAny = { ...values, engine: values.engine ?? anyEngine!.name };
  const study = studyOf(values.strategy === 'auto' ? settledStrategy(withAny).values : withAny);
  if (study.shard === null && study.candidates()[Symbol.iterator]().next().done) throw emptyPlan();
  if (values.queue === null) refuseTooLarge(memoryPlanOf(study));
  else parseAddress(values.queue);
}

function memoryPlanOf(study: Study): MemoryPlan {
  const { task, training, request } = study;
  return {
    archs: archsOf(study),
    recipe: training.recipe,
    dimensions: task.dimensions,
    trainingImages: task.trainingImages,
    flag: Object.keys(request.grid).length > 0 ? 'grid' : '--budget',
  };
}

/** That may be trained. */
function* archsOf({ adaptive, candidates }: Study): Generator<Arch> {
  for (const { arch } of adaptive?.pool ?? candidates()) yield arch;
}

function emptyPlan(): UserError {
  return new UserError('the plan is empty: expected at least one candidate; widen the budget or the space');
}

function folderOf(values: CommandContext['values']): string {
  const shard = values.shared || values.shard === null ? null : parseShard(values.shard);
  return values.out ?? defaultFolder(folderName(studyName(values), shard));
}

/** Where a strategy waits for results before it has given each worker something to do; else null. */
function idleLine({ adaptive, halving, training }: Study, { workers, packSize }: Workforce): string | null {
  const lookEvery = adaptive?.batchSize ?? halving?.rules.underWay;
  if (lookEvery === undefined) return null;
  // By halving each trains alone.
  const ofEach = halving === null ? Math.ceil(training.replicates / packSize) : training.replicates;
  const idle = workers.length - lookEvery * ofEach;
  if (idle <= 0) return null;
  return (
    `strategy: ${idle} of ${workers.length} workers have nothing to do, as no more than ${lookEvery * ofEach} trainings are ` +
    `under way between looks at results; a search that begins with --look-every ${Math.ceil(workers.length / ofEach)} keeps all busy`
  );
}

function countSpecs(study: Study): PlanSize {
  const { specs, times } = likelySpecs(study);
  const { runs, work } = sizeOf(specs(), study.task);
  const size = {
    runs: study.halving === null ? Math.round(runs * times) : countRuns(study),
    work: work * times,
    isBound: study.auto !== null,
  };
  // A shard of a small plan may go without.
  if (size.runs === 0 && study.shard === null) throw emptyPlan();
  return size;
}

/** What is left on the table. */
function sayOutlook({ adaptive }: Study, runs: readonly Run[], { terminal }: CommandContext): void {
  if (adaptive === null) return;
  const share = outlookAfter(adaptive, runs);
  if (share === null || !Number.isFinite(share)) return;
  const { replicates } = adaptive.training;
  // Those of higher numbers came after all choices of networks.
  const trained = runs.filter(({ spec }) => spec.recipe.replicate < replicates).length / replicates;
  terminal.say(
    `Of at most ${adaptive.mostConfigurations} networks ${trained} were trained; the best of what is left is expected to ` +
      `add ${(100 * share).toPrecision(2)} % of the hypervolume found.`,
  );
}
