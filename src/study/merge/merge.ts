/** Makes one study of the results folders of shards, in any order and any number of steps. */
import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../../base/errors.js';
import { storedConfigFile } from '../../config/stored.js';
import { studyOf } from '../definition.js';
import { defaultFolder, inStandingFolders } from '../folder.js';
import { sayProblems, whileStoppable, type StudyContext } from '../port.js';
import { storedValues } from '../stored-values.js';
import { addMerged, openTarget, refuseTarget, writeMerged, type MergedStudy, type MergeTarget } from './folder.js';
import { mergeRuns } from './runs.js';
import { readSources, widestOf, type MergeSource } from './sources.js';

/** Tells what a merge has made, or would make. */
export interface MergeOutcome extends MergedStudy {
  readonly target: MergeTarget;
  /** The folders that were named. */
  readonly named: readonly MergedStudy['sources'][number][];
  /** A configuration file of the study. */
  readonly configFile: string;
  readonly dryRun: boolean;
}

/** Merges the folders into one, or says with `dryRun` what would come of it. Throws a UserError where they are no one study. */
export async function mergeFolders(folders: readonly string[], context: StudyContext): Promise<MergeOutcome> {
  const { values, port } = context;
  const found = await readSources(folders);
  const folder = values.out ?? folderOf(widestOf(found));
  await refuseTarget(folder, values);
  const merging = async () => {
    const outcome = await outcomeOf(found, folder, context);
    for (const { problems } of outcome.sources) sayProblems(port, problems);
    if (!values.dryRun) await write(outcome, context);
    return outcome;
  };
  return values.dryRun ? merging() : inStandingFolders([folder], merging);
}

async function outcomeOf(found: readonly MergeSource[], folder: string, context: StudyContext): Promise<MergeOutcome> {
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

async function write(outcome: MergeOutcome, { port }: StudyContext): Promise<void> {
  const { folder, standing } = outcome.target;
  if (standing !== null) return addMerged(folder, standing, outcome);
  await whileStoppable(port, 'nothing is merged', (signal) => writeMerged(folder, outcome, signal));
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
