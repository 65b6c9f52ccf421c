/** How depth, skip width and bottleneck width of the best networks of a study move with the budget. */
import { distinctSeries, isSameSeries, seriesAmong, seriesText } from '../arch/series.js';
import { UserError } from '../base/errors.js';
import { candidatesOf, resampledOutcomes } from '../frontier/bootstrap.js';
import { archsOf, evidenceOf } from '../frontier/evidence.js';
import { trendOf } from '../frontier/trend.js';
import type { TrendReport } from '../report/trend.js';
import { statedInterval } from './interval.js';
import type { LoadedStudy } from './load.js';
import type { StudyContext } from './port.js';
import { statedNoise } from './sides.js';

/** Follows the best networks of each series. Throws a UserError where none has enough of them. */
export function followStudy(study: LoadedStudy, { values }: Pick<StudyContext, 'values'>): TrendReport {
  const { task, axis, runs } = study;
  const candidates = candidatesOf(evidenceOf(runs, task.dimensions), axis);
  const seriesOf = seriesAmong(archsOf(runs));
  const settings = {
    level: values.level!,
    resamples: values.resamples!,
    seed: values.seed!,
    noiseStd: statedNoise(task.metrics[0], values),
  };
  const trends = distinctSeries(candidates.map(({ evidence }) => evidence)).flatMap((series) => {
    const ofSeries = candidates.filter(({ evidence }) => isSameSeries(evidence, series));
    if (ofSeries.length < fewestArchitectures) return [];
    const runsOfSeries = runs.filter(({ spec }) => isSameSeries(seriesOf(spec.arch), series));
    const { lowest, highest } = statedInterval(values.interval, [
      { name: seriesText(series), study, runs: runsOfSeries, candidates: ofSeries },
    ]);
    if (lowest === highest) return [];
    const interval = { lowest, highest };
    const isNoiseKnown = resampledOutcomes(ofSeries, settings) !== null;
    return [{ ...trendOf(series, ofSeries, { ...settings, interval }), interval, isNoiseKnown }];
  });
  if (trends.length === 0) {
    throw new UserError(
      `${study.folder}: expected at least ${fewestArchitectures} trained architectures of a shape and of several sizes to follow, ` +
        'got fewer, or all of one size; search more',
    );
  }
  return { task: task.name, metric: task.metrics[0], axis, settings, trends };
}

/** Through fewer points no line says anything. */
const fewestArchitectures = 5;
