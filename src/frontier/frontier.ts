/** The measured points that are on the frontier of their shape. */
import { type CountedParams, shapes } from '../arch/arch.js';
import { strictFrontier } from '../pareto/frontier.js';
import { isMeasured, type MeasuredPoint, paramsOf, type Point } from './point.js';

/** Picks the measured points on the frontier of their shape, judged on validation PSNR; shape after shape. */
export function frontierOf(points: readonly Point[], { count }: { count: CountedParams }): MeasuredPoint[] {
  const measured = points.filter(isMeasured);
  return shapes.flatMap((shape) => {
    const rows = measured
      .filter((point) => point.shape === shape)
      .map((point) => ({ size: paramsOf(point, count), score: point.validation.psnrDb, point }));
    return strictFrontier(rows).map((row) => row.point);
  });
}
