/** Trains what of a plan is not in the log of its results folder yet, and shows how far it is. */
import path from 'node:path';
import { exitCodes, type ExitCode } from '../base/errors.js';
import { shellLine } from '../base/shell-line.js';
import type { Task } from '../data/tasks.js';
import type { Workforce } from '../execute/workforce.js';
import { checkpointsFolder, removeCheckpoint, removeOverCheckpoints, stoppedTrainings } from '../run/checkpoint.js';
import type { Claim } from '../run/claim.js';
import { trainingMultiplyAdds } from '../run/cost.js';
import { keyOf } from '../run/key.js';
import { openRunLog, type RunLog } from '../run/log.js';
import { writeSheet } from '../run/sample-sheet.js';
import { isOver, type Run } from '../run/run.js';
import type { RunSpec } from '../run/spec.js';
import { studyClock, type LimitName, type LimitWatch } from '../search/limits.js';
import { search, type Planned, type SearchEvent, type SearchOptions, type SearchResult } from '../search/search.js';
import type { CommandContext } from './context.js';
import { openCrew } from './crew.js';
import { logSearchEvent } from './diagnostics.js';
import { watchInterrupts } from './interrupt.js';
import { endedLine, openEnding, retryLine, type Held } from '../study/limits.js';
import { openProgress } from './progress.js';
import { unshownText } from './queue.js';
import { resumeWords } from './resume-words.js';
import type { PlanSize } from '../study/plan/size.js';
import { stoppedText, type RunCounts } from './tally.js';

export interface Plan {
  /** As far as it is known now. */
  readonly size: () => PlanSize;
  /** For the first line that is said: `mnist/denoising, budget 1M`. */
  readonly what: string;
  readonly task: Task;
  /**
   * Parts to be trained one after the other, each read one run at a time as trainings become free. What came of a part is
   * in `runs` before the next is asked for.
   */
  readonly rounds: (runs: ReadonlyMap<string, Run>) => Iterable<Iterable<Planned>>;
  /** All of it, as far as these runs decide it; without it, what the log holds of it counts once it is come to. */
  readonly specs?: ((runs: ReadonlyMap<string, Run>) => Iterable<RunSpec>) | undefined;
  readonly onEvent?: (event: SearchEvent) => void;
  /** What ends it before its end, by what the folder holds. */
  readonly limits?: ((held: Held, nowMs: () => number) => LimitWatch) | undefined;
  /** Whether the command that goes on is also the one that trains again what has failed, as its plan depends on it. */
  readonly triesAgain?: boolean;
  /** The words of the command that goes on; without them those that were typed, with the folder. */
  readonly command?: readonly string[];
}

export interface PlanSetting {
  readonly folder: string;
  /** On the folder. */
  readonly claim: Claim;
  readonly workforce: Workforce;
  readonly context: CommandContext;
}

export interface PlanResult {
  /** In plan order, those of the log included. */
  readonly runs: readonly Run[];
  readonly exitCode: ExitCode;
}

/** How much a plan asks for, in multiply-adds. */
export function sizeOf(specs: Iterable<RunSpec>, task: Task): PlanSize {
  let runs = 0;
  let work = 0;
  for (const spec of specs) {
    runs += 1;
    work += workOf(spec, task);
  }
  return { runs, work };
}

/** `120 runs`, or `at most 120 runs`. */
export function runsText({ runs, isBound }: Pick<PlanSize, 'runs' | 'isBound'>): string {
  return `${isBound ? 'at most ' : ''}${runs} runs`;
}

/** A task whose data cannot be read is refused before anything is written. */
export async function openData({ name }: Task, folder: string | null): Promise<void> {
  const { openTask } = await import('../data/task-data.js');
  await openTask(name, { folder: folder ?? undefined });
}

/**
 * Runs the plan to its end, to a limit or until Ctrl-C; says then how to go on, and in any case why runs have failed. Throws
 * a UserError where the folder is not the claimed one any more.
 */
export async function runPlan(plan: Plan, setting: PlanSetting): Promise<PlanResult> {
  const { context, folder } = setting;
  const { terminal, values } = context;
  const { runs, stopped, limit, counts } = await train(plan, setting);
  context.logger.info({ runs: runs.length, stopped, limit, folder }, 'plan ended');
  const failed = runs.filter((run) => run.state === 'failed');
  for (const run of failed.slice(0, 3)) terminal.say(`failed: ${run.key}: ${run.state === 'failed' ? run.reason : ''}`);
  const planned = plan.size();
  const command = plan.command ?? resumeWords(context, folder);
  const { triesAgain = false } = plan;
  if (failed.length > 0 && limit !== 'failures') {
    terminal.say(`Train what failed again with: ${triesAgain ? shellLine(['hgmlp', ...command]) : retryLine(folder)}`);
  }
  if (stopped && limit === null) {
    const resume = shellLine(['hgmlp', ...command]);
    const how = `Resume with${unshownText(context.commandLine)}`;
    terminal.say(`Stopped with ${countsText(counts, planned)}. ${how}:\n  ${resume}`);
    return { runs, exitCode: exitCodes.stoppedResumable };
  }
  if (stopped && limit !== null) {
    const ended = endedLine({ limit, planned, runs, folder, command, triesAgain }, values);
    terminal.say(ended + unshownText(context.commandLine));
  }
  return { runs, exitCode: failed.length > 0 ? exitCodes.someRunsFailed : exitCodes.done };
}

