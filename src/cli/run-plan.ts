/** Trains what of a plan is not in the log of its results folder yet, and shows how far it is. */
import path from 'node:path';
import { exitCodes, type ExitCode } from '../base/errors.js';
import type { Task } from '../data/tasks.js';
import type { Workforce } from '../execute/workforce.js';
import { checkpointsFolder, removeCheckpoint, removeOverCheckpoints, stoppedTrainings } from '../run/checkpoint.js';
import { trainingMultiplyAdds } from '../run/cost.js';
import { openRunLog } from '../run/log.js';
import { writeSheet } from '../run/sample-sheet.js';
import { isOver, type Run, type RunSpec } from '../run/run.js';
import type { LimitName, LimitWatch } from '../search/limits.js';
import { search, type Planned, type SearchEvent, type SearchOptions, type SearchResult } from '../search/search.js';
import type { CommandContext } from './context.js';
import { openCrew } from './crew.js';
import { watchInterrupts } from './interrupt.js';
import { endedLine, openEnding, retryLine, type Held } from './limits.js';
import { openProgress, type PlanSize } from './progress.js';
import { showableWords, unshownText } from './queue.js';
import { shellLine } from './shell-line.js';

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
export function runsText({ runs, isBound }: PlanSize): string {
  return `${isBound ? 'at most ' : ''}${runs} runs`;
}

/** A task whose data cannot be read is refused before anything is written. */
export async function openData({ name }: Task, folder: string | null): Promise<void> {
  const { openTask } = await import('../data/task-data.js');
  await openTask(name, { folder: folder ?? undefined });
}

/** Runs the plan to its end, to a limit or until Ctrl-C; says then how to go on, and in any case why runs have failed. */
export async function runPlan(plan: Plan, setting: PlanSetting): Promise<PlanResult> {
  const { context, folder } = setting;
  const { terminal, values } = context;
  const { runs, stopped, limit } = await train(plan, setting);
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
    terminal.say(`Stopped with ${runs.length} of ${runsText(planned)} done. ${how}:\n  ${resume}`);
    return { runs, exitCode: exitCodes.stoppedResumable };
  }
  if (stopped && limit !== null) {
    const ended = endedLine({ limit, planned, runs, folder, command, triesAgain }, values);
    terminal.say(ended + unshownText(context.commandLine));
  }
  return { runs, exitCode: failed.length > 0 ? exitCodes.someRunsFailed : exitCodes.done };
}

interface Trained extends SearchResult {
  /** What has ended it; null where that was its end or Ctrl-C. */
  readonly limit: LimitName | null;
}

async function train(plan: Plan, setting: PlanSetting): Promise<Trained> {
  const { folder, context } = setting;
  const { values, terminal } = context;
  const { task } = plan;
  const log = await openRunLog(folder);
  for (const problem of log.problems) terminal.say(`run log: ${problem}`);
  const inLog = log.runs.size === 0 ? '' : ` (the log holds ${log.runs.size})`;
  const known = new Map(log.runs);
  const checkpoints = path.join(folder, checkpointsFolder);
  await removeOverCheckpoints(checkpoints, (key) => isOver(log.runs.get(key)));
  const crew = await openCrew(setting);
  terminal.say(`${plan.what}: ${runsText(plan.size())}${inLog} with ${crew.text} into ${folder}`);
  const progress = openProgress({
    terminal,
    quiet: values.quiet!,
    size: plan.size,
    workOf: (spec) => workOf(spec, task),
    imagesPerEpoch: ({ recipe }) => task.trainingImages * recipe.flips,
  });
  const interrupt = watchInterrupts(() => {
    progress.stop();
    terminal.say('Stopping; what is in training is being saved. Once more to quit at once.');
  });
  const { nowMs } = crew;
  const limits = plan.limits?.({ runs: log.runs, stopped: await stoppedTrainings(checkpoints) }, nowMs) ?? null;
  const ending = openEnding({ limits, nowMs, interrupt, onTimeUp: progress.stop });
  try {
    const options: Omit<SearchOptions, 'specs'> = {
      known,
      train: crew.train,
      async record(run, sheet) {
        // First the sheet, so that a run in the log has one.
        if (sheet !== null) await writeSheet(folder, run.key, sheet);
        await log.append(run);
        known.set(run.key, run);
        crew.recorded(run);
      },
      onRecorded: (runs) => forget(runs, checkpoints),
      ...crew.capacity,
      ...ending.admitting,
      signal: ending.signal,
      onEvent(event) {
        context.logger.debug(event, event.type);
        if (event.type === 'split') terminal.say(`${event.reason}; ${event.pack.length} networks go on in halves`);
        plan.onEvent?.(event);
        ending.onEvent(event);
        progress.onEvent(event);
      },
    };
    return { ...(await searchInRounds(plan.rounds(known), options)), limit: ending.limit() };
  } finally {
    progress.stop();
    await crew.close();
    await log.close();
    ending.release();
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

/** The command as it was typed, with the folder said. */
function resumeWords({ commandLine }: CommandContext, folder: string): string[] {
  const withoutFresh = showableWords(commandLine).filter((word) => word !== '--fresh');
  return withoutFresh.some((word) => word === '--out' || word.startsWith('--out='))
    ? withoutFresh
    : [...withoutFresh, '--out', folder];
}
