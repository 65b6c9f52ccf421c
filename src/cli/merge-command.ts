/** `hgmlp merge`: the results folders of shards, in any order and any number of steps, become one study. */
import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { exitCodes, UserError, type ExitCode } from '../base/errors.js';
import { storedConfigFile } from '../config/stored.js';
import type { CommandContext } from './context.js';
import { whileInterruptible } from './interrupt.js';
import { addMerged, openTarget, refuseTarget, writeMerged } from '../study/merge/folder.js';
import { mergeRuns } from '../study/merge/runs.js';
import { readSources, widestOf, type MergeSource } from '../study/merge/sources.js';
import { mergeDocument, mergeLines, type MergeOutcome } from './merge-text.js';
import { defaultFolder, inStandingFolders } from '../study/folder.js';
import { storedValues } from '../study/stored-values.js';
import { studyOf } from '../study/definition.js';

export async function mergeCommand(context: CommandContext): Promise<ExitCode> {
  const { values, words, terminal } = context;
  const found = await readSources(words);
  const folder = values.out ?? folderOf(widestOf(found));
  await refuseTarget(folder, values);
  const merging = async () => {
    const outcome = await outcomeOf(found, folder, context);
    for (const { problems } of outcome.sources) {
      for (const problem of problems) terminal.say(`run log: ${problem}`);
    }
    if (!values.dryRun) await write(outcome, context);
    return outcome;
  };
  const outcome = await (values.dryRun ? merging() : inStandingFolders([folder], merging));
  const document = mergeDocument(outcome);
  if (values.json) terminal.print(JSON.stringify(document, null, 2));
  else for (const line of mergeLines(outcome)) terminal.print(line);
  return document.complete ? exitCodes.done : exitCodes.someRunsFailed;
}

async function outcomeOf(
  found: readonly MergeSource[],
  folder: string,
  context: CommandContext,
): Promise<MergeOutcome> {
  const { values } = context;
  const others = await withoutTarget(found, folder);
  if (others.length < found.length && values.fresh) {
    throw new UserError(`--fresh: expected to throw away what is not merged, got ${folder}, which is; leave it out`);
  }
  const target = await openTarget(folder, context);
  const sources = target.standing === null ? others : [...others, target.standing];
  const widest = widestOf(sources);
  const configFile = path.join(widest.folder, storedConfigFile);
  // Of the whole study, whatever shard the folder is of.
  const study = studyOf({ ...(await storedValues(widest.folder)), shard: null });
  if (study.plan.chooser !== null) {
    throw new UserError(
      `${widest.folder}: expected a study that can have shards, got one whose ${study.plan.chooser} by results; ` +
        'run its search again in its own folder',
    );
  }
  const merged = mergeRuns(study, sources);
  return { study, config: widest.config, merged, sources, target, named: others, configFile, dryRun: values.dryRun! };
}

async function write(outcome: MergeOutcome, { port }: CommandContext): Promise<void> {
  const { folder, standing } = outcome.target;
  if (standing !== null) return addMerged(folder, standing, outcome);
  await whileInterruptible(port.say, 'Stopping; nothing is merged.', (signal) => writeMerged(folder, outcome, signal));
}

/** Where a search for the whole study would have put it. */
function folderOf({ folder, config: { name } }: MergeSource): string {
  return defaultFolder(typeof name === 'string' ? name : path.basename(folder));
}

/** The target's own results are added to, not merged into themselves. */
async function withoutTarget(sources: readonly MergeSource[], target: string): Promise<MergeSource[]> {
  const place = await realpath(target).catch(() => null);
  const places = await Promise.all(sources.map(({ folder }) => realpath(folder)));
  return sources.filter((_, index) => places[index] !== place);
}
