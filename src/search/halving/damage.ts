/** What stopping has cost, as far as it can be told without training what was stopped. */
import { shareInterval } from '../../base/binomial.js';
import { meanOf, quantile } from '../../base/averages.js';
import { normalQuantile } from '../../base/normal.js';
import { randomStream } from '../../base/random.js';
import { hypervolumeUnder, stepsOf, type FrontierPoint } from '../model/improvement.js';
import { isFinished, type Contest } from './contest.js';
import { standings } from './decide.js';
import type { Hope } from './hopes.js';

export interface Share {
  readonly share: number;
  /** Encloses it with a probability of 90 %. */
  readonly interval: readonly [low: number, high: number];
}

export interface Damage {
  /** Of those that nothing was hoped of, the number that went on all the same, to their end. */
  readonly audited: number;
  /** Those of them that are on the frontier of their lane. */
  readonly wrong: number;
  /** `wrong` of `audited`; null where none was audited. */
  readonly wrongStops: Share | null;
  /**
   * The share of the hypervolume that is missing because of the stops, by what is predicted of them; null where nothing is
   * stopped, or nothing can be predicted.
   */
  readonly lostHypervolume: Share | null;
}

const level = 0.9;
const draws = 1000;

/** The largest network counts up to this far above itself. */
const marginDecades = 0.05;

export function damageOf(contest: Contest): Damage {
  const { contestants, rungs } = contest;
  const hopes = standings(contest);
  const audited = [...contestants.keys()].filter(
    (place) => contestants[place]!.audited && isFinished(contestants[place]!, rungs),
  );
  const wrong = audited.filter((place) => isOnFrontier(contest, place)).length;
  return {
    audited: audited.length,
    wrong,
    wrongStops:
      audited.length === 0
        ? null
        : { share: wrong / audited.length, interval: shareInterval(wrong, audited.length, level) },
    lostHypervolume: hopes.length === 0 ? null : lostTo(hopes, contest),
  };
}

function isOnFrontier(contest: Contest, place: number): boolean {
  const { pool, contestants, lanes } = contest;
  const psnrDb = contestants[place]!.psnrsDb.at(-1)!;
  return lanes
    .find((lane) => lane.includes(place))!
    .filter((other) => other !== place && isFinished(contestants[other]!, contest.rungs))
    .filter((other) => pool[other]!.countedParams <= pool[place]!.countedParams)
    .every((other) => contestants[other]!.psnrsDb.at(-1)! < psnrDb);
}

function lostTo(hopes: readonly Hope[], contest: Contest): Share {
  const lanes = contest.lanes.map((lane) => laneOf(contest, lane, hopes));
  const found = lanes.reduce((sum, lane) => sum + lane.volumeWith([]), 0);
  const stream = randomStream('halving', 'damage', contest.seed);
  const lost = Array.from({ length: draws }, () => {
    const whole = lanes.reduce(
      (sum, lane) =>
        sum +
        lane.volumeWith(
          lane.stopped.map(({ logParams, final: { mean, deviation } }) => {
            // The middle of one of 2^32 stretches, so that neither 0 nor 1 is drawn.
            return { logParams, psnrDb: mean + deviation * normalQuantile(stream.uniform() + 2 ** -33) };
          }),
        ),
      0,
    );
    return whole > 0 ? 1 - found / whole : 0;
  }).toSorted((left, right) => left - right);
  return {
    share: meanOf(lost),
    interval: [quantile(lost, (1 - level) / 2), quantile(lost, (1 + level) / 2)],
  };
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
