/**
 * How much hypervolume a network of known size and uncertain PSNR is expected to add to a frontier.
 *
 * The hypervolume is the area under the budget envelope f(b), the best PSNR with at most 10^b parameters, down to a
 * reference PSNR and up to a reference size. The size x of a candidate is known before it is trained, so that with
 * Y ~ N(mean, deviation²) it adds the integral of max(0, Y - f(b)) over b from x to the reference size. The envelope is a
 * step function: over a step of height f and width w that is w max(0, Y - f), whose expectation is w times the expected
 * improvement of one variable, deviation (z Phi(z) + phi(z)) with z = (mean - f) / deviation. The sum over the steps is
 * exact; nothing is sampled.
 *
 * Sources: D. R. Jones, M. Schonlau and W. J. Welch, "Efficient global optimization of expensive black-box functions"
 * (1998), equation 15, for the expected improvement; M. Emmerich, A. Deutz and J. W. Klinkenberg, "Hypervolume-based
 * expected improvement" (2011), of which this is the case with one uncertain objective.
 */
import { normalCumulative, normalDensity } from '../../base/normal.js';

export interface FrontierPoint {
  /** Decimal logarithm of its parameters. */
  readonly logParams: number;
  readonly psnrDb: number;
}

export interface Reference {
  /** The size up to which hypervolume counts. */
  readonly logParams: number;
  /** The PSNR above which it counts. */
  readonly psnrDb: number;
}

/** A stretch of the envelope; the first begins at minus infinity, at the reference PSNR. */
export interface Step {
  readonly from: number;
  readonly until: number;
  readonly psnrDb: number;
}

/** The steps of the envelope of these points, from the smallest size to the reference's. */
export function stepsOf(points: readonly FrontierPoint[], reference: Reference): readonly Step[] {
  const steps: { from: number; until: number; psnrDb: number }[] = [];
  let last = { from: -Infinity, until: reference.logParams, psnrDb: reference.psnrDb };
  const sorted = points.toSorted((left, right) => left.logParams - right.logParams || right.psnrDb - left.psnrDb);
  for (const { logParams, psnrDb } of sorted) {
    if (psnrDb <= last.psnrDb || logParams >= reference.logParams) continue;
    last.until = logParams;
    steps.push(last);
    last = { from: logParams, until: reference.logParams, psnrDb };
  }
  return [...steps, last];
}

/** The hypervolume under the steps, in dB times decades of parameters. */
export function hypervolumeUnder([first, ...others]: readonly Step[]): number {
  return others.reduce((sum, { from, until, psnrDb }) => sum + (until - from) * (psnrDb - first!.psnrDb), 0);
}

/**
 * The expected gain of a network at `logParams` whose PSNR is normal with this mean and standard deviation, in dB times
 * decades of parameters.
 */
export function expectedImprovement(
  steps: readonly Step[],
  { logParams, mean, deviation }: { readonly logParams: number; readonly mean: number; readonly deviation: number },
): number {
  let gain = 0;
  for (const { from, until, psnrDb } of steps) {
    const width = until - Math.max(from, logParams);
    if (width > 0) gain += width * expectedExcess(mean - psnrDb, deviation);
  }
  return gain;
}

/** Expectation of max(0, X) for X normal with this mean and standard deviation. */
export function expectedExcess(mean: number, deviation: number): number {
  if (deviation <= 0) return Math.max(0, mean);
  const z = mean / deviation;
  return mean * normalCumulative(z) + deviation * normalDensity(z);
}
