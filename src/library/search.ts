/** A search as a program runs it: events to iterate over, and a result. */
import { studyKeys } from '../config/study-keys.js';
import type { Run } from '../run/run.js';
import type { LimitName } from '../search/limits.js';
import { studyDocument } from '../study/report.js';
import { prepareSearch, runSearch } from '../study/search.js';
import type { Port, StudyEvent } from '../study/port.js';
import { eventQueue } from './event-queue.js';
import { portOf, requireOptions, valuesOf, type Listeners, type SearchOptions } from './options.js';
import type { FrontierReport } from './study.js';

/** Tells what a search came to, and where its results are. */
export interface SearchResult {
  /** Of results: `openStudy` reads it, and the same call goes on with it. */
  readonly folder: string;
  /** `done` at the end of its plan, `limit` where maxRuns, timeLimit or maxFailures ended it, `stopped` by the signal. */
  readonly ended: 'done' | 'limit' | 'stopped';
  readonly limit: LimitName | null;
  /** In plan order, those that the folder held already included; failed and diverged ones have a reason. */
  readonly runs: readonly Run[];
  /** What `hgmlp search --json` prints; null where the search was stopped, as nothing is reported then. */
  readonly frontier: FrontierReport | null;
  /** What is left to gain, in sentences. */
  readonly remarks: readonly string[];
}

/** Stands for a search that is under way: iterate over it for its events, or await its result. */
export interface Search extends AsyncIterable<StudyEvent> {
  /** Resolves once all is trained, saved and reported. Rejects with a UserError for what is the caller's to mend. */
  readonly result: Promise<SearchResult>;
}

/**
 * Starts a search. It writes a results folder, as the command line does, and nothing else: no message, no signal handler,
 * no exit. To leave the iteration early stops the search as the signal does.
 */
export function search(options: SearchOptions = {}): Search {
  const leaving = new AbortController();
  const queue = eventQueue<StudyEvent>(() => leaving.abort());
  const result = run(options, leaving, queue.push);
  // Whoever only iterates hears of the error there.
  result.then(queue.end, queue.fail);
  return { result, [Symbol.asyncIterator]: queue.iterate };
}

async function run(
  options: SearchOptions,
  leaving: AbortController,
  push: (event: StudyEvent) => void,
): Promise<SearchResult> {
  requireOptions(options);
  const { signal, onMessage, onEvent, ...given } = options;
  const port = portOf({ signal, onMessage, onEvent });
  const fault = faultOfListeners(leaving);
  const listening: Port = {
    ...port,
    signal: AbortSignal.any([port.signal, leaving.signal]),
    say: fault.keptFrom(port.say),
    onEvent: fault.keptFrom((event) => {
      push(event);
      port.onEvent(event);
    }),
  };
  try {
    return await searchWith(given, listening);
  } finally {
    fault.rethrow();
  }
}

async function searchWith(given: Omit<SearchOptions, keyof Listeners>, port: Port): Promise<SearchResult> {
  // Events come after this has resolved, so that whoever starts to iterate at once misses none.
  const values = await valuesOf(given, studyKeys);
  // A program that says it has been asked.
  const prepared = await prepareSearch({ values: { ...values, yes: values.fresh }, port });
  const { trained, report, remarks } = await runSearch(prepared);
  const { runs, limit } = trained;
  const ended = report === null ? 'stopped' : limit === null ? 'done' : 'limit';
  return { folder: prepared.folder, ended, limit, runs, frontier: report && studyDocument(report), remarks };
}

/** Keeps what a listener throws from those that tell it: the search stops, saves what is in training, and throws it then. */
function faultOfListeners(leaving: AbortController) {
  let thrown: { readonly error: unknown } | null = null;
  return {
    keptFrom:
      <Told>(listener: (told: Told) => void) =>
      (told: Told): void => {
        if (thrown !== null) return;
        try {
          listener(told);
        } catch (error) {
          thrown = { error };
          leaving.abort();
        }
      },
    rethrow() {
      if (thrown !== null) throw thrown.error;
    },
  };
}
