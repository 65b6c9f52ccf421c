/** Trains what of a plan is not in the log of its results folder yet, and tells how far it is. */
import path from 'node:path';
import type { Task } from '../data/tasks.js';
import type { Workforce } from '../execute/workforce.js';
import { checkpointsFolder, removeCheckpoint, removeOverCheckpoints, stoppedTrainings } from '../run/checkpoint.js';
import type { Claim } from '../run/claim.js';
import { trainingMultiplyAdds } from '../run/cost.js';
import { keyOf } from '../run/key.js';
import { openRunLog, type RunLog } from '../run/log.js';
import { isOver, type Run } from '../run/run.js';
import type { RunSpec } from '../run/spec.js';
import { writeSheet } from '../run/sample-sheet.js';
import { studyClock, type LimitWatch } from '../search/limits.js';
import {
  runSearchLoop,
  type Planned,
  type SearchEvent,
  type SearchLoopOptions,
  type SearchLoopResult,
} from '../search/search.js';
import { openCrew } from './crew.js';
import { openEnding, type Held } from './limits.js';
import type { PlanSize } from './plan/size.js';
import { sayProblems, type StudyContext, type TrainedPlan } from './port.js';
import { openTally } from './tally.js';

/** Describes what is to be trained. */
export interface PlannedTraining {
  /** Gives how much it is, as far as that is known now. */
  readonly size: () => PlanSize;
  /** In words, such as `mnist/denoising, budget 1M`. */
  readonly what: string;
  readonly task: Task;
  /**
   * Gives parts to be trained one after the other, each read one run at a time as trainings become free. What came of a
   * part is in `runs` before the next is asked for.
   */
  readonly rounds: (runs: ReadonlyMap<string, Run>) => Iterable<Iterable<Planned>>;
  /** Gives all of it, as far as these runs decide it; without it, what the log holds of it counts once it is come to. */
  readonly specs?: ((runs: ReadonlyMap<string, Run>) => Iterable<RunSpec>) | undefined;
  readonly onEvent?: (event: SearchEvent) => void;
  /** Gives what ends it before its end, by what the folder holds. */
  readonly limits?: ((held: Held, nowMs: () => number) => LimitWatch) | undefined;
  /** Whether the same command trains again what has failed, as its plan depends on it. */
  readonly triesAgain?: boolean;
}

/** Says into which folder a plan is trained, and on what. */
export interface TrainingSetting extends StudyContext {
  readonly folder: string;
  /** On the folder. */
  readonly claim: Claim;
  readonly workforce: Workforce;
}

/** Sums up how much a plan asks for, in multiply-adds. */
export function planSizeOf(specs: Iterable<RunSpec>, task: Task): PlanSize {
  let runs = 0;
  let work = 0;
  for (const spec of specs) {
    runs += 1;
    work += workOf(spec, task);
  }
  return { runs, work };
}

/**
 * Trains the plan to its end, to a limit or until the port's signal stops it. Throws a UserError where the folder is not
 * the claimed one any more.
 */
export async function trainPlan(plan: PlannedTraining, setting: TrainingSetting): Promise<TrainedPlan> {
  const { folder, claim, port } = setting;
  const log = await openLog(setting);
  const known = new Map(log.runs);
  const checkpoints = path.join(folder, checkpointsFolder);
  await removeOverCheckpoints(checkpoints, (key) => isOver(log.runs.get(key)));
  const stopped = await stoppedTrainings(checkpoints);
  const crew = await openCrew({ ...setting, studyMs: studyClock({ runs: [...log.runs.values()], stopped }) });
  const tally = tallyOf(plan, log.runs);
  port.onEvent({
    type: 'began',
    ...{ what: plan.what, task: plan.task.name, folder, crew: crew.text, inLog: log.runs.size, planned: plan.size() },
    progress: tally.progress,
  });
  const { nowMs } = crew;
  const limits = plan.limits?.({ runs: log.runs, stopped }, nowMs) ?? null;
  const close = () => port.onEvent({ type: 'closing' });
  const ending = openEnding({ limits, nowMs, signal: port.signal, onTimeUp: close });
  let result: TrainedPlan;
  try {
    const trained = await searchInRounds(plan.rounds(known), {
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
        if (event.type === 'split') port.say(`${event.reason}; ${event.pack.length} networks train on in two halves`);
        plan.onEvent?.(event);
        ending.onEvent(event);
        tally.add(event);
        port.onEvent(event);
      },
    });
    await claim.confirm();
    const { triesAgain = false } = plan;
    const counts = tally.counts();
    result = { ...trained, limit: ending.limit(), folder, counts, planned: plan.size(), triesAgain };
  } finally {
    close();
    await crew.close();
    await log.close();
    ending.release();
    port.onEvent({ type: 'closed' });
  }
  port.onEvent({ type: 'ended', result });
  return result;
}

function tallyOf(plan: PlannedTraining, runs: ReadonlyMap<string, Run>) {
  const { size, task } = plan;
  return openTally({
    size,
    workOf: (spec) => workOf(spec, task),
    imagesPerEpoch: ({ recipe }) => task.trainingImages * recipe.flips,
    known: recordedOf(plan, runs),
  });
}

/** Says what is wrong with it. */
async function openLog({ folder, port }: TrainingSetting): Promise<RunLog> {
  const log = await openRunLog(folder);
  sayProblems(port, log.problems);
  for (const problem of log.problems) port.onEvent({ type: 'problem', folder, problem });
  return log;
}

/** Gives the runs of the plan that the log holds. */
function* recordedOf({ specs }: PlannedTraining, runs: ReadonlyMap<string, Run>): Generator<Run> {
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

/** Goes to the end of the last round, or until one is stopped. */
async function searchInRounds(
  rounds: Iterable<Iterable<Planned>>,
  options: Omit<SearchLoopOptions, 'specs'>,
): Promise<SearchLoopResult> {
  const runs: Run[] = [];
  for (const specs of rounds) {
    const result = await runSearchLoop({ ...options, specs });
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
