/**
 * The strict frontier of quality against parameters: the corners of the budget envelope
 * f(B) = the best PSNR among architectures with at most B parameters.
 */
import { type CountedParams, shapes } from '../arch/arch.js';
import { isMeasured, type MeasuredPoint, paramsOf, type Point } from './point.js';

/** The least that a frontier needs to know of an architecture. */
export interface FrontierRow {
  readonly params: number;
  readonly psnrDb: number;
}

/**
 * The rows whose PSNR is strictly higher than that of every other row with at most as many parameters, by parameters
 * ascending. Of rows with equal parameters only the best is kept, of rows equal in both the first given. Rows without
 * a number (NaN) are never on a frontier.
 */
export function strictFrontier<Row extends FrontierRow>(rows: readonly Row[]): Row[] {
  const byParams = rows
    .filter((row) => !Number.isNaN(row.psnrDb) && !Number.isNaN(row.params))
    .sort((left, right) => ascending(left.params, right.params) || ascending(right.psnrDb, left.psnrDb));
  const frontier: Row[] = [];
  for (const row of byParams) {
    const best = frontier.at(-1);
    if (best === undefined || row.psnrDb > best.psnrDb) frontier.push(row);
  }
  return frontier;
}

/** The measured points on the frontier of their shape, judged on validation PSNR; shape after shape. */
export function frontierOf(points: readonly Point[], { count }: { count: CountedParams }): MeasuredPoint[] {
  const measured = points.filter(isMeasured);
  return shapes.flatMap((shape) => {
    const rows = measured
      .filter((point) => point.shape === shape)
      .map((point) => ({ params: paramsOf(point, count), psnrDb: point.validation.psnrDb, point }));
    return strictFrontier(rows).map((row) => row.point);
  });
}

/** Not a subtraction, which two infinite values (a perfect PSNR) would make NaN. */
function ascending(left: number, right: number): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
