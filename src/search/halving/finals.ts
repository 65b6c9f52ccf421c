/**
 * What PSNR a training is likely to end with, told at a rung by those that have ended.
 *
 * The gain from a rung to the end is a Gaussian process over the network (parameters, depth, ratio of the widths,
 * learning rate) and its PSNR at the rung: how fast a network converges depends on its size, and one that lies behind
 * catches up. Each rung has a process of its own, fitted to all that have ended.
 */
import { meanOf } from '../../base/averages.js';
import { featuresOf } from '../model/features.js';
import { gaussianProcess, rememberedScales, type Points } from '../model/gaussian-process.js';
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
export function predictFinals({ pool, contestants, rungs }: Contest): ReadonlyMap<number, Final> {
  const places = [...contestants.keys()];
  const ended = places.filter((place) => isFinished(contestants[place]!, rungs));
  const finals = new Map<number, Final>();
  if (ended.length < fewestEnds) return finals;
  const features = featuresOf(pool);
  for (let reached = 1; reached < rungs.length; reached += 1) {
    const waiting = places
      .map((place) => ({ place, ...contestants[place]! }))
      .filter((contestant) => isWaiting(contestant, rungs) && contestant.psnrsDb.length === reached);
    if (waiting.length === 0) continue;
    const gainAt = gainModel({
      points: ended.map((place) => features[place]!),
      psnrsDb: ended.map((place) => [contestants[place]!.psnrsDb[reached - 1]!, contestants[place]!.psnrsDb.at(-1)!]),
    });
    for (const { place, psnrsDb } of waiting) {
      const psnrDb = psnrsDb.at(-1)!;
      const gain = gainAt(features[place]!, psnrDb);
      finals.set(place, { mean: psnrDb + gain.mean, deviation: Math.max(gain.deviation, leastDeviationDb) });
    }
  }
  return finals;
}

interface Gains {
  readonly points: Points;
  /** At a rung, and at the end. */
  readonly psnrsDb: readonly (readonly [number, number])[];
}

/** What a network gains on the way to its end, in dB. */
function gainModel({ points, psnrsDb }: Gains): (point: readonly number[], psnrDb: number) => Final {
  const before = scaleOf(psnrsDb.map(([first]) => first));
  const gain = scaleOf(psnrsDb.map(([first, second]) => second - first));
  // About unit range, as the other features have.
  const withPsnr = (point: readonly number[], psnrDb: number) => [
    ...point,
    0.5 + (psnrDb - before.middle) / (4 * before.spread),
  ];
  const seen = points.map((point, index) => withPsnr(point, psnrsDb[index]![0]));
  const values = psnrsDb.map(([first, second]) => (second - first - gain.middle) / gain.spread);
  const scales = rememberedScales(seen, values);
  const process = gaussianProcess(seen, values, scales);
  const noise = Math.exp(scales.at(-1)!);
  // Scales that were fitted to few values are too sure of themselves.
  const caution = Math.max(1, process.leftOutError());
  return (point, psnrDb) => {
    const { means, deviations } = process.predict([withPsnr(point, psnrDb)]);
    return {
      mean: gain.middle + gain.spread * means[0]!,
      deviation: gain.spread * caution * Math.hypot(deviations[0]!, noise),
    };
  };
}

/** The spread is not 0, so that it may divide. */
function scaleOf(values: readonly number[]) {
  const middle = meanOf(values);
  const spread = Math.max(Math.sqrt(meanOf(values.map((value) => (value - middle) ** 2))), 1e-6);
  return { middle, spread };
}
