/**
 * Training again what the log of a results folder records as failed, and nothing else; or on, to its end, what a search by
 * halving has stopped.
 */
import path from 'node:path';
import { UserError } from '../base/errors.js';
import { counted } from '../base/numbers.js';
import { shellLine } from '../base/shell-line.js';
import { readStoredConfig, storedConfigFile, type StoredConfig } from '../config/stored.js';
import type { Task } from '../data/tasks.js';
import { engineRow } from '../engine/engines.js';
import { workforceFor } from '../execute/workforce.js';
import type { Claim } from '../run/claim.js';
import { keyOf } from '../run/key.js';
import { readRunLog } from '../run/log.js';
import type { Run, UnfinishedRun } from '../run/run.js';
import type { RunSpec } from '../run/spec.js';
import { fixedReplicates } from '../search/replicates.js';
import { studyOf, titleOf, type Study } from './definition.js';
import { withEngine } from './engine.js';
import { findResultsFolder, inResultsFolder, tidy } from './folder.js';
import { requireOwnNumbers } from './merge/sources.js';
import { requireSamePlugins } from './plugins.js';
import { isInterrupted, sayProblems, type StudyContext, type TrainedPlan } from './port.js';
import type { StudyReport } from './report.js';
import { publishedTask, reproductionOf } from './reproduction.js';
import { reportReproduction, type ReproductionReport } from './reproduction-report.js';
import { reportFolder } from './shards.js';
import { storedReproductionValues, storedValues } from './stored-values.js';
import { openData } from './task.js';
import { planSizeOf, trainPlan } from './train-plan.js';

/** Names the runs that are trained again (`failed`), or to their end (`stopped`). */
export type RetriedState = 'failed' | 'stopped';

/** Tells what would be trained again, and where: nothing is written yet. */
export interface PreparedRetry {
  readonly state: RetriedState;
  readonly folder: string;
  readonly unfinished: readonly UnfinishedRun[];
  readonly stored: StoredPlan;
}

/** Holds what is reported of the folder once it is retried, by what it was made by. */
export type RetryReport =
  | { readonly kind: 'search'; readonly study: Study; readonly report: StudyReport }
  | { readonly kind: 'reproduction'; readonly report: ReproductionReport };

/** What a folder was made by: a search, a share of one, or a reproduction. */
interface StoredPlan {
  /** With the values of the folder beside those that were given. */
  readonly context: StudyContext;
  readonly what: string;
  readonly task: Task;
  /** The most runs of one architecture. */
  readonly runsOfArch: number;
  /** Enumerates anew at each call, in the order of the plan, as far as these runs decide it. */
  specs(runs: ReadonlyMap<string, Run>): Iterable<RunSpec>;
  /** Throws a UserError where what has failed cannot be trained again alone. */
  refuseFailed(): void;
  report(claim: Claim): Promise<RetryReport>;
}

/** Finds the runs of that state in the named folder, or in the latest one. Throws a UserError where it has no plan. */
export async function prepareRetry(
  named: string | undefined,
  state: RetriedState,
  context: StudyContext,
): Promise<PreparedRetry> {
  const folder = await findResultsFolder(named, context.port);
  const stored = await storedPlan(folder, context);
  if (state === 'failed') stored.refuseFailed();
  return { state, folder, stored, unfinished: await runsIn(state, folder, stored) };
}

/** Trains the runs, and reports; null in place of a report where the signal has stopped it. */
export async function runRetry({
  state,
  folder,
  stored,
  unfinished,
}: PreparedRetry): Promise<{ readonly trained: TrainedPlan; readonly report: RetryReport | null }> {
  const { task, what, runsOfArch } = stored;
  // The engine is a part of what a run is: that of the folder, or none.
  const asStored = { ...stored.context, values: { ...stored.context.values, engine: null } };
  const context = await withEngine(asStored, folder);
  const { values } = context;
  const workforce = await workforceFor(engineRow(values.engine!), { ...values, runsOfArch });
  await openData(task, values.dataFolder);
  const specs = unfinished.map(({ spec }) => spec);
  const size = planSizeOf(specs, task);
  return inResultsFolder(folder, null, async (claim) => {
    await tidy(folder);
    const trained = await trainPlan(
      {
        ...{ size: () => size, what: `${state === 'failed' ? 'again' : 'on'} ${what}`, task },
        rounds: () => [specs],
        specs: () => specs,
      },
      { ...context, folder, claim, workforce },
    );
    return { trained, report: isInterrupted(trained) ? null : await stored.report(claim) };
  });
}

async function storedPlan(folder: string, given: StudyContext): Promise<StoredPlan> {
  const config = (await readStoredConfig(folder))!;
  if (config.importedFrom !== undefined) {
    throw new UserError(
      `${folder}: expected runs that were trained here, got runs imported from ${config.importedFrom.file}; ` +
        'name another folder',
    );
  }
  // Only a reproduction has a time to keep to.
  const isSearch = config.maxTime === undefined;
  const plugin = given.values.plugin ?? null;
  requireSamePlugins(folder, config, given.values);
  const stored = await (isSearch
    ? storedValues(folder, { runsPlugins: plugin === null })
    : storedReproductionValues(folder));
  const context = { ...given, values: { ...stored, ...given.values, plugin: plugin ?? stored.plugin } };
  return isSearch ? planOfSearch(folder, config, context) : planOfReproduction(folder, context);
}

function planOfSearch(folder: string, config: StoredConfig, context: StudyContext): StoredPlan {
  const { values, port } = context;
  const study = studyOf(values);
  const { learningRates, replicates } = study.training;
  return {
    context,
    what: titleOf(study),
    task: study.task,
    runsOfArch: learningRates.length * replicates,
    specs: study.plan.specs,
    refuseFailed() {
      // How far each is to be trained depends on the others.
      if (!study.plan.trainsInParts) return;
      const config = path.join(folder, storedConfigFile);
      throw new UserError(
        `--failed: expected a search whose runs do not depend on one another, got one by ${study.plan.name}; it trains again what has ` +
          `failed with: ${shellLine(['hgmlp', 'search', '--config', config, '--out', folder])}`,
      );
    },
    async report(claim) {
      const report = await reportFolder({ study, folder, config, port });
      await claim.confirm();
      return { kind: 'search', study, report };
    },
  };
}

async function planOfReproduction(folder: string, context: StudyContext): Promise<StoredPlan> {
  const { values } = context;
  const study = reproductionOf(await publishedTask(values.task!), values);
  return {
    context,
    what: `${study.task.name}, published points`,
    task: study.task,
    runsOfArch: fixedReplicates(values.replicates!),
    specs: () => study.ranked.flatMap(({ specs }) => specs),
    refuseFailed: () => undefined,
    report: async (claim) => ({ kind: 'reproduction', report: await reportReproduction(study, { folder, claim }) }),
  };
}

/** Gives those of the plan, in its order. The others are told. */
async function runsIn(state: RetriedState, folder: string, { specs, context }: StoredPlan): Promise<UnfinishedRun[]> {
  const { port } = context;
  const { runs, problems } = await readRunLog(folder);
  sayProblems(port, problems);
  const wanted = new Map([...runs].filter((entry): entry is [string, UnfinishedRun] => entry[1].state === state));
  requireOwnNumbers(folder, wanted);
  const ofPlan =
    wanted.size === 0 ? [] : [...new Set(Array.from(specs(runs), keyOf))].flatMap((key) => wanted.get(key) ?? []);
  const others = wanted.size - ofPlan.length;
  if (others > 0)
    port.say(`${counted(others, `${state} run`)} of the log, not in the plan of ${folder}: not trained again`);
  return ofPlan;
}
