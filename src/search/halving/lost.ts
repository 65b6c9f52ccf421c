/** The hypervolume that is missing from the frontiers for want of what is stopped, by what is predicted of it. */
import { meanOf, quantile } from '../../base/averages.js';
import { normalQuantile } from '../../base/normal.js';
import { randomStream } from '../../base/random.js';
import { hypervolumeUnder, stepsOf, type FrontierPoint } from '../model/improvement.js';
import { isFinished, type Contest } from './contest.js';
import type { Hope } from './hopes.js';

export interface Share {
  readonly share: number;
  /** Encloses it with a probability of 90 %. */
  readonly interval: readonly [low: number, high: number];
}

/** The probability with which intervals enclose what they tell of. */
export const level = 0.9;

const draws = 200;

/** The largest network counts up to this far above itself. */
const marginDecades = 0.05;

/**
 * The share of the hypervolume of all lanes that is missing, as a mean and an interval over draws of what is predicted. The
 * draws of two networks have nothing to do with each other, which makes it rather too large than too small.
 */
export function lostTo(hopes: readonly Hope[], contest: Contest): Share {
  const lanes = contest.lanes.map((lane) => laneOf(contest, lane, hopes));
  const found = lanes.reduce((sum, { volumeWith }) => sum + volumeWith([]), 0);
  const stream = randomStream('halving', 'damage', contest.seed);
  // The middle of one of 2^32 stretches, so that neither 0 nor 1 is drawn.
  const deviate = () => normalQuantile(stream.uniform() + 2 ** -33);
  const lost = Array.from({ length: draws }, () => {
    let whole = 0;
    for (const { stopped, volumeWith } of lanes) {
      whole += volumeWith(
        stopped.map(({ logParams, final }) => ({ logParams, psnrDb: final.mean + final.deviation * deviate() })),
      );
    }
    return whole > 0 ? 1 - found / whole : 0;
  }).toSorted((left, right) => left - right);
  return { share: meanOf(lost), interval: [quantile(lost, (1 - level) / 2), quantile(lost, (1 + level) / 2)] };
}

function laneOf({ pool, contestants, rungs }: Contest, lane: readonly number[], hopes: readonly Hope[]) {
  const sizeOf = (place: number) => Math.log10(pool[place]!.countedParams);
  const points = lane
    .filter((place) => isFinished(contestants[place]!, rungs))
    .map((place) => ({ logParams: sizeOf(place), psnrDb: contestants[place]!.psnrsDb.at(-1)! }));
  const stopped = hopes
    .filter(({ place }) => lane.includes(place))
    .map(({ place, final }) => ({ logParams: sizeOf(place), final }));
  const levelsDb = [...points.map(({ psnrDb }) => psnrDb), ...stopped.map(({ final }) => final.mean)];
  const reference = {
    logParams: lane.reduce((most, place) => Math.max(most, sizeOf(place)), -Infinity) + marginDecades,
    psnrDb: levelsDb.reduce((worst, psnrDb) => Math.min(worst, psnrDb), Infinity),
  };
  return {
    stopped,
    volumeWith: (others: readonly FrontierPoint[]) => hypervolumeUnder(stepsOf([...points, ...others], reference)),
  };
}
