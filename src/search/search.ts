/**
 * The search: every planned run that is not in the log yet is trained and recorded. How a run is trained and where it is
 * kept are handed in, so the loop knows neither an engine nor a file.
 */
import { clock } from '../base/clock.js';
import { messageOf, OutOfMemory, Refusal, UserError } from '../base/errors.js';
import { itemAt } from '../base/items.js';
import { keyOf } from '../run/key.js';
import type { EpochRecord, Run, Timing, UnfinishedRun } from '../run/run.js';
import type { RunSpec } from '../run/spec.js';
import {
  lookingAhead,
  pendingParts,
  takePack,
  type Pending,
  type PlannedOutcome,
  type PlannedPart,
  type PlannedTrainings,
} from './pending.js';

export type { Planned } from './pending.js';

/**
 * Trains runs that differ in learning rate and replicate only, side by side, and gives them in the same order. It must
 * give up soon after the signal is aborted, by throwing. An OutOfMemory it throws has several runs trained in halves; a
 * Refusal ends the search; what it throws otherwise makes them failed ones.
 */
export type Train = (pack: readonly RunSpec[], options: TrainPackOptions) => Promise<readonly Run[]>;

/** Says how far a pack is trained, and who is told of it. `place` is that of the run in the pack. */
export interface TrainPackOptions {
  readonly signal: AbortSignal;
  /** The last epoch to train; runs that have more are given as stopped. All of them without it. */
  readonly untilEpoch?: number;
  /** `again`: the epoch was trained earlier, before the training was stopped. */
  readonly onEpoch: (place: number, epoch: EpochRecord, again?: boolean) => void;
  /** With the sample sheet of a run that has finished, where one was drawn. */
  readonly onSheet: (place: number, png: Uint8Array) => void;
}

/** Tells what happens to a run on its way: `skipped` means that the log has it. */
export type SearchEvent =
  | { readonly type: 'started'; readonly spec: RunSpec }
  | { readonly type: 'epoch'; readonly spec: RunSpec; readonly epoch: EpochRecord; readonly again: boolean }
  | { readonly type: 'finished'; readonly run: Run }
  | { readonly type: 'skipped'; readonly run: Run }
  /** A pack was too large for the memory, and goes on in halves. */
  | { readonly type: 'split'; readonly pack: readonly RunSpec[]; readonly reason: string };

/** Tells what is to be trained, who trains it, and where it is kept. */
export interface SearchLoopOptions extends PlannedTrainings {
  readonly train: Train;
  /** Resolves once the run, and its sample sheet where there is one, are safe on disk; only then does it count. */
  readonly record: (run: Run, sheet: Uint8Array | null) => Promise<void>;
  /** Called with the runs of a training once all of them are recorded. */
  readonly onRecorded?: (runs: readonly Run[]) => Promise<void>;
  /** Trainings in flight at a time. */
  readonly concurrency: number;
  /**
   * The most runs of one training; only runs that follow one another in the plan share one, and parts have one each. 1
   * where it is left out.
   */
  readonly packSize?: number;
  /** Where fewer trainings may be in flight than `concurrency`, and how many changes on the way. */
  readonly turn?: Turn;
  /** Whether one more run may start, which then does. Where it says no, the rest of the plan is read but not trained. */
  readonly admits?: (spec: RunSpec) => boolean;
  /** The clock of the study, in milliseconds, where those that train have it. */
  readonly studyMs?: () => number;
  readonly signal: AbortSignal;
  readonly onEvent?: (event: SearchEvent) => void;
}

/** Lets trainings start only when their turn has come. */
export interface Turn {
  /** Resolves when one more training may start; with false once the signal is aborted. */
  enter(signal: AbortSignal): Promise<boolean>;
  /** Called once it is over and recorded. */
  leave(): void;
}

/** Tells what a search came to. */
export interface SearchLoopResult {
  /** In plan order, those of the log included; a spec that was planned twice has one run. */
  readonly runs: readonly Run[];
  /** True if the signal or a limit kept some run from being trained or finished. */
  readonly stopped: boolean;
}

