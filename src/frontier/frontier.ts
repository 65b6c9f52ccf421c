/** The measured points that are on the frontier of their series. */
import { distinctSeries, isSameSeries } from '../arch/series.js';
import type { SizeName } from '../arch/sizes.js';
import { strictFrontier } from '../pareto/frontier.js';
import { scoreOf } from '../run/metrics.js';
import { isMeasured, type MeasuredPoint, sizeOfPoint, type Point } from './point.js';

/** Picks the measured points on the frontier of their series, judged on validation; series after series. */
export function frontierOf(points: readonly Point[], { axis }: { axis: SizeName }): MeasuredPoint[] {
  const measured = points.filter(isMeasured);
  return distinctSeries(measured).flatMap((series) => {
    const rows = measured
      .filter((point) => isSameSeries(point, series))
      .map((point) => ({ size: sizeOfPoint(point, axis), score: scoreOf(point.validation), point }));
    return strictFrontier(rows).map((row) => row.point);
  });
}
