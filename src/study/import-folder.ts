/** The results folder that one task of an imported file becomes, and what may stand in its place. */
import path from 'node:path';
import { UserError } from '../base/errors.js';
import { leastOf, mostOf } from '../base/numbers.js';
import { readStoredConfig, writeStoredConfig, type Origin } from '../config/stored.js';
import type { Task } from '../data/tasks.js';
import { sizeOfPoint } from '../frontier/point.js';
import { traceFrontier, type Frontier } from '../frontier/trace.js';
import { openRunLog, readRunLog } from '../run/log.js';
import type { Run } from '../run/run.js';
import { isForeign, isResult, namesIn } from './folder.js';
import { writeFrontier, type TracedRuns } from './report.js';

/** Describes the results folder that one task of an imported file becomes. */
export interface ImportedStudy extends TracedRuns<Run> {
  readonly folder: string;
}

/** Published frontiers count these. `frontier show --axis total` counts all. */
const axis = 'trainable';

/**
 * Traces the frontier of the runs of one task, and says what its folder will hold. Throws a UserError where the runs
 * make no frontier.
 */
export function importedStudy(
  { task, runs }: { task: Task; runs: readonly Run[] },
  { folder, origin }: { folder: string; origin: Origin },
): ImportedStudy {
  const { name, dimensions, trainingImages, metrics, pictures: images } = task;
  const frontier = traceFrontier(runs, { task: name, dimensions, axis, metrics, trainingImages });
  const budget = budgetOf(parameterRange(frontier));
  return {
    folder,
    config: { task: name, budget, size: axis, name: path.basename(path.resolve(folder)), importedFrom: origin },
    runs,
    frontier,
    images,
  };
}

/** Gives the fewest and the most counted parameters of the points. */
export function parameterRange({ points }: Frontier): { lowest: number; highest: number } {
  const params = points.map((point) => sizeOfPoint(point, axis));
  return { lowest: leastOf(params), highest: mostOf(params) };
}

/** As `--budget` takes it: a range, or an at-most where it is no wider than one number. */
function budgetOf({ lowest, highest }: { lowest: number; highest: number }): string {
  return highest < 1.01 * lowest ? String(highest) : `${lowest}..${highest}`;
}

/** Writes all of a results folder, into one that is empty. */
export async function writeStudy(folder: string, { config, runs, frontier, images }: TracedRuns<Run>): Promise<void> {
  await writeStoredConfig(folder, config);
  const log = await openRunLog(folder);
  try {
    await log.appendAll(runs);
  } finally {
    await log.close();
  }
  await writeFrontier(folder, { runs, frontier, images, config });
}

/**
 * Says what stands in a place: `new` also where a folder without results does; `same` where it holds this very import;
 * `other` results of ours.
 */
export type Standing = 'new' | 'same' | 'other';

/** Finds out what stands in the place of a study. Throws a UserError where it is anything but results of ours. */
export async function standingIn({ folder, config, runs }: ImportedStudy): Promise<Standing> {
  const names = await namesIn(folder, 'write to');
  const foreign = names.find(isForeign);
  if (foreign !== undefined) {
    throw new UserError(
      `${folder}: expected no folder or one with results, got other files (${foreign}); choose another with --out`,
    );
  }
  if (!names.some(isResult)) return 'new';
  const stored = await readStoredConfig(folder);
  const log = await readRunLog(folder);
  const own = runs.filter((run) => JSON.stringify(log.runs.get(run.key)) === JSON.stringify(run)).length;
  const isOther = log.runs.size !== own;
  // The configuration comes last: without it, these are parts that a killed import has left.
  if (stored === null) return isOther ? 'other' : 'new';
  return JSON.stringify(stored) !== JSON.stringify(config) || isOther || own !== runs.length ? 'other' : 'same';
}