/** If the first this many trainings all fail, the rest would too: the cause is the machine or the set-up. */
const failuresToGiveUp = 3;

/**
 * Runs the search to its end or until the signal is aborted. Rejects, once what is in flight has been aborted, with what
 * `record` or the enumeration of the specs threw, with the Refusal of a training, and with a UserError where the first
 * trainings all fail.
 */
export async function runSearchLoop(options: SearchLoopOptions): Promise<SearchLoopResult> {
  const { concurrency } = options;
  if (!(Number.isSafeInteger(concurrency) && concurrency >= 1)) {
    throw new RangeError(`concurrency: expected a whole number from 1, got ${concurrency}`);
  }
  const fault = new AbortController();
  const signal = AbortSignal.any([options.signal, fault.signal]);
  const outcomes = new Map<string, PlannedOutcome>();
  const onSkipped = (run: Run) => options.onEvent?.({ type: 'skipped', run });
  const pending = lookingAhead(pendingParts(options, outcomes, onSkipped));
  const shared: SharedWork = { options, signal, pending, giveUp: failureWatch(), underWay: countUnderWay() };
  const workers = Array.from({ length: concurrency }, () =>
    workThrough(shared).catch((error: unknown) => {
      if (!fault.signal.aborted) fault.abort(error);
    }),
  );
  await Promise.all(workers);
  if (fault.signal.aborted) throw fault.signal.reason;
  // What was left unread may all be in the log: then nothing was stopped. If not, this leaves a gap.
  let rest = pending.take();
  while (rest !== null && rest !== 'wait' && options.admits !== undefined) rest = pending.take();
  const ends = [...outcomes.values()];
  return {
    runs: ends.map(({ run, before }) => run ?? before).filter((run) => run !== undefined),
    stopped: ends.some(({ open }) => open > 0),
  };
}

/** What all workers of a search have in common. */
interface SharedWork {
  readonly options: SearchLoopOptions;
  readonly signal: AbortSignal;
  readonly pending: Pending;
  readonly giveUp: (run: Run) => void;
  readonly underWay: ReturnType<typeof countUnderWay>;
}

/** Trains one pack after the other until none is left, none may start, or the signal is aborted. */
async function workThrough(shared: SharedWork): Promise<void> {
  const { options, signal, pending, underWay } = shared;
  const { packSize = 1, admits = () => true, turn } = options;
  const halves: PlannedPart[][] = [];
  while (turn === undefined || (await turn.enter(signal))) {
    try {
      const pack = signal.aborted ? [] : (halves.pop() ?? takePack(pending, packSize, admits));
      if (pack === 'wait') {
        // With nothing under way nothing would end the waiting.
        if (await underWay.oneHasEnded()) continue;
        return;
      }
      if (pack.length === 0) return;
      halves.push(...(await underWay.during(() => trainAndRecord(pack, shared))));
    } finally {
      turn?.leave();
    }
  }
}

/** Gives the halves that are still to be trained where the pack was too large; else none. */
async function trainAndRecord(
  pack: readonly PlannedPart[],
  { options, signal, giveUp }: SharedWork,
): Promise<readonly PlannedPart[][]> {
  const trained = await trainTogether(pack, options, signal);
  if (trained === 'too large') return inHalves(pack);
  for (const [place, { run, sheet }] of trained.entries()) {
    const { outcome } = itemAt(pack, place);
    await options.record(run, sheet);
    outcome.run = run;
    outcome.open -= 1;
    options.onEvent?.({ type: 'finished', run });
    giveUp(run);
  }
  if (trained.length > 0) await options.onRecorded?.(trained.map(({ run }) => run));
  return [];
}

/** Trainings under way, and who waits for one of them to end. */
function countUnderWay() {
  let count = 0;
  const waiting: (() => void)[] = [];
  return {
    async during<Result>(training: () => Promise<Result>): Promise<Result> {
      count += 1;
      try {
        return await training();
      } finally {
        count -= 1;
        for (const wake of waiting.splice(0)) wake();
      }
    },
    /** Resolves when the next one ends; with false where there is none. */
    async oneHasEnded(): Promise<boolean> {
      if (count === 0) return false;
      await new Promise<void>((resolve) => waiting.push(resolve));
      return true;
    },
  };
}

