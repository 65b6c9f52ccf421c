/** The hypervolume that is missing from the frontiers for want of what is stopped, by what is predicted of it. */
import { meanOf, quantile } from '../../base/averages.js';
import { normalQuantile } from '../../base/normal.js';
import { leastOf } from '../../base/numbers.js';
import { randomStream } from '../../base/random.js';
import type { Scored } from '../../pareto/frontier.js';
import { areaAbove, stepsOf } from '../../pareto/hypervolume.js';
import { endsOf, largestOf, logParamsAt, type Contest } from './contest.js';
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
        stopped.map(({ size, final }) => ({ size, score: final.mean + final.deviation * deviate() })),
      );
    }
    return whole > 0 ? 1 - found / whole : 0;
  }).toSorted((left, right) => left - right);
  return { share: meanOf(lost), interval: [quantile(lost, (1 - level) / 2), quantile(lost, (1 + level) / 2)] };
}

function laneOf(contest: Contest, lane: readonly number[], hopes: readonly Hope[]) {
  const ends = endsOf(contest, lane);
  const stopped = hopes
    .filter(({ place }) => lane.includes(place))
    .map(({ place, final }) => ({ size: logParamsAt(contest, place), final }));
  const scores = [...ends.map(({ score }) => score), ...stopped.map(({ final }) => final.mean)];
  const reference = {
    size: largestOf(contest, lane) + marginDecades,
    score: leastOf(scores),
  };
  return {
    stopped,
    volumeWith: (others: readonly Scored[]) => areaAbove(reference.score, stepsOf([...ends, ...others], reference)),
  };
}
