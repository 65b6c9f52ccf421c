/**
 * The trials of a search by successive halving: how far each configuration of the pool has been trained, at which rungs it
 * is judged, and with which others it competes.
 */
import { seriesKey, seriesOf } from '../../../arch/series.js';
import { meanCurve } from '../../../base/averages.js';
import { itemAt } from '../../../base/items.js';
import { leastOf, mostOf } from '../../../base/numbers.js';
import type { Scored } from '../../../pareto/frontier.js';
import { scoreOf } from '../../../run/metrics.js';
import { keyOf } from '../../../run/key.js';
import { holdsPart, type Run } from '../../../run/run.js';
import type { RunSpec } from '../../../run/spec.js';
import type { Configuration } from '../../choice.js';
import type { EffortRule } from '../../strategy-names.js';

/** Holds the rules by which trials are promoted and stopped. */
export interface HalvingRules {
  /** Epochs, ascending, of which the last one is the end of a training; see `rungsOf`. */
  readonly rungs: readonly number[];
  readonly reduction: number;
  readonly seed: number;
  /** The share of what is stopped that is trained to its end all the same. */
  readonly audit: number;
  /** The share of the hypervolume that stops may cost, by what is predicted of what is stopped. */
  readonly tolerance: number;
  /** `equal`: each series has a frontier of its own to enter. */
  readonly effort: EffortRule;
  /** The most promotions whose outcome is not waited for. */
  readonly underWay: number;
  /** The least deviation of a prediction; null for a hundredth of the spread of what the ends are like. */
  readonly leastNoise: number | null;
}

/** Is a configuration of the pool, and how far it has been trained. */
export interface Trial extends Configuration {
  /** In the pool, from 0. */
  readonly index: number;
  /** Mean over its replicates on the validation set at the end of each rung that it has reached. */
  readonly scores: readonly number[];
  /** No replicate of it goes on. */
  readonly diverged: boolean;
  /** The rung to which it is trained, from 1: more than it has reached while it is in training. 0 before its start. */
  readonly promotedTo: number;
  /** It was promoted although it would have been stopped. */
  readonly audited: boolean;
}

/** Says how far each trial of a search is. */
export interface HalvingState extends HalvingRules {
  /** By index. */
  readonly trials: readonly Trial[];
}

/**
 * Says why a trial is promoted. `start`: to the first rung. `lead`: best for its size at its rung. `hope`: could still
 * enter the frontier. `best`: likely better than all of its group that have ended. `audit`: would be stopped, and goes
 * on to see whether that would be wrong.
 */
export type PromotionReason = 'start' | 'lead' | 'hope' | 'best' | 'audit';

/** Sends a trial to a rung. */
export interface Promotion {
  /** Of the trial. */
  readonly index: number;
  /** To which it is trained, from 1. */
  readonly rung: number;
  readonly reason: PromotionReason;
}

/**
 * Gives the epochs at which a training is judged, ascending, the last of them its end: each about `reduction` times the one
 * before. 9 epochs and 3 give 1, 3 and 9.
 */
export function rungsOf(epochs: number, reduction: number): readonly number[] {
  const rungs: [number, ...number[]] = [epochs];
  for (let rung = epochs / reduction; Math.round(rung) >= 1 && Math.round(rung) < rungs[0]; rung /= reduction) {
    rungs.unshift(Math.round(rung));
  }
  return rungs;
}

/**
 * Estimates the share of the epochs of all trainings that is trained: all to the first rung, and each network to its end at
 * one of its learning rates, as it is then near the frontier of its size.
 */
export function likelyShare(rungs: readonly number[], learningRates: number): number {
  const first = leastOf(rungs) / mostOf(rungs);
  return first + (1 - first) / learningRates;
}

/** Gives the epochs that a trial has at a rung, which counts from 1; none before the first. */
export function epochsAt(rung: number, rungs: readonly number[]): number {
  return rung === 0 ? 0 : itemAt(rungs, rung - 1);
}

/** Tells whether a trial waits at this rung, which is not the last, to be promoted. */
export function isWaitingAt({ scores, diverged, promotedTo }: Trial, rung: number, rungs: readonly number[]): boolean {
  return !diverged && promotedTo === rung && scores.length === rung && rung < rungs.length;
}

