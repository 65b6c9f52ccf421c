/**
 * Patience: a run ends before its last epoch once so many epochs in a row were not better on validation than its best one,
 * and its network is then that of its best epoch. All of it follows from the learning curve, so nothing else need be kept.
 */
import { itemAt, lastItem } from '../base/items.js';
import { scoreOf } from './metrics.js';
import type { EpochRecord } from './run.js';
import type { Recipe } from './spec.js';

type Curve = readonly EpochRecord[];

/** Finds the best epoch on validation, 1-based, the first of equals; 0 where there is none yet. */
export function bestEpochOf(curve: Curve): number {
  return [...bestSoFar(curve)].at(-1) ?? 0;
}

/** Gives the epoch whose network a run is measured with: the best one with patience, else the last. */
export function measuredEpochOf(curve: Curve, { patience }: Pick<Recipe, 'patience'>): EpochRecord {
  return patience === undefined ? lastItem(curve) : itemAt(curve, bestEpochOf(curve) - 1);
}

/** Says with which epoch a training ends, 1-based; null where its curve has not come so far. */
export function endOf(curve: Curve, { epochs, patience }: Pick<Recipe, 'epochs' | 'patience'>): number | null {
  if (patience !== undefined) {
    let epoch = 0;
    for (const best of bestSoFar(curve)) {
      epoch += 1;
      if (epoch - best >= patience) return Math.min(epoch, epochs);
    }
  }
  return curve.length < epochs ? null : epochs;
}

/** After each epoch the best one up to there. */
function* bestSoFar(curve: Curve): Generator<number, void, void> {
  let best = 0;
  let bestScore = 0;
  for (const [index, { validation }] of curve.entries()) {
    const score = scoreOf(validation);
    if (best === 0 || score > bestScore) [best, bestScore] = [index + 1, score];
    yield best;
  }
}
