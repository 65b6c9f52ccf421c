/** `hgmlp replay`: makes the decisions of a search anew from its log, and says whether its runs are what they lead to. */
import path from 'node:path';
import { exitCodes, type ExitCode } from '../base/errors.js';
import { counted } from '../base/numbers.js';
import { decisionsFile } from '../report/decisions.js';
import type { Run } from '../run/run.js';
import { specText } from '../run/spec-text.js';
import { titleOf } from '../study/definition.js';
import { replayFolder, type Replay } from '../study/replay.js';
import type { CommandContext } from './context.js';

export async function replayCommand({ values, words, terminal, port }: CommandContext): Promise<ExitCode> {
  const replay = await replayFolder(words[0], port);
  const exitCode = replay.others.length === 0 && replay.isRecord !== false ? exitCodes.done : exitCodes.gateNotMet;
  if (values.json) terminal.print(JSON.stringify(documentOf(replay, exitCode), null, 2));
  else for (const line of linesOf(replay)) terminal.print(line);
  return exitCode;
}

function* linesOf({ study, folder, runs, others, isRecord }: Replay): Generator<string> {
  const { plan } = study;
  yield (
    `${titleOf(study)}: ${runs - others.length} of ${counted(runs, 'run')} in the log are what ${plan.name} decides by the ` +
    `results before them; the plan has at most ${plan.bound().most}.`
  );
  if (isRecord !== null) {
    const verdict = isRecord ? 'These are the decisions that it records' : 'The decisions that it records are others';
    yield `${verdict}: ${path.join(folder, decisionsFile)}`;
  }
  for (const { spec, key } of others) yield `not decided: ${key} ${specText(spec)}`;
}

function documentOf({ study, folder, runs, others, isRecord }: Replay, exitCode: ExitCode) {
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
