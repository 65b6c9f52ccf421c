/** The sides of a comparison: the runs of a results folder, of all series or of one, made ready to be held against others. */
import { existsSync } from 'node:fs';
import type { OptionValues } from '../config/fields.js';
import { archName } from '../arch/arch.js';
import {
  distinctSeries,
  hasSeveralFamilies,
  isSameSeries,
  parseSeries,
  type Series,
  seriesAmong,
  seriesKey,
  seriesOf,
} from '../arch/series.js';
import { sizeOf, sizeTable } from '../arch/sizes.js';
import { UserError } from '../base/errors.js';
import { mostOf } from '../base/numbers.js';
import { type MeasuredCandidate, candidatesOf } from '../frontier/bootstrap.js';
import { compareFrontiers } from '../frontier/compare.js';
import { effortOf, multiplyAddsOfRun } from '../frontier/effort.js';
import { archsOf, evidenceOf, mostEpochs, settingOf } from '../frontier/evidence.js';
import type { ComparedSide, ComparisonReport } from '../report/comparison.js';
import { projectionsText } from '../report/numbers.js';
import { fromShown, type MetricKey } from '../run/metrics.js';
import { trainingMultiplyAdds } from '../run/cost.js';
import type { RunResult } from '../run/run.js';
import type { LoadedStudy } from './load.js';

/** Holds one of the frontiers that are compared, with all that it is made of. */
export interface Side {
  /** As messages name it. */
  readonly name: string;
  readonly study: LoadedStudy;
  /** All that it tried, whatever came of them. */
  readonly runs: readonly RunResult[];
  /** By parameters ascending. */
  readonly candidates: readonly MeasuredCandidate[];
}

/**
 * Reads `results/a:hourglass` or `results/a:gated/hourglass` as a folder and a series, unless there is a folder of just
 * that name; without a series it is all of the folder. Throws a UserError for a family that this version does not know.
 */
export function splitWord(word: string): { folder: string; series: Series | null } {
  const whole = { folder: word, series: null };
  if (existsSync(word)) return whole;
  const folder = word.slice(0, Math.max(0, word.lastIndexOf(':')));
  const series = folder === '' ? null : parseSeries(word.slice(folder.length + 1));
  return series === null ? whole : { folder, series };
}

/** Says whether the runs of a folder are of several families, so that a shape alone does not name a series. */
export function isOfSeveral({ runs }: Pick<LoadedStudy, 'runs'>): boolean {
  return hasSeveralFamilies(archsOf(runs));
}

/** Lists the series of a folder as words such as `results/a:gated/hourglass`. */
export function seriesWords({ folder, runs }: Pick<LoadedStudy, 'folder' | 'runs'>): string {
  const namedOf = seriesAmong(archsOf(runs));
  const all = distinctSeries(runs.map(({ spec }) => namedOf(spec.arch)));
  return all.map((series) => `${folder}:${seriesKey(series)}`).join(', ');
}

/**
 * Makes a side of the runs of a series, or of all runs. Throws a UserError where the folder has no finished one, and where
 * a shape alone does not say which series of the folder is meant.
 */
export function sideOf(study: LoadedStudy, series: Series | null, name: string): Side {
  if (series !== null && series.family === undefined && isOfSeveral(study)) {
    throw new UserError(
      `${study.folder}: expected a family before the shape, as the folder has several, got ${series.shape}; ` +
        `name one of ${seriesWords(study)}`,
    );
  }
  const runs = study.runs.filter((run) => series === null || isOf(run, series));
  const candidates = candidatesOf(evidenceOf(runs, study.task.dimensions), study.axis);
  if (candidates.length > 0) return { name, study, runs, candidates };
  const what =
    series === null ? '' : series.family === undefined ? ` of shape ${series.shape}` : ` of ${seriesKey(series)}`;
  const others =
    series?.family === undefined
      ? 'name another folder, or two as A:hourglass B:conventional'
      : `name another folder, or one of ${seriesWords(study)}`;
  throw new UserError(`${study.folder}: expected finished runs${what}, got none; ${others}`);
}

/** Says whether a run is of a series; one without a family stands for the one of the folder. */
function isOf({ spec: { arch } }: RunResult, series: Series): boolean {
  return isSameSeries(series.family === undefined ? { shape: seriesOf(arch).shape } : seriesOf(arch), series);
}

/** Throws a UserError where the sides differ in task, recipe, epochs or in what is counted. */
export function requireSameSetting(left: Side, right: Side): void {
  const [first, second] = [left, right].map(
    ({ study, runs }) => `${settingOf(runs[0]!)}, ${sizeTable[study.axis].words}, ${mostEpochs(runs)} epochs`,
  );
  if (first === second) return;
  if (left.study.axis !== right.study.axis) {
    const [one, other] = [left, right].map(({ study }) => study.axis);
    throw new UserError(
      `expected two frontiers on one axis, got ${one} and ${other}, which the budgets of their searches bounded; ` +
        `choose one for both, such as --axis ${one}`,
    );
  }
  throw new UserError(`expected two frontiers of one task and training, got ${first} and ${second}; name others`);
}

/** Compares both sides over the interval of the settings; differences are positive where the left one is ahead. */
export function compareSides(left: Side, right: Side, settings: ComparisonReport['settings']): ComparisonReport {
  const { task, axis } = left.study;
  const sideReport = ({ name, study, runs, candidates }: Side): ComparedSide => ({
    name,
    projections: projectionsText(runs.map(({ spec }) => spec.arch)),
    effort: effortOf(
      runs.filter(({ spec }) => sizeOf(spec.arch, study.task.dimensions, axis) <= settings.interval.highest),
      { dimensions: task.dimensions, trainingImages: task.trainingImages },
    ),
    replicates: mostOf(candidates.flatMap(({ evidence }) => evidence.rates.map(({ finished }) => finished.length))),
  });
  const costs = new Map([left, right].flatMap(costByArch));
  return {
    task: task.name,
    axis,
    metric: left.study.task.metrics[0],
    onlySet: left.runs[0]!.imported?.onlySet ?? null,
    settings,
    left: sideReport(left),
    right: sideReport(right),
    ...compareFrontiers(left.candidates, right.candidates, {
      ...settings,
      costOf: (candidate) => costs.get(candidate)!,
    }),
  };
}

/** Gives the noise that the user states, as the metric is stored; null where it is left to the replicates. */
export function statedNoise(metric: MetricKey, { noiseStd }: OptionValues<'noiseStd'>): number | null {
  return noiseStd === null ? null : fromShown(metric, noiseStd);
}

/**
 * Gives the multiply-adds of all runs of each architecture on its side: both sides may have trained it, with other
 * replicates.
 */
export function costByArch({ runs, candidates, study: { task } }: Side): [MeasuredCandidate, number][] {
  const costs = new Map<string, number>();
  for (const run of runs) {
    const name = archName(run.spec.arch);
    // A run that says not how far it came counts in full.
    const cost = multiplyAddsOfRun(run, task) ?? trainingMultiplyAdds(run.spec, task.dimensions, task.trainingImages);
    costs.set(name, (costs.get(name) ?? 0) + cost);
  }
  return candidates.map((candidate) => [candidate, costs.get(archName(candidate.evidence.arch))!]);
}
