/** `hgmlp replay`: makes the decisions of a search anew from its log, and says whether its runs are what they lead to. */
import path from 'node:path';
import { exitCodes, type ExitCode } from '../base/errors.js';
import { counted } from '../base/numbers.js';
import { readRegularText } from '../base/regular-files.js';
import { decisionsFile } from '../report/decisions.js';
import { keyOf } from '../run/key.js';
import type { Run } from '../run/run.js';
import { specText } from '../run/spec-text.js';
import type { CommandContext } from './context.js';
import { specsOfRounds } from '../study/plan/rounds.js';
import { readSource } from '../study/merge/sources.js';
import { findResultsFolder } from '../study/folder.js';
import { storedValues } from '../study/stored-values.js';
import { studyOf, titleOf, type Study } from '../study/definition.js';

/** A row for each training and look. */
const mostDecisionBytes = 2 ** 28;

export async function replayCommand({ values, words, terminal }: CommandContext): Promise<ExitCode> {
  const folder = await findResultsFolder(words[0]);
  if (words[0] === undefined) terminal.say(`the latest results: ${folder}`);
  const { runs, problems } = await readSource(folder, 'name another');
  const stored = await storedValues(folder);
  const study = studyOf(stored);
  for (const problem of problems) terminal.say(`run log: ${problem}`);
  const decided = decidedRuns(study, runs);
  const others = [...runs.values()].filter(({ key }) => !decided.has(key)).sort(byKey);
  const agreeing = runs.size - others.length;
  const isRecord = await isRecordOf(study, runs, folder);
  const exitCode = others.length === 0 && isRecord !== false ? exitCodes.done : exitCodes.gateNotMet;
  if (values.json) {
    const document = {
      schemaVersion: 1,
      folder,
      strategy: stored.strategy,
      planned: study.plan.bound().most,
      agreeing,
      isRecord,
    };
    terminal.print(JSON.stringify({ ...document, others: others.map(otherDocument), exitCode }, null, 2));
    return exitCode;
  }
  terminal.print(
    `${titleOf(study)}: ${agreeing} of ${counted(runs.size, 'run')} in the log are what ${stored.strategy} decides by the ` +
      `results before them; the plan has at most ${study.plan.bound().most}.`,
  );
  if (isRecord !== null) {
    const verdict = isRecord ? 'These are the decisions that it records' : 'The decisions that it records are others';
    terminal.print(`${verdict}: ${path.join(folder, decisionsFile)}`);
  }
  for (const { spec, key } of others) terminal.print(`not decided: ${key} ${specText(spec)}`);
  return exitCode;
}

/** The keys of the runs that the decisions lead to. */
function decidedRuns(study: Study, runs: ReadonlyMap<string, Run>): ReadonlySet<string> {
  return new Set(Array.from(specsOfRounds(study.plan.next)(runs), keyOf));
}

/** Whether the folder records the very decisions that are made anew; null where it records none. */
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

function otherDocument({ key, spec, state }: Run) {
  return { key, ...spec.arch, ...spec.recipe, state };
}
