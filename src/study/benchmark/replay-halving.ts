/** Halving played on recorded learning curves: what it would have trained how far, and in which order. */
import { permutation, randomStream } from '../../base/random.js';
import type { Configuration } from '../../search/choice.js';
import { decisionsOf } from '../../search/strategies/halving/decide.js';
import type { HalvingRules } from '../../search/strategies/halving/trials.js';

/** A part of a training. */
export interface ReplayedPart {
  /** In the pool as it was given. */
  readonly place: number;
  /** Epochs that it had, and that it then has. */
  readonly from: number;
  readonly to: number;
}

/**
 * The parts in the order in which they were decided on; the configurations start in a random order.
 * @param curvesDb PSNR by epoch, in dB, by place in the pool; one that is shorter than the last rung has diverged
 */
export function replayHalving(
  pool: readonly Configuration[],
  curvesDb: readonly (readonly number[])[],
  rules: HalvingRules,
): readonly ReplayedPart[] {
  const order = Array.from(permutation(randomStream('replay', 'halving', rules.seed), pool.length));
  const shuffled = order.map((place) => pool[place]!);
  const had = new Map<number, number>();
  const parts: ReplayedPart[] = [];
  for (const next of decisionsOf(shuffled, rules, (place, epoch) => curvesDb[order[place]!]!.slice(0, epoch))) {
    if (next === 'wait') throw new Error('expected recorded curves to be known, got one that is waited for');
    const place = order[next.index]!;
    const [from, to] = [had.get(place) ?? 0, Math.min(rules.rungs[next.rung - 1]!, curvesDb[place]!.length)];
    had.set(place, to);
    parts.push({ place, from, to });
  }
  return parts;
}
