/** What a replay tells: lines for people, a document for programs. */
import path from 'node:path';
import type { ExitCode } from '../../base/errors.js';
import { counted } from '../../base/numbers.js';
import { decisionsFile } from '../../report/decisions.js';
import type { Run } from '../../run/run.js';
import { specText } from '../../run/spec-text.js';
import { titleOf } from '../../study/definition.js';
import type { Replay } from '../../study/replay.js';

/** Writes how many runs follow from the decisions, and each one that does not. */
export function* replayLines({ study, folder, runs, others, isRecord }: Replay): Generator<string> {
  const { plan } = study;
  yield `${titleOf(study)}: ${runs - others.length} of ${counted(runs, 'run')} in the log follow from the decisions of ${plan.name}; the plan has at most ${plan.bound().most}.`;
  if (isRecord !== null) {
    const verdict = isRecord ? 'These are the decisions that it records' : 'The recorded decisions differ';
    yield `${verdict}: ${path.join(folder, decisionsFile)}`;
  }
  for (const { spec, key } of others) yield `not decided: ${key} ${specText(spec)}`;
}

/** Makes plain data of a replay, ready for `JSON.stringify`. */
export function replayDocument({ study, folder, runs, others, isRecord }: Replay, exitCode: ExitCode) {
  return {
    schemaVersion: 1,
    folder,
    strategy: study.plan.name,
    planned: study.plan.bound().most,
    agreeing: runs - others.length,
    isRecord,
    others: others.map(otherDocument),
    exitCode,
  };
}

function otherDocument({ key, spec, state }: Run) {
  return { key, ...spec.arch, ...spec.recipe, state };
}
