/** A gate: whether a frontier is worse than a baseline beyond noise. */
import { realpath } from 'node:fs/promises';
import type { OptionValues } from '../config/fields.js';
import { distinctSeries, type Series, seriesKey, seriesOf } from '../arch/series.js';
import { UserError } from '../base/errors.js';
import { affordable } from '../frontier/compare.js';
import { checkGate } from '../frontier/gate.js';
import type { BudgetInterval } from '../pareto/envelope.js';
import type { GateReport, SeriesCheck } from '../report/gate.js';
import { statedInterval } from './interval.js';
import { loadStudy, type LoadedStudy } from './load.js';
import type { StudyContext } from './port.js';
import {
  compareSides,
  costByArch,
  isOfSeveral,
  requireSameSetting,
  type Side,
  sideOf,
  splitWord,
  statedNoise,
} from './sides.js';
import { fromShown, metricOf, type MetricKey } from '../run/metrics.js';

/**
 * Holds a folder, which may have a series behind a colon, against the baseline among the values. Throws a UserError where
 * there is none, or they cannot be compared.
 * @param word null for the latest results
 */
export async function gateReportOf(word: string | null, context: StudyContext): Promise<GateReport> {
  const { values } = context;
  if (values.baseline === null) {
    throw new UserError(
      "expected a baseline, got none; name its results folder with --baseline, such as 'results/main'",
    );
  }
  const named = { new: word === null ? null : splitWord(word), baseline: splitWord(values.baseline) };
  const baseline = await loadStudy(named.baseline.folder, context);
  const study = await loadStudy(named.new?.folder, context);
  if (named.new === null) await refuseItself(study, baseline);
  const pairs = seriesPairs(study, baseline, { new: named.new?.series ?? null, baseline: named.baseline.series });
  return {
    folders: { new: word ?? study.folder, baseline: values.baseline },
    margin: marginOf(study.task.metrics[0], values),
    checks: pairs.map((pair) => checkOf(pair, context)),
  };
}

/** Without a name the latest results are taken, which may be the baseline: a gate that always holds. */
async function refuseItself(study: LoadedStudy, baseline: LoadedStudy): Promise<void> {
  if ((await realpath(study.folder)) !== (await realpath(baseline.folder))) return;
  throw new UserError(
    `expected a folder to compare with the baseline, got none, and the latest results are the baseline itself; name one`,
  );
}

interface Pair {
  readonly series: SeriesCheck['series'];
  readonly left: Side;
  readonly right: Side;
}

/**
 * The series that were named, else every series of the baseline. Throws a UserError where there is none, or the new
 * folder lacks one. Where both folders have one family, a series is a shape, whatever these families are.
 */
function seriesPairs(
  study: LoadedStudy,
  baseline: LoadedStudy,
  asked: { readonly new: Series | null; readonly baseline: Series | null },
): Pair[] {
  const ofSeveral = isOfSeveral(study) || isOfSeveral(baseline);
  const inFolder = (folder: LoadedStudy, series: Series | null) => {
    if (series === null || series.family !== undefined || !ofSeveral || isOfSeveral(folder)) return series;
    return { ...seriesOf(folder.runs[0]!.spec.arch), shape: series.shape };
  };
  const named = { new: inFolder(study, asked.new), baseline: inFolder(baseline, asked.baseline) };
  const one = named.baseline ?? named.new;
  const checked = one === null ? finishedSeries(baseline, ofSeveral) : [one];
  if (checked.length === 0) {
    throw new UserError(
      `${baseline.folder}: expected finished runs in the baseline, got none; name another --baseline`,
    );
  }
  return checked.map((series) => {
    const ofNew = named.new ?? series;
    const left = sideOf(study, ofNew, `${study.folder}:${seriesKey(ofNew)}`);
    const right = sideOf(baseline, series, `${baseline.folder}:${seriesKey(series)}`);
    requireSameSetting(left, right);
    return { series: { new: ofNew, baseline: series }, left, right };
  });
}

function finishedSeries({ runs }: LoadedStudy, withFamily: boolean): Series[] {
  const finished = runs.filter(({ state }) => state === 'finished');
  return distinctSeries(
    finished.map(({ spec }) => (withFamily ? seriesOf(spec.arch) : { shape: seriesOf(spec.arch).shape })),
  );
}

function checkOf({ series: pair, left, right }: Pair, { values }: StudyContext): SeriesCheck {
  const [metric] = left.study.task.metrics;
  const settings = {
    interval: statedInterval(values.interval, [left, right]),
    level: values.level!,
    resamples: values.resamples!,
    seed: values.seed!,
    noiseStd: statedNoise(metric, values),
  };
  const comparison = compareSides(left, right, { ...settings, atParams: [], referenceScore: null });
  const { meanGap } = comparison.asSearched;
  const sides = { left: left.candidates, right: right.candidates };
  return {
    series: pair,
    comparison,
    effortRatio: costWithin(left, settings) / costWithin(right, settings),
    baselineFromParams: right.candidates[0]!.size,
    baselineUntilParams: right.candidates.at(-1)!.size,
    ...checkGate(sides, meanGap, marginOf(metric, values), settings),
  };
}

/** As the metric is stored. Throws a UserError where none is named and the metric has none of its own. */
function marginOf(metric: MetricKey, { margin }: OptionValues<'margin'>): number {
  if (margin !== null) return fromShown(metric, margin);
  const own = metricOf(metric).margin;
  if (own !== null) return own;
  throw new UserError(
    `--margin: expected how far the ${metricOf(metric).label} may lie behind the baseline, got none; name it in the unit ` +
      'in which tables show it',
  );
}

/** In training multiply-adds. */
function costWithin(side: Side, settings: { readonly interval: BudgetInterval }): number {
  const inside = new Set(affordable(side.candidates, settings));
  return costByArch(side).reduce((sum, [candidate, cost]) => sum + (inside.has(candidate) ? cost : 0), 0);
}