/** Tells whether a trial was promoted, and what comes of that is not known. */
export function isUnderWay({ scores, diverged, promotedTo }: Trial): boolean {
  return !diverged && scores.length < promotedTo;
}

/** Gives the mean score at a rung that the trial has reached. */
export function scoreAtRung({ scores }: Trial, rung: number): number {
  return itemAt(scores, rung - 1);
}

/** Gives the decimal logarithm of the parameters of a configuration. */
export function logParamsOf({ size }: Configuration): number {
  return Math.log10(size);
}

/** Finds the largest of the trials, as a decimal logarithm of parameters. */
export function largestOf(trials: readonly Trial[]): number {
  return mostOf(trials.map(logParamsOf));
}

/**
 * Is a trial that was trained to its end: its size is the logarithm of its parameters, its score the one at the end.
 */
export interface EndedTrial extends Scored {
  readonly trial: Trial;
}

/** Picks the trials that were trained to their end. */
export function endedOf(trials: readonly Trial[], rungs: readonly number[]): EndedTrial[] {
  return trials.flatMap((trial) => {
    const score = trial.scores[rungs.length - 1];
    return score === undefined ? [] : [{ trial, size: logParamsOf(trial), score }];
  });
}

/** Divides the trials into groups that share a frontier: by series at equal effort, else all together. */
export function trialGroups({ trials, effort }: HalvingState): readonly (readonly Trial[])[] {
  if (effort === 'free') return [trials];
  const keys = trials.map(({ arch }) => seriesKey(seriesOf(arch)));
  return [...new Set(keys)].map((key) => trials.filter(({ index }) => keys[index] === key));
}

/**
 * Gives what came of a configuration until the end of an epoch: mean score on validation by epoch, as far as a
 * replicate of it has come; null while that is not known.
 */
export type CurveTo = (index: number, epoch: number) => readonly number[] | null;

/** Holds what came of a promotion. */
export type PromotionOutcome = Pick<Trial, 'scores' | 'diverged'>;

/** Gives null while the outcome is not known. */
export function promotionOutcome(
  { index, rung }: Promotion,
  { rungs }: Pick<HalvingRules, 'rungs'>,
  curveTo: CurveTo,
): PromotionOutcome | null {
  const curveScores = curveTo(index, epochsAt(rung, rungs));
  if (curveScores === null) return null;
  const scores = curveScores.filter((_, epoch) => rungs.slice(0, rung).includes(epoch + 1));
  return { scores, diverged: scores.length < rung };
}

/** Gives a trial for each configuration, none of which has begun. */
export function untrainedTrials(pool: readonly Configuration[]): readonly Trial[] {
  return pool.map(({ arch, learningRate, size }, index) => {
    return { arch, learningRate, size, index, scores: [], diverged: false, promotedTo: 0, audited: false };
  });
}

/**
 * Gives the trials as they stand after these promotions.
 * @param before all promotions
 * @param outcomes of the first promotions; those without one, or with none known, are under way
 */
export function trialsAfter(
  before: readonly Trial[],
  promotions: readonly Promotion[],
  outcomes: readonly (PromotionOutcome | null)[],
): readonly Trial[] {
  const trials = [...before];
  for (const [order, { index, rung, reason }] of promotions.entries()) {
    const trial = itemAt(trials, index);
    const audited = trial.audited || reason === 'audit';
    trials[index] = { ...trial, promotedTo: rung, audited, ...outcomes[order] };
  }
  return trials;
}

/** Gives all replicates of a configuration, by its index in the pool. */
export type SpecsAt = (index: number) => readonly RunSpec[];

/** Reads curves from the runs, by key, of all replicates. */
export function curveToOf(specsAt: SpecsAt, runs: ReadonlyMap<string, Run>): CurveTo {
  const keys = new Map<number, readonly string[]>();
  const keysAt = (index: number) => {
    const known = keys.get(index) ?? specsAt(index).map(keyOf);
    keys.set(index, known);
    return known;
  };
  return (index, epoch) => {
    const curves: number[][] = [];
    for (const key of keysAt(index)) {
      const run = runs.get(key);
      if (run === undefined || !holdsPart(run, epoch)) return null;
      curves.push(run.curve.slice(0, epoch).map(({ validation }) => scoreOf(validation)));
    }
    return meanCurve(curves);
  };
}