/** The first half last, for a stack. */
function inHalves<Item>(pack: readonly Item[]): Item[][] {
  const middle = Math.ceil(pack.length / 2);
  return [pack.slice(middle), pack.slice(0, middle)];
}

interface TrainedRun {
  readonly run: Run;
  readonly sheet: Uint8Array | null;
}

/** A run of a pack while it trains. */
interface RunInTraining {
  readonly spec: RunSpec;
  readonly curve: EpochRecord[];
  sheet: Uint8Array | null;
}

/** The runs of a pack, failed ones included; none where the signal cut it off. */
async function trainTogether(
  pack: readonly PlannedPart[],
  options: SearchLoopOptions,
  signal: AbortSignal,
): Promise<readonly TrainedRun[] | 'too large'> {
  const timing = timingSince(options.studyMs);
  const specs = pack.map(({ spec }) => spec);
  const [untilEpoch = null] = pack.map((part) => part.untilEpoch);
  const members = specs.map((spec): RunInTraining => ({ spec, curve: [], sheet: null }));
  const onSheet = (place: number, png: Uint8Array) => void (itemAt(members, place).sheet = png);
  const onEpoch = (place: number, epoch: EpochRecord, again = false) => {
    const { spec, curve } = itemAt(members, place);
    curve.push(epoch);
    options.onEvent?.({ type: 'epoch', spec, epoch, again });
  };
  for (const spec of specs) options.onEvent?.({ type: 'started', spec });
  try {
    const runs = await options.train(specs, { signal, onEpoch, onSheet, ...(untilEpoch !== null && { untilEpoch }) });
    // A worker that was ended by the abort may report that as a failure; it is none.
    if (signal.aborted && runs.some((run) => run.state === 'failed')) return [];
    return runs.map((run, place) => ({ run, sheet: members[place]?.sheet ?? null }));
  } catch (error) {
    if (error instanceof Refusal) throw error;
    if (signal.aborted) return [];
    const reason = reasonOf(error);
    if (error instanceof OutOfMemory && specs.length > 1) {
      options.onEvent?.({ type: 'split', pack: specs, reason });
      return 'too large';
    }
    const course = { timing: timing(specs.length), reason };
    return members.map(({ spec, curve }) => ({ run: failedRun(spec, { ...course, curve }), sheet: null }));
  }
}

/** What the libraries say of their memory is not always in these words. */
function reasonOf(error: unknown): string {
  const message = messageOf(error);
  return error instanceof OutOfMemory && !/out of memory/i.test(message) ? `out of memory: ${message}` : message;
}

/** From now on, of a pack of that many runs, each of which has its share of the time. */
function timingSince(studyMs: (() => number) | undefined): (members: number) => Timing {
  const startedAt = clock.timeOfDay().toISOString();
  const startedMs = clock.monotonicMs();
  const fromMs = studyMs?.();
  return (members) => ({
    startedAt,
    durationMs: Math.round((clock.monotonicMs() - startedMs) / members),
    imagesPerSecond: null,
    ...(studyMs && fromMs !== undefined && { spans: [[fromMs, studyMs()]] }),
  });
}

function failedRun(spec: RunSpec, course: Pick<UnfinishedRun, 'timing' | 'curve' | 'reason'>): UnfinishedRun {
  return { key: keyOf(spec), spec, state: 'failed', ...course };
}

/** Throws when the first trainings have all failed. */
function failureWatch(): (run: Run) => void {
  let failures = 0;
  let hopeful = false;
  return (run) => {
    if (run.state !== 'failed') hopeful = true;
    else failures += 1;
    if (hopeful || failures < failuresToGiveUp || run.state !== 'failed') return;
    throw new UserError(
      `the first ${failures} trainings all failed, the last with: ${run.reason}; ` +
        'mend the cause and run the same command again',
    );
  };
}
