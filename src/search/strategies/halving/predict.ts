/**
 * Predictions of the score with which trials are likely to end, told at a rung by those that have ended, and of whether they
 * could still enter the frontier.
 *
 * The gain from a rung to the end is a Gaussian process over the network (parameters, depth, ratio of the widths,
 * learning rate) and its score at the rung: how fast a network converges depends on its size, and one that lies behind
 * catches up. Each rung has a process of its own, fitted to all that have ended.
 */
import { meanOf } from '../../../base/averages.js';
import { firstItem, itemAt, lastItem } from '../../../base/items.js';
import { normalCumulative } from '../../../base/normal.js';
import { leastOf } from '../../../base/numbers.js';
import { stepsOf } from '../../../pareto/hypervolume.js';
import { featuresWithFamily } from '../../model/features.js';
import { gaussianProcess, rememberedScales } from '../../model/gaussian-process.js';
import { expectedImprovement } from '../../model/improvement.js';
import {
  endedOf,
  trialGroups,
  isWaitingAt,
  largestOf,
  logParamsOf,
  scoreAtRung,
  type EndedTrial,
  type HalvingState,
  type Trial,
} from './trials.js';

/** Is a normal distribution of the score at the end of a training. */
export interface FinalScore {
  readonly mean: number;
  readonly deviation: number;
}

/** Holds what is predicted of a trial that waits at a rung. */
export interface Prediction {
  readonly trial: Trial;
  readonly final: FinalScore;
  /** What a final score must surpass to be on the frontier; minus infinity where nothing is in the way. */
  readonly bar: number;
  /** Of surpassing it. */
  readonly probability: number;
  /** Hypervolume that is expected of it in score times decades. */
  readonly gain: number;
}

/** Trials that share a frontier. */
export interface PredictedGroup {
  readonly trials: readonly Trial[];
  readonly ended: readonly EndedTrial[];
  /** Of those that wait; none while too few have ended. */
  readonly predictions: readonly Prediction[];
}

/** Fewer ends tell nothing of how ends differ. */
const fewestEnds = 4;

/** Networks up to this much larger are rivals too: at the lower end of a budget there is hardly any smaller one. */
const bandDecades = 0.03;

/** Of an end that is not known, a rival is granted its mean less so many deviations. */
const rivalDeviations = 1;

/** Predicts of each trial that waits how it would end, and what that would be worth. */
export function predictGroups(state: HalvingState): readonly PredictedGroup[] {
  const finals = predictFinals(state);
  return trialGroups(state).map((trials) => {
    const ended = endedOf(trials, state.rungs);
    return { trials, ended, predictions: predictionsOf(trials, ended, finals) };
  });
}

/** Predicts the final score of all that wait, by index; of none while too few have ended. */
export function predictFinals({ trials, rungs, leastNoise }: HalvingState): ReadonlyMap<number, FinalScore> {
  const ended = endedOf(trials, rungs);
  const finals = new Map<number, FinalScore>();
  if (ended.length < fewestEnds) return finals;
  const features = featuresWithFamily(trials);
  const featuresAt = ({ index }: Trial) => itemAt(features, index);
  for (let rung = 1; rung < rungs.length; rung += 1) {
    const waiting = trials.filter((trial) => isWaitingAt(trial, rung, rungs));
    if (waiting.length === 0) continue;
    const gainAt = gainModel(
      ended.map(({ trial, score }) => ({
        point: featuresAt(trial),
        rungScore: scoreAtRung(trial, rung),
        endScore: score,
      })),
    );
    // A training that is repeated differs by as much.
    const leastDeviation = leastNoise ?? scaleOf(ended.map(({ score }) => score)).spread / 100;
    for (const trial of waiting) {
      const score = scoreAtRung(trial, rung);
      const gain = gainAt(featuresAt(trial), score);
      finals.set(trial.index, { mean: score + gain.mean, deviation: Math.max(gain.deviation, leastDeviation) });
    }
  }
  return finals;
}

interface Gain {
  readonly point: readonly number[];
  /** At a rung, and at the end. */
  readonly rungScore: number;
  readonly endScore: number;
}

