/**
 * The search: every planned run that is not in the log yet is trained and recorded. How a run is trained and where it is
 * kept are handed in, so the loop knows neither an engine nor a file.
 */
import { messageOf, UserError } from '../base/errors.js';
import { keyOf } from '../run/key.js';
import type { EpochRecord, Run, RunSpec, UnfinishedRun } from '../run/run.js';

/**
 * Trains one run. It must give up soon after the signal is aborted, by throwing; what it throws otherwise makes the run
 * a failed one.
 */
export type Train = (spec: RunSpec, options: TrainOptions) => Promise<Run>;

export interface TrainOptions {
  readonly signal: AbortSignal;
  readonly onEpoch: (epoch: EpochRecord) => void;
  /** With the sample sheet of a run that has finished, where one was drawn. */
  readonly onSheet: (png: Uint8Array) => void;
}

export type SearchEvent =
  | { readonly type: 'started'; readonly spec: RunSpec }
  | { readonly type: 'epoch'; readonly spec: RunSpec; readonly epoch: EpochRecord }
  | { readonly type: 'finished'; readonly run: Run }
  | { readonly type: 'skipped'; readonly run: Run };

export interface SearchOptions {
  /** Read one at a time, as trainings become free. */
  readonly specs: Iterable<RunSpec>;
  /** The runs of the log by key. Failed ones are trained again; finished and diverged ones are not. */
  readonly known: ReadonlyMap<string, Run>;
  readonly train: Train;
  /** Resolves once the run, and its sample sheet where there is one, are safe on disk; only then does it count. */
  readonly record: (run: Run, sheet: Uint8Array | null) => Promise<void>;
  /** Trainings in flight at a time. */
  readonly concurrency: number;
  readonly signal: AbortSignal;
  readonly onEvent?: (event: SearchEvent) => void;
}

export interface SearchResult {
  /** In plan order, those of the log included; a spec that was planned twice has one run. */
  readonly runs: readonly Run[];
  /** True if the signal kept some run from being trained or finished. */
  readonly stopped: boolean;
}

/** If the first this many trainings all fail, the rest would too: the cause is the machine or the set-up. */
const failuresToGiveUp = 3;

/**
 * Runs the search to its end or until the signal is aborted. Rejects, once what is in flight has been aborted, with what
 * `record` or the enumeration of the specs threw, and with a UserError where the first trainings all fail.
 */
export async function search(options: SearchOptions): Promise<SearchResult> {
  const { concurrency } = options;
  if (!(Number.isSafeInteger(concurrency) && concurrency >= 1)) {
    throw new RangeError(`concurrency: expected a whole number from 1, got ${concurrency}`);
  }
  const fault = new AbortController();
  const signal = AbortSignal.any([options.signal, fault.signal]);
  const runs: (Run | undefined)[] = [];
  const pending = pendingSpecs(options, runs);
  const giveUp = failureWatch();

  const work = async () => {
    for (let next = takeNext(pending, signal); next !== null; next = takeNext(pending, signal)) {
      const trained = await trainOne(next.spec, options, signal);
      if (trained === null) return;
      const { run, sheet } = trained;
      await options.record(run, sheet);
      runs[next.index] = run;
      options.onEvent?.({ type: 'finished', run });
      giveUp(run);
    }
  };
  const workers = Array.from({ length: concurrency }, () =>
    work().catch((error: unknown) => {
      if (!fault.signal.aborted) fault.abort(error);
    }),
  );
  await Promise.all(workers);
  if (fault.signal.aborted) throw fault.signal.reason;
  // What the abort left unread may all be in the log: then nothing was stopped. If not, this leaves a gap in the runs.
  pending.next();
  const made = runs.filter((run) => run !== undefined);
  return { runs: made, stopped: made.length < runs.length };
}

interface PlannedSpec {
  readonly spec: RunSpec;
  /** In plan order. */
  readonly index: number;
}

/** The specs to train. Those the log answers are put among the runs on the way. */
function* pendingSpecs({ specs, known, onEvent }: SearchOptions, runs: (Run | undefined)[]): Generator<PlannedSpec> {
  const planned = new Set<string>();
  for (const spec of specs) {
    const key = keyOf(spec);
    if (planned.has(key)) continue;
    planned.add(key);
    const run = known.get(key);
    if (run === undefined || run.state === 'failed') {
      runs.push(undefined);
      yield { spec, index: runs.length - 1 };
    } else {
      runs.push(run);
      onEvent?.({ type: 'skipped', run });
    }
  }
}

function takeNext(pending: Iterator<PlannedSpec>, signal: AbortSignal): PlannedSpec | null {
  if (signal.aborted) return null;
  const next = pending.next();
  return next.done === true ? null : next.value;
}

interface Trained {
  readonly run: Run;
  readonly sheet: Uint8Array | null;
}

/** One run, a failed one included; null where the signal cut it off. */
async function trainOne(spec: RunSpec, options: SearchOptions, signal: AbortSignal): Promise<Trained | null> {
  const started = new Date();
  const curve: EpochRecord[] = [];
  let sheet: Uint8Array | null = null;
  const onSheet = (png: Uint8Array) => (sheet = png);
  const onEpoch = (epoch: EpochRecord) => {
    curve.push(epoch);
    options.onEvent?.({ type: 'epoch', spec, epoch });
  };
  options.onEvent?.({ type: 'started', spec });
  try {
    const run = await options.train(spec, { signal, onEpoch, onSheet });
    // A worker that was ended by the abort may report that as a failure; it is none.
    return signal.aborted && run.state === 'failed' ? null : { run, sheet };
  } catch (error) {
    return signal.aborted ? null : { run: failedRun(spec, started, curve, messageOf(error)), sheet: null };
  }
}

function failedRun(spec: RunSpec, started: Date, curve: readonly EpochRecord[], reason: string): UnfinishedRun {
  const timing = {
    startedAt: started.toISOString(),
    durationMs: Date.now() - started.getTime(),
    imagesPerSecond: null,
  };
  return { key: keyOf(spec), spec, state: 'failed', reason, curve, timing };
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
