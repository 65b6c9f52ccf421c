/**
 * How much hypervolume a network of known size and uncertain score is expected to add to a frontier.
 *
 * The hypervolume is the area under the budget envelope f(b), the best score with at most 10^b parameters, down to a
 * reference score and up to a reference size. The size x of a candidate is known before it is trained, so that with
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
import type { Stretch } from '../../pareto/hypervolume.js';

/**
 * Computes the expected gain of a network of this size, the decimal logarithm of its parameters, whose score is normal
 * with this mean and standard deviation in score times decades of parameters.
 */
export function expectedImprovement(
  steps: readonly Stretch[],
  { size, mean, deviation }: { readonly size: number; readonly mean: number; readonly deviation: number },
): number {
  let gain = 0;
  for (const { from, until, score } of steps) {
    const width = until - Math.max(from, size);
    if (width > 0) gain += width * expectedExcess(mean - score, deviation);
  }
  return gain;
}

/** Computes the expectation of max(0, X) for X normal with this mean and standard deviation. */
export function expectedExcess(mean: number, deviation: number): number {
  if (deviation <= 0) return Math.max(0, mean);
  const z = mean / deviation;
  return mean * normalCumulative(z) + deviation * normalDensity(z);
}