/** `12 of 32 runs ended`, or `12 of 32 runs: 0 ended, 12 stopped`: the counts of the progress that was shown. */
function countsText(counts: RunCounts, planned: PlanSize): string {
  const ofThem = stoppedText(counts);
  return `${counts.ended + counts.stopped} of ${runsText(planned)}${ofThem === null ? ' ended' : `: ${ofThem}`}`;
}

interface Trained extends SearchResult {
  /** What has ended it; null where that was its end or Ctrl-C. */
  readonly limit: LimitName | null;
  readonly counts: RunCounts;
}

async function train(plan: Plan, setting: PlanSetting): Promise<Trained> {
  const { folder, claim, context } = setting;
  const { values, terminal } = context;
  const { task } = plan;
  const log = await openLog(setting);
  const known = new Map(log.runs);
  const checkpoints = path.join(folder, checkpointsFolder);
  await removeOverCheckpoints(checkpoints, (key) => isOver(log.runs.get(key)));
  const stopped = await stoppedTrainings(checkpoints);
  const crew = await openCrew({ ...setting, studyMs: studyClock({ runs: [...log.runs.values()], stopped }) });
  sayStarted(plan, setting, { inLog: log.runs.size, crew: crew.text });
  const progress = openProgress({
    terminal,
    quiet: values.quiet!,
    size: plan.size,
    workOf: (spec) => workOf(spec, task),
    imagesPerEpoch: ({ recipe }) => task.trainingImages * recipe.flips,
    known: recordedOf(plan, log.runs),
  });
  const interrupt = watchInterrupts(() => {
    progress.stop();
    terminal.say('Stopping; what is in training is being saved. Once more to quit at once.');
  });
  const { nowMs } = crew;
  const limits = plan.limits?.({ runs: log.runs, stopped }, nowMs) ?? null;
  const ending = openEnding({ limits, nowMs, signal: interrupt.signal, onTimeUp: progress.stop });
  try {
    const options: Omit<SearchOptions, 'specs'> = {
      known,
      train: crew.train,
      async record(run, sheet) {
        await claim.confirm();
        // First the sheet, so that a run in the log has one.
        if (sheet !== null) await writeSheet(folder, run.key, sheet);
        await log.append(run);
        known.set(run.key, run);
        crew.recorded(run);
      },
      onRecorded: (runs) => forget(runs, checkpoints),
      ...crew.capacity,
      ...ending.admitting,
      signal: AbortSignal.any([ending.signal, claim.lost]),
      onEvent(event) {
        logSearchEvent(context.logger, event);
        if (event.type === 'split') terminal.say(`${event.reason}; ${event.pack.length} networks go on in halves`);
        plan.onEvent?.(event);
        ending.onEvent(event);
        progress.onEvent(event);
      },
    };
    const result = await searchInRounds(plan.rounds(known), options);
    await claim.confirm();
    return { ...result, limit: ending.limit(), counts: progress.counts() };
  } finally {
    progress.stop();
    await crew.close();
    await log.close();
    ending.release();
    interrupt.release();
  }
}

function sayStarted(plan: Plan, { folder, context }: PlanSetting, start: { inLog: number; crew: string }): void {
  const { runs, isBound = false } = plan.size();
  const { inLog, crew } = start;
  const known = inLog === 0 ? '' : ` (the log holds ${inLog})`;
  context.terminal.say(`${plan.what}: ${runsText({ runs, isBound })}${known} with ${crew} into ${folder}`);
  context.logger.info({ task: plan.task.name, runs, isBound, ...start, folder }, 'plan started');
}

/** What is wrong with it is said. */
async function openLog({ folder, context: { terminal, logger } }: PlanSetting): Promise<RunLog> {
  const log = await openRunLog(folder);
  for (const problem of log.problems) {
    terminal.say(`run log: ${problem}`);
    logger.warn({ folder, problem }, 'run log');
  }
  return log;
}

/** The runs of the plan that the log holds. */
function* recordedOf({ specs }: Plan, runs: ReadonlyMap<string, Run>): Generator<Run> {
  let unseen = runs.size;
  if (specs === undefined || unseen === 0) return;
  for (const spec of specs(runs)) {
    const run = runs.get(keyOf(spec));
    if (run === undefined) continue;
    yield run;
    // A grid may be far larger than what was trained of it.
    unseen -= 1;
    if (unseen === 0) return;
  }
}

/** To the end of the last round, or until one is stopped. */
async function searchInRounds(
  rounds: Iterable<Iterable<Planned>>,
  options: Omit<SearchOptions, 'specs'>,
): Promise<SearchResult> {
  const runs: Run[] = [];
  for (const specs of rounds) {
    const result = await search({ ...options, specs });
    runs.push(...result.runs);
    if (result.stopped) return { runs, stopped: true };
  }
  return { runs, stopped: false };
}

/** A failed run goes on from its checkpoint when it is tried again. */
async function forget(runs: readonly Run[], checkpoints: string): Promise<void> {
  const keys = runs.map(({ key }) => key);
  if (runs.every(isOver)) await removeCheckpoint(checkpoints, keys);
}

function workOf(spec: RunSpec, task: Task): number {
  return trainingMultiplyAdds(spec, task.dimensions, task.trainingImages);
}
