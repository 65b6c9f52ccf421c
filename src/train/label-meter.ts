/** Area under the curve and log loss of yes-or-no labels, from logits. */
import type { Meter } from './meter.js';
import { areaUnderCurve, meanOfKnown } from './ranks.js';

/** Measures by logits and targets of 0 and 1; the area is the mean over the labels that have both values. */
export function labelMeter(labels: number): Meter {
  let [lossSum, values] = [0, 0];
  const scores = Array.from({ length: labels }, (): number[] => []);
  const truths = Array.from({ length: labels }, (): boolean[] => []);
  return {
    add({ target }, _, outputs) {
      for (let at = 0; at < target.length; at += 1) {
        const logit = outputs![at]!;
        const isTrue = target[at] === 1;
        lossSum += softplus(isTrue ? -logit : logit);
        values += 1;
        scores[at % labels]!.push(logit);
        truths[at % labels]!.push(isTrue);
      }
    },
    measured() {
      const meanAuc = meanOfKnown(scores.map((ofLabel, label) => areaUnderCurve(ofLabel, truths[label]!)));
      // Such a table is refused when it is prepared.
      if (meanAuc === null) throw new RangeError('measurement: expected a label with both values, got none');
      return { meanAuc, logLoss: lossSum / values };
    },
  };
}

/** The logarithm of 1 + exp(x); a double holds it for any x. */
function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}
