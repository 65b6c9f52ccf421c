/**
 * What a frontier cost. Stands beside every frontier: a longer search finds higher points.
 * (Dodge et al. 2019, "Show Your Work"; Tang et al. 2020, "Showing your work doesn't always work".)
 */
import { type Arch, archName, type Dimensions } from '../arch/arch.js';
import { distinctSeries, type Series, seriesAmong, seriesKey } from '../arch/series.js';
import { lastItem, valueAt } from '../base/items.js';
import { trainingMultiplyAdds } from '../run/cost.js';
import type { RunResult } from '../run/run.js';
import type { Recipe } from '../run/spec.js';
import { knownTime } from '../run/timing.js';
import { groupsOf, numberByName } from './group.js';
import { archsOf, withoutRepeats } from './evidence.js';

/** Says what was trained for the frontier of one series, and what that cost. */
export interface Effort extends Series {
  readonly architectures: number;
  /** Distinct learning rates. */
  readonly learningRates: number;
  /** The most replicates that any architecture got at one learning rate. */
  readonly replicates: number;
  readonly runs: number;
  readonly diverged: number;
  readonly failed: number;
  /** Stopped before their end by a strategy; absent where none was. */
  readonly stopped?: number;
  /**
   * 3 x multiply-adds per image x training images x epochs, summed over runs: forward once, backward about twice.
   * Unfinished runs, and those with patience, count the epochs that they completed. Null where the number of training
   * images is not known, or how far an imported run came.
   */
  readonly trainingMultiplyAdds: number | null;
  /** The time of all runs added up, as if one ran after the other; null where that of a run is not known. */
  readonly hours: number | null;
}

/** Gives what the cost of a training depends on beside its spec. */
export interface EffortOptions {
  readonly dimensions: Dimensions;
  /** Images of the training split, before flips. */
  readonly trainingImages: number | null;
}

/** Adds up the effort of each series that has runs; a run given twice counts once. */
export function effortOf(runs: readonly RunResult[], options: EffortOptions): Effort[] {
  const seriesOf = seriesAmong(archsOf(runs));
  const series = distinctSeries(seriesOfRuns(runs, seriesOf));
  const places = new Map(series.map((each, place) => [seriesKey(each), place]));
  const groups = groupsOf(withoutRepeats(runs), ({ spec }) => valueAt(places, seriesKey(seriesOf(spec.arch))));
  return Array.from(groups, (ofSeries, place) => effortOfSeries(series[place]!, ofSeries, options));
}

function* seriesOfRuns(runs: readonly RunResult[], seriesOf: (arch: Arch) => Series): Generator<Series> {
  for (const arch of archsOf(runs)) yield seriesOf(arch);
}

function effortOfSeries(
  series: Series,
  runs: readonly RunResult[],
  { dimensions, trainingImages }: EffortOptions,
): Effort {
  const total = (valueOf: (run: RunResult) => number | null) =>
    runs.reduce<number | null>((sum, run) => addIfKnown(sum, valueOf(run)), 0);
  const durationMs = total((run) => knownTime(run.timing)?.durationMs ?? null);
  const stopped = runs.filter((run) => run.state === 'stopped').length;
  const { architectures, replicates } = settingsOf(runs);
  return {
    ...series,
    architectures,
    learningRates: new Set(runs.map((run) => run.spec.recipe.learningRate)).size,
    replicates,
    runs: runs.length,
    diverged: runs.filter((run) => run.state === 'diverged').length,
    failed: runs.filter((run) => run.state === 'failed').length,
    ...(stopped > 0 && { stopped }),
    trainingMultiplyAdds:
      trainingImages === null ? null : total((run) => multiplyAddsOfRun(run, { dimensions, trainingImages })),
    hours: durationMs === null ? null : durationMs / 3_600_000,
  };
}

/** More learning rates and lengths of training than any study has. */
const mostSettings = 2 ** 24;

/** As sorted numbers: of very many runs, lists by name would take much memory. */
function settingsOf(runs: readonly RunResult[]): Pick<Effort, 'architectures' | 'replicates'> {
  const archNumber = numberByName(archName);
  const recipeNumber = numberByName<Recipe>(({ learningRate, epochs }) => `${learningRate} ${epochs}`);
  const settings = Float64Array.from(
    runs,
    ({ spec: { arch, recipe } }) => archNumber(arch) * mostSettings + recipeNumber(recipe),
  ).sort();
  let [replicates, first] = [0, 0];
  for (const [place, setting] of settings.entries()) {
    if (setting !== settings[first]) first = place;
    replicates = Math.max(replicates, place - first + 1);
  }
  return { architectures: Math.floor(lastItem(settings) / mostSettings) + 1, replicates };
}

/**
 * Counts the multiply-adds of a run; an unfinished one, and one with patience, cost the epochs that it completed. Null
 * where these are not known.
 */
export function multiplyAddsOfRun(
  run: RunResult,
  { dimensions, trainingImages }: { dimensions: Dimensions; trainingImages: number },
): number | null {
  const epochs = epochsTrained(run);
  return epochs === null ? null : trainingMultiplyAdds(run.spec, dimensions, trainingImages, epochs);
}

function epochsTrained(run: RunResult): number | null {
  const { epochs, patience } = run.spec.recipe;
  if (run.state === 'finished' && patience === undefined) return epochs;
  return run.imported ? null : run.curve.length;
}

function addIfKnown(left: number | null, right: number | null): number | null {
  return left === null || right === null ? null : left + right;
}
