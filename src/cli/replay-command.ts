/** `hgmlp replay`: makes the decisions of a search anew from its log, and says whether its runs are what they lead to. */
import { exitCodes, type ExitCode } from '../base/errors.js';
import { counted } from '../base/numbers.js';
import { keyOf } from '../run/key.js';
import type { Run } from '../run/run.js';
import { specText } from '../run/spec-text.js';
import type { CommandContext } from './context.js';
import { readSource } from './merge-sources.js';
import { findResultsFolder } from './results-folder.js';
import { storedValues } from './stored-values.js';
import { countRuns, studyOf, titleOf } from './study.js';

export async function replayCommand({ values, words, terminal }: CommandContext): Promise<ExitCode> {
  const folder = await findResultsFolder(words[0]);
  if (words[0] === undefined) terminal.say(`the latest results: ${folder}`);
  const { runs, problems } = await readSource(folder, 'name another');
  const stored = await storedValues(folder);
  const study = studyOf(stored);
  for (const problem of problems) terminal.say(`run log: ${problem}`);
  const decided = new Set(Array.from(study.specs(runs), keyOf));
  const others = [...runs.values()].filter(({ key }) => !decided.has(key)).sort(byKey);
  const agreeing = runs.size - others.length;
  const exitCode = others.length === 0 ? exitCodes.done : exitCodes.gateNotMet;
  if (values.json) {
    const document = { schemaVersion: 1, folder, strategy: stored.strategy, planned: countRuns(study), agreeing };
    terminal.print(JSON.stringify({ ...document, others: others.map(otherDocument), exitCode }, null, 2));
    return exitCode;
  }
  terminal.print(
    `${titleOf(study)}: ${agreeing} of ${counted(runs.size, 'run')} in the log are what ${stored.strategy} decides by the ` +
      `results before them; the plan has at most ${countRuns(study)}.`,
  );
  for (const { spec, key } of others) terminal.print(`not decided: ${key} ${specText(spec)}`);
  return exitCode;
}

function byKey(left: Run, right: Run): number {
  return left.key < right.key ? -1 : 1;
}

function otherDocument({ key, spec, state }: Run) {
  return { key, ...spec.arch, ...spec.recipe, state };
}
