/** The results folders that a merge reads, and the one configuration that they all belong to. */
import { realpath } from 'node:fs/promises';
import { UserError } from '../../base/errors.js';
import { optionRows } from '../../config/options.js';
import {
  differenceText,
  forbiddenKeys,
  readStoredConfig,
  renderConfig,
  type PlacedConfig,
  type StoredConfig,
} from '../../config/stored.js';
import { keyOf } from '../../run/key.js';
import { readRunLog } from '../../run/log.js';
import type { Run } from '../../run/run.js';
import { parseShard, type Shard } from '../../search/shard.js';
import { requireResultsFolder } from '../folder.js';

/** Holds what a merge reads of one folder. */
export interface MergeSource {
  readonly folder: string;
  /** Of the whole study: without the shard. */
  readonly config: StoredConfig;
  /** Null for a folder of the whole study. */
  readonly shard: Shard | null;
  readonly runs: ReadonlyMap<string, Run>;
  /** Lines of the run log that were left out, each in words. */
  readonly problems: readonly string[];
}

/** Reads the folders, one that is named twice once. Throws a UserError where one holds no results of a search. */
export async function readSources(folders: readonly string[]): Promise<MergeSource[]> {
  const byPath = new Map<string, string>();
  for (const folder of folders) {
    const place = await realpath(await requireResultsFolder(folder));
    if (!byPath.has(place)) byPath.set(place, folder);
  }
  return Promise.all([...byPath.values()].map((folder) => readSource(folder)));
}

/**
 * Reads a folder and writes nothing. Throws a UserError where it holds no results of a search.
 * @param remedy what to do then
 */
export async function readSource(folder: string, remedy = 'leave the folder out'): Promise<MergeSource> {
  const { shard, ...config } = (await readStoredConfig(folder))!;
  // Only a reproduction has a time to keep to.
  if (config.importedFrom !== undefined || config.maxTime !== undefined) {
    const got = config.importedFrom === undefined ? 'a reproduction' : 'imported runs';
    throw new UserError(`${folder}: expected results of hgmlp search, got ${got}; ${remedy}`);
  }
  const { runs, problems } = await readRunLog(folder);
  requireOwnNumbers(folder, runs);
  return { folder, config, shard: typeof shard === 'string' ? parseShard(shard) : null, runs, problems };
}

/**
 * Throws a UserError where the folder holds runs with the numbers of another version of hgmlp, which do not compare;
 * the key of a run tells.
 */
export function requireOwnNumbers(folder: string, runs: ReadonlyMap<string, Run>): void {
  const others = [...runs.values()].filter(({ key, spec }) => keyOf(spec) !== key);
  if (others.length === 0) return;
  throw new UserError(
    `${folder}: expected runs with the numbers of this version of hgmlp, got ${others.length} of another ` +
      `(such as ${others[0]!.key}); use the version that trained them, or train them again`,
  );
}

/**
 * Finds the folder whose study holds those of all others: each of them could go on as it, as a search that resumes with
 * more candidates, learning rates or replicates does. Of several such, which differ in their words alone, it is the
 * first by text, so that the order of the folders does not matter. Throws a UserError with the differences where there
 * is none.
 */
export function widestOf(sources: readonly MergeSource[]): MergeSource {
  const holdsAll = (wide: MergeSource) =>
    sources.every((other) => forbiddenKeys(other.config, wide.config).length === 0);
  const [widest] = sources
    .filter(holdsAll)
    .map((source) => ({ source, text: renderConfig(source.config) }))
    .toSorted((left, right) => (left.text < right.text ? -1 : 1));
  if (widest) return widest.source;
  throw differentStudies(sources);
}

/** Of two folders neither of which could go on as the other; where no study holds all others there are two such. */
function differentStudies(sources: readonly MergeSource[]): UserError {
  for (const [index, left] of sources.entries()) {
    for (const right of sources.slice(index + 1)) {
      const [leftOnly, rightOnly] = [
        forbiddenKeys(left.config, right.config),
        forbiddenKeys(right.config, left.config),
      ];
      if (leftOnly.length === 0 || rightOnly.length === 0) continue;
      const placed = [left, right].map(({ config, folder }): PlacedConfig => [config, `in ${folder}`]);
      const differences = optionRows()
        .filter(({ key }) => leftOnly.includes(key) || rightOnly.includes(key))
        .map(({ key }) => differenceText(key, placed[0]!, placed[1]!));
      return new UserError(
        `expected folders of one study, got different ones (${differences.join('; ')}); merge those of each study alone`,
      );
    }
  }
  throw new Error('every two of the studies fit, but not all');
}
