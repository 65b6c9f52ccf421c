/** Where a search by halving stands: how far each configuration of the pool has come. */
import { mostOf } from '../../base/numbers.js';
import type { Configuration } from '../choice.js';
import type { Scored } from '../../pareto/frontier.js';

export interface Contestant {
  /** Mean over its replicates on the validation set at the end of each rung that it has come to, in dB. */
  readonly psnrsDb: readonly number[];
  /** No replicate of it goes on. */
  readonly diverged: boolean;
  /** The rung that it was sent to, counted from 1; more than it has come to while it is in training. 0 before its start. */
  readonly sentTo: number;
  /** It was sent on although nothing was hoped of it. */
  readonly audited: boolean;
}

export interface Contest {
  readonly pool: readonly Configuration[];
  /** By place in the pool. */
  readonly contestants: readonly Contestant[];
  /** Epochs, ascending; the last one is the end of a training. */
  readonly rungs: readonly number[];
  readonly reduction: number;
  readonly seed: number;
  /** The share of what is stopped that goes on all the same. */
  readonly audit: number;
  /** The share of the hypervolume that stops may cost, by what is predicted of what is stopped. */
  readonly tolerance: number;
  /** Places that compete with one another. */
  readonly lanes: readonly (readonly number[])[];
}

export function isFinished({ psnrsDb }: Contestant, rungs: readonly number[]): boolean {
  return psnrsDb.length === rungs.length;
}

/** Whether it waits at a rung before the last. */
export function isWaiting({ psnrsDb, diverged, sentTo }: Contestant, rungs: readonly number[]): boolean {
  return !diverged && sentTo > 0 && psnrsDb.length === sentTo && sentTo < rungs.length;
}

/** Whether it was sent on, and what comes of that is not known. */
export function isUnderWay({ psnrsDb, diverged, sentTo }: Contestant): boolean {
  return !diverged && psnrsDb.length < sentTo;
}

/** Decimal logarithm of the parameters of a configuration. */
export function logParamsAt({ pool }: Pick<Contest, 'pool'>, place: number): number {
  return Math.log10(pool[place]!.countedParams);
}

export interface End extends Scored {
  readonly place: number;
}

/** Those of the lane that have ended, with what they ended with. */
export function endsOf(contest: Contest, lane: readonly number[]): End[] {
  const { contestants, rungs } = contest;
  return lane
    .filter((place) => isFinished(contestants[place]!, rungs))
    .map((place) => ({
      place,
      size: logParamsAt(contest, place),
      score: contestants[place]!.psnrsDb.at(-1)!,
    }));
}

/** The largest of the lane, as a decimal logarithm. */
export function largestOf(contest: Contest, lane: readonly number[]): number {
  return mostOf(lane.map((place) => logParamsAt(contest, place)));
}
