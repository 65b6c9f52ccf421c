/** How depth, skip width and bottleneck width of the best networks of a study move with the budget. */
import { shapeOf, shapes } from '../arch/arch.js';
import { UserError } from '../base/errors.js';
import { candidatesOf, resampledOutcomes } from '../frontier/bootstrap.js';
import { evidenceOf } from '../frontier/evidence.js';
import { trendOf } from '../frontier/trend.js';
import type { TrendReport } from '../report/trend.js';
import { statedInterval } from './interval.js';
import type { LoadedStudy } from './load.js';
import type { StudyContext } from './port.js';
import { statedNoise } from './sides.js';

/** Follows the best networks of each shape. Throws a UserError where no shape has enough of them. */
export function followStudy(study: LoadedStudy, { values }: Pick<StudyContext, 'values'>): TrendReport {
  const { task, axis, runs } = study;
  const candidates = candidatesOf(evidenceOf(runs, task.dimensions), axis);
  const settings = {
    level: values.level!,
    resamples: values.resamples!,
    seed: values.seed!,
    noiseStd: statedNoise(task.metrics[0], values),
  };
  const trends = shapes.flatMap((shape) => {
    const ofShape = candidates.filter(({ evidence }) => evidence.shape === shape);
    if (ofShape.length < fewestArchitectures) return [];
    const runsOfShape = runs.filter(({ spec }) => shapeOf(spec.arch) === shape);
    const { lowest, highest } = statedInterval(values.interval, [
      { name: shape, study, runs: runsOfShape, candidates: ofShape },
    ]);
    if (lowest === highest) return [];
    const interval = { lowest, highest };
    const isNoiseKnown = resampledOutcomes(ofShape, settings) !== null;
    return [{ ...trendOf(shape, ofShape, { ...settings, interval }), interval, isNoiseKnown }];
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
