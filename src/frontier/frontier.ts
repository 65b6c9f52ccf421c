/** The measured points that are on the frontier of their shape. */
import { shapes } from '../arch/arch.js';
import type { SizeName } from '../arch/sizes.js';
import { strictFrontier } from '../pareto/frontier.js';
import { scoreOf } from '../run/metrics.js';
import { isMeasured, type MeasuredPoint, sizeOfPoint, type Point } from './point.js';

/** Picks the measured points on the frontier of their shape, judged on validation; shape after shape. */
export function frontierOf(points: readonly Point[], { axis }: { axis: SizeName }): MeasuredPoint[] {
  const measured = points.filter(isMeasured);
  return shapes.flatMap((shape) => {
    const rows = measured
      .filter((point) => point.shape === shape)
      .map((point) => ({ size: sizeOfPoint(point, axis), score: scoreOf(point.validation), point }));
    return strictFrontier(rows).map((row) => row.point);
  });
}
