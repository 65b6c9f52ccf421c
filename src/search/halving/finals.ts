/**
 * What PSNR a training is likely to end with, told at a rung by those that have ended.
 *
 * The gain from the rung to the end is a Gaussian process over the architecture (parameters, depth, ratio of the widths,
 * learning rate) and the PSNR at the rung: how fast a network converges depends on its size, and one that lies behind
 * catches up. A rung has a process of its own, fitted to all that ended.
 */
import { meanOf } from '../../base/averages.js';
import { featuresOf } from '../model/features.js';
import { fitScales, gaussianProcess, type Points } from '../model/gaussian-process.js';
import { isFinished, isWaiting, type Contest } from './contest.js';

/** A normal distribution, in dB. */
export interface Final {
  readonly mean: number;
  readonly deviation: number;
}

/** Fewer ends tell nothing of how ends differ. */
const fewestEnds = 4;

/** No prediction is surer than this: a training that is repeated differs by as much. In dB. */
const leastDeviationDb = 0.01;

/** Of all that wait, by place; empty while too few have ended. */
export function predictFinals(contest: Contest): ReadonlyMap<number, Final> {
  const { contestants, rungs } = contest;
  const ended = [...contestants.keys()].filter((place) => isFinished(contestants[place]!, rungs));
  const finals = new Map<number, Final>();
  if (ended.length < fewestEnds) return finals;
  const features = featuresOf(contest.pool);
  for (let reached = 1; reached < rungs.length; reached += 1) {
    const waiting = [...contestants.keys()].filter((place) => {
      const contestant = contestants[place]!;
      return isWaiting(contestant, rungs) && contestant.psnrsDb.length === reached;
    });
    if (waiting.length === 0) continue;
    const psnrDbOf = (place: number) => contestants[place]!.psnrsDb[reached - 1]!;
    const gains = ended.map((place) => contestants[place]!.psnrsDb.at(-1)! - psnrDbOf(place));
    const gainAt = gainModel(features, ended, gains, psnrDbOf);
    for (const place of waiting) {
      const gain = gainAt(place);
      finals.set(place, { mean: psnrDbOf(place) + gain.mean, deviation: gain.deviation });
    }
  }
  return finals;
}

function gainModel(
  features: Points,
  ended: readonly number[],
  gains: readonly number[],
  psnrDbOf: (place: number) => number,
): (place: number) => Final {
  const psnrsDb = ended.map(psnrDbOf);
  const [middleDb, spreadDb] = [meanOf(psnrsDb), deviationOf(psnrsDb)];
  const pointOf = (place: number) => [...features[place]!, 0.5 + (psnrDbOf(place) - middleDb) / (4 * spreadDb)];
  const [middleGain, spreadGain] = [meanOf(gains), deviationOf(gains)];
  const points = ended.map(pointOf);
  const values = gains.map((gain) => (gain - middleGain) / spreadGain);
  const scales = fitScales(points, values);
  const process = gaussianProcess(points, values, scales);
  const noise = Math.exp(scales.at(-1)!);
  return (place) => {
    const { means, deviations } = process.predict([pointOf(place)]);
    return {
      mean: middleGain + spreadGain * means[0]!,
      deviation: Math.max(spreadGain * Math.hypot(deviations[0]!, noise), leastDeviationDb),
    };
  };
}

/** Not 0, so that it may divide. */
function deviationOf(values: readonly number[]): number {
  const middle = meanOf(values);
  return Math.max(Math.sqrt(meanOf(values.map((value) => (value - middle) ** 2))), 1e-6);
}
