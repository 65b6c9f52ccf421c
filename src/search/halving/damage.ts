/** What stopping has cost, as far as it can be told without training what was stopped. */
import { shareInterval } from '../../base/binomial.js';
import { isNoWorse } from '../../pareto/frontier.js';
import { endsOf, type Contest, type End } from './contest.js';
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
  const hopes = standings(contest);
  const ends = contest.lanes.map((lane) => endsOf(contest, lane));
  const audited = ends.flatMap((ofLane) =>
    ofLane
      .filter(({ place }) => contest.contestants[place]!.audited)
      .map((end) => ({ isWrong: isOnFrontier(end, ofLane) })),
  );
  const wrong = audited.filter(({ isWrong }) => isWrong).length;
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

function isOnFrontier(end: End, ends: readonly End[]): boolean {
  return !ends.some((other) => other.place !== end.place && isNoWorse(other, end));
}