/** Models what a network gains on the way to its end. */
function gainModel(known: readonly Gain[]): (point: readonly number[], score: number) => FinalScore {
  const before = scaleOf(known.map(({ rungScore }) => rungScore));
  const gain = scaleOf(known.map(({ rungScore, endScore }) => endScore - rungScore));
  // About unit range, as the other features have.
  const withScore = (point: readonly number[], score: number) => [
    ...point,
    0.5 + (score - before.middle) / (4 * before.spread),
  ];
  const seen = known.map(({ point, rungScore }) => withScore(point, rungScore));
  const values = known.map(({ rungScore, endScore }) => (endScore - rungScore - gain.middle) / gain.spread);
  const scales = rememberedScales(seen, values);
  const process = gaussianProcess(seen, values, scales);
  const noise = Math.exp(lastItem(scales));
  // Scales that were fitted to few values are too sure of themselves.
  const caution = Math.max(1, process.leftOutError());
  return (point, score) => {
    const { means, deviations } = process.predict([withScore(point, score)]);
    return {
      mean: gain.middle + gain.spread * firstItem(means),
      deviation: gain.spread * caution * Math.hypot(firstItem(deviations), noise),
    };
  };
}

/** The spread is not 0, so that it may divide. */
function scaleOf(values: readonly number[]) {
  const middle = meanOf(values);
  const spread = Math.max(
    Math.sqrt(meanOf(values.map((value) => (value - middle) ** 2))),
    1e-7 * Math.abs(middle),
    Number.MIN_VALUE,
  );
  return { middle, spread };
}

/** Judges the trials of a group that have a final score predicted by the ends of the others, known and predicted. */
function predictionsOf(
  trials: readonly Trial[],
  ended: readonly EndedTrial[],
  finals: ReadonlyMap<number, FinalScore>,
): Prediction[] {
  const waiting = trials.flatMap((trial) => {
    const final = finals.get(trial.index);
    return final === undefined ? [] : [{ trial, size: logParamsOf(trial), final }];
  });
  const rivals = [
    ...ended,
    ...waiting.map(({ trial, size, final: { mean, deviation } }) => {
      return { trial, size, score: mean - rivalDeviations * deviation };
    }),
  ];
  const slope = Math.max(0, trendOf(rivals.map(({ size, score }) => [size, score])).slope);
  const reference = {
    size: largestOf(trials) + bandDecades / 2,
    score: leastOf(rivals.map(({ score }) => score)),
  };
  const steps = stepsOf(ended, reference);
  return waiting.map(({ trial, size, final }) => {
    const bar = rivals.reduce((bar, rival) => {
      const larger = rival.size - size;
      if (rival.trial === trial || larger > bandDecades) return bar;
      return Math.max(bar, rival.score - slope * Math.max(0, larger));
    }, -Infinity);
    const probability = normalCumulative((final.mean - bar) / final.deviation);
    return { trial, final, bar, probability, gain: expectedImprovement(steps, { size, ...final }) };
  });
}

interface TrendLine {
  readonly slope: number;
  at(x: number): number;
}

type Coordinates = readonly (readonly [x: number, y: number])[];

/** Fits those that lie above the trend of all: how bad the worst are says nothing of the frontier. */
function trendOf(points: Coordinates): TrendLine {
  const ofAll = leastSquares(points);
  const better = points.filter(([x, y]) => y > ofAll.at(x));
  return better.length < 3 ? ofAll : leastSquares(better);
}

/** Level where all have the same x. */
function leastSquares(points: Coordinates): TrendLine {
  const [middleX, middleY] = [meanOf(points.map(([x]) => x)), meanOf(points.map(([, y]) => y))];
  const spread = points.reduce((sum, [x]) => sum + (x - middleX) ** 2, 0);
  const shared = points.reduce((sum, [x, y]) => sum + (x - middleX) * (y - middleY), 0);
  const slope = spread > 0 ? shared / spread : 0;
  return { slope, at: (x) => middleY + slope * (x - middleX) };
}

/**
 * Tells of a group by how much a trial that has reached the rung lies above the trend of the score over log parameters
 * there: the smallest networks are compared with what is usual at their size, as all others are.
 */
export function residualAt(trials: readonly Trial[], rung: number): (trial: Trial) => number {
  const pointOf = (trial: Trial) => [Math.log(trial.size), scoreAtRung(trial, rung)] as const;
  const line = trendOf(trials.filter(({ scores }) => scores.length >= rung).map(pointOf));
  return (trial) => {
    const [size, score] = pointOf(trial);
    return score - line.at(size);
  };
}
