/** What stopping has cost, as far as it can be told without training what was stopped. */
import { shareInterval } from '../../base/binomial.js';
import { isFinished, type Contest } from './contest.js';
import { standings } from './decide.js';
import { level, lostTo, type Share } from './lost.js';

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
