/** What training makes small: how far the output of a program is from its target. */

/** Lists the losses. */
export const lossKinds = [
  'squaredError',
  'softmaxCrossEntropy',
  'binaryCrossEntropy',
  'gaussianNegativeLogLikelihood',
] as const;
/** Names a loss, see `Loss`. */
export type LossKind = (typeof lossKinds)[number];

/**
 * Describes the loss that a program ends in, by the output y `[batch, width]` and the target t `[batch, targetWidth]`.
 * It is the mean of its terms, and natural logarithms are taken:
 * - `squaredError`: (y - t)² for each value;
 * - `softmaxCrossEntropy`: -Σ t log softmax(y) over the classes, for each item; y holds logits, and t one probability a
 *   class, which is 1 for the label where there is just one;
 * - `binaryCrossEntropy`: -t log sigmoid(y) - (1 - t) log(1 - sigmoid(y)) for each value; y holds logits, and t is in
 *   [0, 1];
 * - `gaussianNegativeLogLikelihood`: (s + (t - m)² exp(-s)) / 2 for each value of the target, without the constant
 *   log(2π) / 2; the first half of y holds the means m, the second the logarithms s of the variances.
 */
export interface Loss {
  readonly kind: LossKind;
  /** How many values each item's target has. */
  readonly targetWidth: number;
}

/** Says how many values each item's output has, for a loss to read. */
export function outputWidthFor({ kind, targetWidth }: Loss): number {
  return kind === 'gaussianNegativeLogLikelihood' ? 2 * targetWidth : targetWidth;
}

/** Counts the terms that the loss of a batch is the mean of: one an item, or one for each value of its target. */
export function lossTerms({ kind, targetWidth }: Loss, batchSize: number): number {
  return kind === 'softmaxCrossEntropy' ? batchSize : batchSize * targetWidth;
}

/**
 * Is the largest x for which exp(x) is taken of x = -s / 2, where s is the logarithm of a variance. So the loss of a mean
 * that is exactly right is finite at every s, and no other is any smaller for it in float32: where s < -160, an error of
 * 1e-15 already makes a loss that is infinite there.
 */
export const mostInverseDeviationLogarithm = 80;
