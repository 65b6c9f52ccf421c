/** A search as a program runs it: events to iterate over, and a result. */
import { studyKeys } from '../config/study-keys.js';
import type { Run } from '../run/run.js';
import type { LimitName } from '../search/limits.js';
import { studyDocument } from '../study/report.js';
import { prepareSearch, runSearch } from '../study/search.js';
import type { StudyEvent } from '../study/port.js';
import { eventQueue } from './event-queue.js';
import { portOf, valuesOf, type SearchOptions } from './options.js';
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
  const result = run(options, leaving.signal, queue.push);
  // Whoever only iterates hears of the error there.
  result.then(queue.end, queue.fail);
  return { result, [Symbol.asyncIterator]: queue.iterate };
}

async function run(
  { signal, onMessage, onEvent, ...given }: SearchOptions,
  leaving: AbortSignal,
  push: (event: StudyEvent) => void,
): Promise<SearchResult> {
  const port = portOf({
    signal: signal === undefined ? leaving : AbortSignal.any([signal, leaving]),
    onMessage,
    onEvent(event) {
      push(event);
      onEvent?.(event);
    },
  });
  // Events come after this has resolved, so that whoever starts to iterate at once misses none.
  const values = await valuesOf(given, studyKeys);
  // A program that says it has been asked.
  const prepared = await prepareSearch({ values: { ...values, yes: values.fresh }, port });
  const { trained, report, remarks } = await runSearch(prepared);
  const { runs, limit } = trained;
  const ended = report === null ? 'stopped' : limit === null ? 'done' : 'limit';
  return { folder: prepared.folder, ended, limit, runs, frontier: report && studyDocument(report), remarks };
}
