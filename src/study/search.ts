/** A search from its option values to its report: prepared first, so that it may be looked at, then run. */
import { UserError } from '../base/errors.js';
import type { Values } from '../config/fields.js';
import { engineRow, engineRows } from '../engine/engines.js';
import { parseAddress } from '../execute/fleet/address.js';
import { refuseTooLarge, refuseTooMany, type MemoryPlan } from '../execute/memory.js';
import { workforceFor, type Workforce } from '../execute/workforce.js';
import { parseShard } from '../search/shard.js';
import { settledStrategy, withStrategy } from './auto-strategy.js';
import { isInFleet, refuseForFleet } from './crew.js';
import { configOf, folderName, studyName, studyOf, titleOf, type Study } from './definition.js';
import { withEngine, withFleetEngine } from './engine.js';
import { defaultFolder, inResultsFolder, openResultsFolder } from './folder.js';
import { limitsFor } from './limits.js';
import type { PlanSize } from './plan/size.js';
import { requireSamePlugins } from './plugins.js';
import { isInterrupted, type StudyContext, type TrainedPlan } from './port.js';
import { writeStudyReport, type StudyReport } from './report.js';
import { joinsWholeFolder, nextOfShard, reportFolder, withNumberedShard } from './shards.js';
import { storedToAddTo } from './stored-values.js';
import { openData, withResolvedTask } from './task.js';
import { planSizeOf, trainPlan } from './train-plan.js';

/** Holds a search that may begin: nothing is written yet. */
export interface PreparedSearch {
  /** With engine, strategy and task settled. */
  readonly context: StudyContext;
  readonly study: Study;
  /** Of results. */
  readonly folder: string;
  readonly workforce: Workforce;
}

/** Tells what a search has come to. */
export interface SearchOutcome {
  readonly trained: TrainedPlan;
  /** Null where the signal has stopped it: the same call goes on. */
  readonly report: StudyReport | null;
  /** What is left to gain, and what is to be done with a shard, in sentences. */
  readonly remarks: readonly string[];
}

/** Settles task, engine, strategy and workers. Throws a UserError for a search that cannot be. */
export async function prepareSearch(given: StudyContext): Promise<PreparedSearch> {
  const numbered = withNumberedShard(await withResolvedTask(given));
  const folder = folderOf(numbered.values);
  requireSamePlugins(folder, await storedToAddTo(folder, numbered.values), numbered.values);
  refuseEarly(numbered.values);
  const inFleet = isInFleet(numbered.values);
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
  return { context, study, folder, workforce };
}

/** Trains what is missing, and reports once that has come to its end or to a limit. */
export async function runSearch({ context, study, folder, workforce }: PreparedSearch): Promise<SearchOutcome> {
  const { values, port } = context;
  const joinsWhole = await joinsWholeFolder(folder, values);
  const config = configOf(study, joinsWhole ? { ...values, shard: null } : values);
  const size = sizeOfPlan(study);
  if (!isInFleet(values)) await openData(study.task, values.dataFolder);
  return inResultsFolder(folder, joinsWhole ? values.shard : null, async (claim) => {
    await openResultsFolder({ folder, config, fresh: values.fresh!, yes: values.yes!, port, claim });
    const trained = await trainPlan(trainingOf(study, { values, size }), { ...context, folder, claim, workforce });
    if (isInterrupted(trained)) return { trained, report: null, remarks: [] };
    const report = joinsWhole
      ? await reportFolder({ study: studyOf({ ...values, shard: null }), folder, config, port })
      : await writeStudyReport({ study, runs: trained.runs, folder, config });
    await claim.confirm();
    const outlook = study.plan.outlook(trained.runs);
    const next = study.shard === null || joinsWhole ? null : nextOfShard(study.shard, studyName(values));
    return { trained, report, remarks: [outlook, next].filter((text) => text !== null) };
  });
}

function trainingOf(study: Study, { values, size }: { values: Values; size: PlanSize }) {
  const { plan, task } = study;
  return {
    size: () => size,
    what: titleOf(study),
    task,
    limits: limitsFor(study, values),
    rounds: plan.next,
    triesAgain: plan.trainsInParts,
    // What results choose is made anew as it is read; twice would take twice as long.
    specs: plan.listsAll ? plan.specs : undefined,
  };
}

/** Throws a UserError for a study that cannot be, whatever engine trains it: to try engines takes seconds. */
function refuseEarly(values: Values): void {
  const [anyEngine] = engineRows;
  const withAny = { ...values, engine: values.engine ?? anyEngine!.name };
  const study = studyOf(values.strategy === 'auto' ? settledStrategy(withAny).values : withAny);
  if (study.shard === null && study.plan.candidates()[Symbol.iterator]().next().done) throw emptyPlan();
  if (isInFleet(values)) parseAddress(values.queue!);
  else refuseTooLarge(memoryPlanOf(study));
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
  return new UserError(
    'the plan is empty: expected at least one candidate; widen the budget, the depths or the ratios',
  );
}

function folderOf(values: Values): string {
  const shard = values.shared || values.shard === null ? null : parseShard(values.shard);
  return values.out ?? defaultFolder(folderName(studyName(values), shard));
}

/** Says where a strategy waits for results before it has given each worker something to do; else null. */
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
  return { runs: most, work: planSizeOf(likely.specs(), task).work * likely.times, isBound: mayEndEarlier };
}
