/**
 * Audits of a search by halving: what its stops have cost, as far as it can be told without training what was stopped. A
 * random few of what would be stopped are trained to their end all the same, and tell how often that was wrong.
 */
import { archName } from '../../../arch/arch.js';
import { meanOf, quantile } from '../../../base/averages.js';
import { shareInterval } from '../../../base/binomial.js';
import { normalQuantile } from '../../../base/normal.js';
import { leastOf } from '../../../base/numbers.js';
import { randomStream } from '../../../base/random.js';
import { isNoWorse, type Scored } from '../../../pareto/frontier.js';
import { areaAbove, stepsOf } from '../../../pareto/hypervolume.js';
import { predictGroups, type PredictedGroup, type Prediction } from './predict.js';
import { largestOf, logParamsOf, type EndedTrial, type HalvingState } from './trials.js';

/** Is a share that is estimated. */
export interface ShareEstimate {
  readonly share: number;
  /** Encloses it with a probability of 90 %. */
  readonly interval: readonly [low: number, high: number];
}

/** Tells how often the stops of a search were wrong, and what they cost. */
export interface AuditResult {
  /** Of those that would have been stopped, the number that were trained to their end all the same. */
  readonly audited: number;
  /** Those of them that are on the frontier of their group. */
  readonly wrong: number;
  /** `wrong` of `audited`; null where none was audited. */
  readonly wrongStops: ShareEstimate | null;
  /**
   * The share of the hypervolume that is missing because of the stops, by what is predicted of them; null where nothing is
   * stopped, or nothing can be predicted.
   */
  readonly lostHypervolume: ShareEstimate | null;
}

/** The probability with which intervals enclose what they tell of. */
const level = 0.9;

const draws = 200;

/** The largest network counts up to this far above itself. */
const marginDecades = 0.05;

/** Sums up how often stops were wrong, and what they cost. */
export function auditOf(state: HalvingState): AuditResult {
  const groups = predictGroups(state);
  const audited = groups.flatMap(({ ended }) => {
    return ended.filter(({ trial }) => trial.audited).map((end) => isOnFrontier(end, ended));
  });
  const wrong = audited.filter((isWrong) => isWrong).length;
  return {
    audited: audited.length,
    wrong,
    wrongStops:
      audited.length === 0
        ? null
        : { share: wrong / audited.length, interval: shareInterval(wrong, audited.length, level) },
    lostHypervolume: groups.every(({ predictions }) => predictions.length === 0)
      ? null
      : lostHypervolume(groups, state.seed),
  };
}

function isOnFrontier(end: EndedTrial, ended: readonly EndedTrial[]): boolean {
  return !ended.some((other) => other.trial !== end.trial && isNoWorse(other, end));
}

/**
 * Estimates the share of the hypervolume of all groups that is missing for want of the trials that wait, as a mean and an
 * interval over draws of what is predicted of them. The draws of two networks have nothing to do with each other, which
 * makes it rather too large than too small.
 */
export function lostHypervolume(groups: readonly PredictedGroup[], seed: number): ShareEstimate {
  const volumes = groups.map(volumeOf);
  const found = volumes.reduce((sum, { volumeWith }) => sum + volumeWith([]), 0);
  // The name of the stream stays as it was first, so that decisions stay as they were.
  const stream = randomStream('halving', 'damage', seed);
  // The middle of one of 2^32 stretches, so that neither 0 nor 1 is drawn.
  const deviate = () => normalQuantile(stream.uniform() + 2 ** -33);
  const lost = Array.from({ length: draws }, () => {
    let whole = 0;
    for (const { stopped, volumeWith } of volumes) {
      whole += volumeWith(
        stopped.map(({ size, final }) => ({ size, score: final.mean + final.deviation * deviate() })),
      );
    }
    return whole > 0 ? 1 - found / whole : 0;
  }).toSorted((left, right) => left - right);
  return { share: meanOf(lost), interval: [quantile(lost, (1 - level) / 2), quantile(lost, (1 + level) / 2)] };
}

function volumeOf({ trials, ended, predictions }: PredictedGroup) {
  const stopped = predictions.map(({ trial, final }) => ({ size: logParamsOf(trial), final }));
  const scores = [...ended.map(({ score }) => score), ...stopped.map(({ final }) => final.mean)];
  const reference = {
    size: largestOf(trials) + marginDecades,
    score: leastOf(scores),
  };
  return {
    stopped,
    volumeWith: (others: readonly Scored[]) => areaAbove(reference.score, stepsOf([...ended, ...others], reference)),
  };
}

/** Draws the next of those that would be stopped to be trained to its end; null where enough of them were. */
export function nextAudit({ trials, seed, audit }: HalvingState, stopped: readonly Prediction[]): Prediction | null {
  const drawOf = ({ trial: { arch, learningRate } }: Prediction) =>
    randomStream('halving', 'audit', seed, archName(arch), learningRate).uniform();
  const soFar = trials.filter(({ audited }) => audited).length;
  if (soFar >= Math.ceil(audit * (stopped.length + soFar))) return null;
  return stopped.toSorted((left, right) => drawOf(left) - drawOf(right))[0] ?? null;
}
