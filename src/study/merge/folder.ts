/** Writes the folder of a merged study. The folders that it is made of are only read. */
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { UserError } from '../../base/errors.js';
import type { PictureSize } from '../../base/png-size.js';
import type { Values } from '../../config/fields.js';
import { readStoredConfig, writeStoredConfig, type StoredConfig } from '../../config/stored.js';
import { openRunLog } from '../../run/log.js';
import { isSameResult } from '../../run/preferred-run.js';
import { readSheet, removeSheet, writeSheet } from '../../run/sample-sheet.js';
import type { Run } from '../../run/run.js';
import type { MergedRuns } from './runs.js';
import { readSource, type MergeSource } from './sources.js';
import { isForeign, isResult, namesIn, permitThrowingAway, tidy } from '../folder.js';
import { writeTogether } from '../staged-folders.js';
import type { Study } from '../definition.js';
import type { StudyContext } from '../port.js';
import { writeStudyReport } from '../report.js';

/** Holds the one study that several folders make. */
export interface MergedStudy {
  readonly study: Study;
  readonly config: StoredConfig;
  readonly merged: MergedRuns;
  /** All that were read, the target's own results among them. */
  readonly sources: readonly MergeSource[];
}

/** Says where a merge goes, and what stands there. */
export interface MergeTarget {
  readonly folder: string;
  /** The results that are added to; null where there are none, or they are thrown away. */
  readonly standing: MergeSource | null;
}

/** Throws a UserError where the folder holds files that are none of a results folder. */
export async function refuseTarget(folder: string, { fresh }: Pick<Values, 'fresh'>): Promise<void> {
  const foreign = (await namesIn(folder, 'write to')).find(isForeign);
  if (foreign === undefined || (!fresh && (await readStoredConfig(folder)) !== null)) return;
  throw new UserError(
    `${folder}: expected no folder or one with results, got other files (${foreign}); choose another with --out`,
  );
}

/**
 * Looks at what stands in the place of a merge. Throws a UserError where that is anything that a merge must not add to,
 * or the user wants to keep.
 */
export async function openTarget(folder: string, { values, port }: StudyContext): Promise<MergeTarget> {
  if (!(await namesIn(folder, 'write to')).some(isResult)) return { folder, standing: null };
  if (values.fresh) {
    const kept = `${folder} was left as it is; merge without --fresh to add to it`;
    if (!values.dryRun) await permitThrowingAway(folder, { yes: values.yes!, port }, kept);
    return { folder, standing: null };
  }
  if ((await readStoredConfig(folder)) === null) {
    throw new UserError(
      `${folder}: expected a whole study to add to, got parts of one without its configuration; ` +
        'choose another folder with --out, or replace it with --fresh',
    );
  }
  const standing = await readSource(folder);
  if (standing.shard === null) return { folder, standing };
  throw new UserError(`${folder}: expected the folder of a whole study, got one shard; choose another with --out`);
}

/** Adds to a folder with results what it lacks, each file whole or not at all. */
export async function addMerged(folder: string, standing: MergeSource, study: MergedStudy): Promise<void> {
  await tidy(folder);
  await fill(folder, study, standing);
}

/** Makes a new folder, which comes into being whole; an abort leaves everything as it was. */
export async function writeMerged(folder: string, study: MergedStudy, signal: AbortSignal): Promise<void> {
  const { dir, base } = path.parse(path.resolve(folder));
  await writeTogether({
    parent: dir,
    folders: [{ name: base, write: (staged) => fill(staged, study, null) }],
    signal,
  });
}

/** In the order of a search: a run in the log has its sheet, and a report shows what the log holds. */
async function fill(
  folder: string,
  { study, config, merged, sources }: MergedStudy,
  standing: MergeSource | null,
): Promise<void> {
  const runs = [...merged.runs, ...merged.outsidePlan];
  const images = study.task.pictures;
  for (const run of runs) {
    const holders = sources.filter(
      ({ runs: theirs }) => theirs.has(run.key) && isSameResult(theirs.get(run.key)!, run),
    );
    if (holders.every((holder) => holder === standing)) continue;
    await copySheet(run, holders, { folder, images });
  }
  const log = await openRunLog(folder);
  try {
    await log.appendAll(runs.filter((run) => !isDeepStrictEqual(log.runs.get(run.key), run)));
  } finally {
    await log.close();
  }
  await writeStoredConfig(folder, config);
  await writeStudyReport({ study, runs: merged.runs, folder, config });
}

/** Where the sheets of one result differ, the first by its bytes; where it has none, that of another must not stay. */
async function copySheet(
  { key }: Run,
  holders: readonly MergeSource[],
  { folder, images }: { readonly folder: string; readonly images: PictureSize | null },
): Promise<void> {
  const sheets = await Promise.all(holders.map((holder) => readSheet(holder.folder, key, images)));
  const [sheet] = sheets.filter((bytes) => bytes !== null).sort((left, right) => Buffer.compare(left, right));
  if (sheet === undefined) return removeSheet(folder, key);
  const there = await readSheet(folder, key, images);
  if (there === null || Buffer.compare(there, sheet) !== 0) await writeSheet(folder, key, sheet);
}
