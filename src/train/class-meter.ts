/** Accuracy and log loss of classes, from logits. */
import type { Measurement, MetricKey } from '../run/metrics.js';
import type { Meter } from './meter.js';
import { areaUnderCurve, meanOfKnown } from './ranks.js';

/** So many of the largest outputs may hold the class for top-5 accuracy. */
const topPlaces = 5;

/**
 * Measures by logits and targets of 1 for the class. Of equal outputs the first counts as larger. The area under the curve
 * is that of the two classes' difference, or the mean over the classes that have rows beside others, each by its
 * probability; null where there is none.
 * @param metrics those of the task: top-5 accuracy and the area are measured where they are among them
 */
export function classMeter(classes: number, metrics: readonly MetricKey[]): Meter {
  const counts = { items: 0, first: 0, amongTop: 0 };
  let lossSum = 0;
  const truths: number[] = [];
  const scores: number[][] = metrics.includes('auc')
    ? Array.from({ length: classes === 2 ? 1 : classes }, () => [])
    : [];
  return {
    add({ target, size }, _, outputs) {
      for (let item = 0; item < size; item += 1) {
        const logits = outputs!.subarray(item * classes, (item + 1) * classes);
        const truth = target.subarray(item * classes, (item + 1) * classes).indexOf(1);
        const total = logSumExp(logits);
        const place = placeOf(logits, truth);
        counts.items += 1;
        if (place === 0) counts.first += 1;
        if (place < topPlaces) counts.amongTop += 1;
        lossSum += total - logits[truth]!;
        if (scores.length === 0) continue;
        truths.push(truth);
        if (classes === 2) scores[0]!.push(logits[1]! - logits[0]!);
        else for (let index = 0; index < classes; index += 1) scores[index]!.push(logits[index]! - total);
      }
    },
    measured(): Measurement {
      const { items, first, amongTop } = counts;
      if (items === 0) throw new RangeError('measurement: expected at least one batch, got none');
      return {
        accuracy: first / items,
        logLoss: lossSum / items,
        ...(metrics.includes('top5Accuracy') && { top5Accuracy: amongTop / items }),
        ...(scores.length > 0 && { auc: areaOf(truths, scores) }),
      };
    },
  };
}

function areaOf(truths: readonly number[], scores: readonly (readonly number[])[]): number | null {
  const first = scores.length === 1 ? 1 : 0;
  return meanOfKnown(
    scores.map((ofClass, index) =>
      areaUnderCurve(
        ofClass,
        truths.map((truth) => truth === first + index),
      ),
    ),
  );
}

/** How many outputs are larger than that of the place, equal ones before it among them. */
function placeOf(logits: Float32Array, place: number): number {
  const own = logits[place]!;
  let before = 0;
  for (let index = 0; index < logits.length; index += 1) {
    if (logits[index]! > own || (logits[index] === own && index < place)) before += 1;
  }
  return before;
}

/** The logarithm of the sum of exponentials; a double holds it for any logits. */
function logSumExp(logits: Float32Array): number {
  let largest = -Infinity;
  for (const logit of logits) if (logit > largest) largest = logit;
  let sum = 0;
  for (const logit of logits) sum += Math.exp(logit - largest);
  return largest + Math.log(sum);
}
