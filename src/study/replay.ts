/** Makes the decisions of a search anew from its log, and says whether its runs are what they lead to. */
import path from 'node:path';
import { readRegularText } from '../base/regular-files.js';
import { decisionsFile } from '../report/decisions.js';
import { keyOf } from '../run/key.js';
import type { Run } from '../run/run.js';
import { studyOf, type Study } from './definition.js';
import { findResultsFolder } from './folder.js';
import { readSource } from './merge/sources.js';
import { specsOfRounds } from './plan/rounds.js';
import { sayProblems, type Port } from './port.js';
import { storedValues } from './stored-values.js';

/** Tells whether the runs of a log are what the decisions of its search lead to. */
export interface Replay {
  readonly folder: string;
  readonly study: Study;
  /** Runs of the log. */
  readonly runs: number;
  /** Those that the decisions do not lead to, by key. */
  readonly others: readonly Run[];
  /** Whether the folder records the very decisions that are made anew; null where it records none. */
  readonly isRecord: boolean | null;
}

/** Replays the search in the named folder, or in the latest one. */
export async function replayFolder(named: string | undefined, port: Port): Promise<Replay> {
  const folder = await findResultsFolder(named, port);
  const { runs, problems } = await readSource(folder, 'name another');
  const study = studyOf(await storedValues(folder));
  sayProblems(port, problems);
  const decided = new Set(Array.from(specsOfRounds(study.plan.next)(runs), keyOf));
  const others = [...runs.values()].filter(({ key }) => !decided.has(key)).sort(byKey);
  return { folder, study, runs: runs.size, others, isRecord: await isRecordOf(study, runs, folder) };
}

/** A row for each training and look. */
const mostDecisionBytes = 2 ** 28;

async function isRecordOf(study: Study, runs: ReadonlyMap<string, Run>, folder: string): Promise<boolean | null> {
  const made = study.plan.report(runs).files[decisionsFile];
  if (made === undefined) return null;
  const recorded = await readRegularText(path.join(folder, decisionsFile), { mostBytes: mostDecisionBytes }).catch(
    () => null,
  );
  // Git may have changed the line ends.
  return recorded === null ? null : recorded.replaceAll('\r\n', '\n') === made();
}

function byKey(left: Run, right: Run): number {
  return left.key < right.key ? -1 : 1;
}
