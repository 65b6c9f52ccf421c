/**
 * `hgmlp retry --failed`: train again what the log of a results folder records as failed, and nothing else; `--stopped`:
 * train on, to its end, what a search by halving has stopped.
 */
import path from 'node:path';
import { exitCodes, UserError, type ExitCode } from '../base/errors.js';
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
import { knownTime } from '../run/timing.js';
import { fixedReplicates } from '../search/replicates.js';
import type { CommandContext } from './context.js';
import { withEngine } from './engine.js';
import { requireOwnNumbers } from '../study/merge/sources.js';
import { renderRun } from './progress.js';
import { reportReproduction } from './reproduction-report.js';
import { publishedTask, reproductionOf } from '../study/reproduction.js';
import { findResultsFolder, inResultsFolder, tidy } from '../study/folder.js';
import { openData, runPlan, sizeOf } from './run-plan.js';
import { reportFolder } from '../study/shards.js';
import { storedValues } from '../study/stored-values.js';
import { showFrontier } from './show-frontier.js';
import { studyOf, titleOf } from '../study/definition.js';

export async function retryCommand(context: CommandContext): Promise<ExitCode> {
  const { values, words, terminal } = context;
  if (values.failed === values.stopped) {
    throw new UserError(
      `retry: expected --failed or --stopped, which says what to train again, got ${values.failed ? 'both; leave one out' : 'nothing; add one'}`,
    );
  }
  const state = values.failed ? 'failed' : 'stopped';
  const folder = await findResultsFolder(words[0]);
  if (words[0] === undefined) terminal.say(`the latest results: ${folder}`);
  const stored = await storedPlan(folder, context);
  if (state === 'failed') stored.refuseFailed();
  const unfinished = await runsIn(state, folder, stored);
  if (values.dryRun || unfinished.length === 0) {
    show(unfinished, { state, folder }, context);
    return exitCodes.done;
  }
  return retry(unfinished, { state, folder }, stored);
}

/** What a folder was made by: a search, a share of one, or a reproduction. */
interface StoredPlan {
  /** With the values of the folder beside those of this command. */
  readonly context: CommandContext;
  readonly what: string;
  readonly task: Task;
  /** The most runs of one architecture. */
  readonly runsOfArch: number;
  /** Enumerates anew at each call, in the order of the plan, as far as these runs decide it. */
  specs(runs: ReadonlyMap<string, Run>): Iterable<RunSpec>;
  /** Throws a UserError where what has failed cannot be trained again alone. */
  refuseFailed(): void;
  report(claim: Claim): Promise<void>;
}

type State = 'failed' | 'stopped';

/** What is trained again, and where. */
interface Wanted {
  readonly state: State;
  readonly folder: string;
}

async function storedPlan(folder: string, given: CommandContext): Promise<StoredPlan> {
  const config = (await readStoredConfig(folder))!;
  if (config.importedFrom !== undefined) {
    throw new UserError(
      `${folder}: expected runs that were trained here, got runs imported from ${config.importedFrom.file}; ` +
        'name another folder',
    );
  }
  // Only a reproduction has a time to keep to.
  const command = config.maxTime === undefined ? 'search' : 'reproduce';
  const context = { ...given, values: { ...(await storedValues(folder, command)), ...given.values } };
  return command === 'search' ? planOfSearch(folder, config, context) : planOfReproduction(folder, context);
}

function planOfSearch(folder: string, config: StoredConfig, context: CommandContext): StoredPlan {
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
      showFrontier(report, { study, folder }, context);
    },
  };
}

async function planOfReproduction(folder: string, context: CommandContext): Promise<StoredPlan> {
  const { values } = context;
  const study = reproductionOf(await publishedTask(values.task!), values);
  return {
    context,
    what: `${study.task.name}, published points`,
    task: study.task,
    runsOfArch: fixedReplicates(values.replicates!),
    specs: () => study.ranked.flatMap(({ specs }) => specs),
    refuseFailed: () => undefined,
    report: (claim) => reportReproduction(study, { folder, claim, context }),
  };
}

/** Those of the plan, in its order. The others are told. */
async function runsIn(state: State, folder: string, { specs, context }: StoredPlan): Promise<UnfinishedRun[]> {
  const { runs, problems } = await readRunLog(folder);
  for (const problem of problems) context.terminal.say(`run log: ${problem}`);
  const wanted = new Map([...runs].filter((entry): entry is [string, UnfinishedRun] => entry[1].state === state));
  requireOwnNumbers(folder, wanted);
  const ofPlan =
    wanted.size === 0 ? [] : [...new Set(Array.from(specs(runs), keyOf))].flatMap((key) => wanted.get(key) ?? []);
  const others = wanted.size - ofPlan.length;
  if (others > 0) {
    context.terminal.say(`${counted(others, `${state} run`)} of the log, not in the plan of ${folder}: left as it is`);
  }
  return ofPlan;
}

function show(
  unfinished: readonly UnfinishedRun[],
  { state, folder }: Wanted,
  { values, terminal }: CommandContext,
): void {
  if (values.json) {
    const runs = unfinished.map(({ key, spec, reason, timing }) => {
      const startedAt = knownTime(timing) === null ? null : timing!.startedAt;
      return { key, ...spec.arch, ...spec.recipe, reason, startedAt };
    });
    terminal.print(JSON.stringify({ schemaVersion: 1, folder, [state]: runs }, null, 2));
    return;
  }
  for (const run of unfinished) terminal.print(renderRun(run));
  const none = state === 'failed' ? `No run of ${folder} has failed.` : `No run of ${folder} was stopped early.`;
  terminal.print(unfinished.length === 0 ? none : `${counted(unfinished.length, `${state} run`)} in ${folder}`);
}

async function retry(
  unfinished: readonly UnfinishedRun[],
  { state, folder }: Wanted,
  stored: StoredPlan,
): Promise<ExitCode> {
  const { task, what, runsOfArch } = stored;
  // The engine is a part of what a run is: that of the folder, or none.
  const asStored = { ...stored.context, values: { ...stored.context.values, engine: null } };
  const context = await withEngine(asStored, folder);
  const { values, commandLine, words } = context;
  const workforce = await workforceFor(engineRow(values.engine!), { ...values, runsOfArch });
  await openData(task, values.dataFolder);
  const specs = unfinished.map(({ spec }) => spec);
  const size = sizeOf(specs, task);
  const command = words[0] === undefined ? [...commandLine, folder] : commandLine;
  return inResultsFolder(folder, null, async (claim) => {
    await tidy(folder);
    const { exitCode } = await runPlan(
      {
        size: () => size,
        what: `${state === 'failed' ? 'again' : 'on'} ${what}`,
        task,
        rounds: () => [specs],
        specs: () => specs,
        command,
      },
      { folder, claim, workforce, context },
    );
    if (exitCode !== exitCodes.stoppedResumable) await stored.report(claim);
    return exitCode;
  });
}
