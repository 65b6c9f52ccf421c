/**
 * Successive halving by frontier: which trial is promoted next. Every network is trained to the first rung. Those that look
 * best for their size are promoted early (of every `reduction` that have reached a rung one), so that the search learns how
 * trainings end; once all have started, each goes on that could still enter the frontier of its group. The others stop
 * where they are, but for a random few, which tell how often that was wrong.
 *
 * Decision n follows from the pool, the seed and what came of the decisions before it but for the last few, at most as many
 * as are allowed to be under way. So workers need not wait for one another, and yet the decisions are the same at any number
 * of them, and made anew from the log they are the same again.
 *
 * Source of the early promotions: L. Li et al., "A System for Massively Parallel Hyperparameter Tuning" (2020).
 */
import { itemAt } from '../../../base/items.js';
import { mostOf } from '../../../base/numbers.js';
import type { Part, Run } from '../../../run/run.js';
import type { Configuration } from '../../choice.js';
import { lostHypervolume, nextAudit } from './audit.js';
import { predictGroups, residualAt, type PredictedGroup, type Prediction } from './predict.js';
import {
  curveToOf,
  epochsAt,
  isUnderWay,
  isWaitingAt,
  promotionOutcome,
  trialsAfter,
  untrainedTrials,
  type CurveTo,
  type HalvingRules,
  type HalvingState,
  type Promotion,
  type PromotionOutcome,
  type PromotionReason,
  type SpecsAt,
  type Trial,
} from './trials.js';

/** Promotes a trial, and tells by which prediction. */
export interface Decision extends Promotion {
  /** By what it was decided; null before enough trainings have ended. */
  readonly prediction: Prediction | null;
}

/** Is a decision, and the number of those before it whose outcome it was based on. */
export interface BasedDecision extends Decision {
  readonly basedOn: number;
}

/** A smaller chance of entering the frontier is no reason to go on. */
const leastChance = 0.1;

/** Decides on the next promotion; null where nothing goes on, as far as is known. */
export function nextDecision(state: HalvingState): Decision | null {
  const groups = predictGroups(state);
  const predictions = groups.flatMap((group) => group.predictions);
  return (
    promoteEarly(state, groups) ??
    startNext(state) ??
    (predictions.length === 0 ? promoteUnpredicted(state, groups) : promotePromising(state, groups, predictions)) ??
    promoteBest(state, groups, predictions)
  );
}

function startNext({ trials }: HalvingState): Decision | null {
  const next = trials.find(({ promotedTo }) => promotedTo === 0);
  return next === undefined ? null : { index: next.index, rung: 1, reason: 'start', prediction: null };
}

/** Promotes from the highest rung at which enough wait; there the one that lies furthest above its trend in all groups. */
function promoteEarly({ trials, rungs, reduction }: HalvingState, groups: readonly PredictedGroup[]): Decision | null {
  if (trials.every(({ promotedTo }) => promotedTo > 0)) return null;
  for (let rung = rungs.length - 1; rung >= 1; rung -= 1) {
    const [best] = groups
      .flatMap((group) => {
        const reached = group.trials.filter(({ scores }) => scores.length >= rung).length;
        const promoted = group.trials.filter(({ promotedTo }) => promotedTo > rung).length;
        if (reached < reduction * (promoted + 1)) return [];
        const predictionOf = (trial: Trial) => group.predictions.find((one) => one.trial === trial) ?? null;
        return waitingAt(group.trials, rung, rungs)
          .map(({ trial, residual }) => ({ trial, residual, prediction: predictionOf(trial) }))
          .filter(({ prediction }) => prediction === null || isPromising(prediction));
      })
      .toSorted((left, right) => right.residual - left.residual);
    if (best !== undefined) return promotionOf(best.trial, 'lead', best.prediction);
  }
  return null;
}

/** Without predictions nothing speaks against anyone; the best for their size go first, so that there soon are some. */
function promoteUnpredicted({ rungs }: HalvingState, groups: readonly PredictedGroup[]): Decision | null {
  for (let rung = rungs.length - 1; rung >= 1; rung -= 1) {
    const [best] = groups
      .flatMap(({ trials }) => waitingAt(trials, rung, rungs))
      .toSorted((left, right) => right.residual - left.residual);
    if (best !== undefined) return promotionOf(best.trial, 'hope', null);
  }
  return null;
}

/** Gives the trials of a group that wait at a rung, and by how much each lies above the trend there. */
function waitingAt(trials: readonly Trial[], rung: number, rungs: readonly number[]) {
  const waiting = trials.filter((trial) => isWaitingAt(trial, rung, rungs));
  if (waiting.length === 0) return [];
  const residualOf = residualAt(trials, rung);
  return waiting.map((trial) => ({ trial, residual: residualOf(trial) }));
}

/** Promotes the one of which most hypervolume is expected for what its training to the next rung costs. */
function promotePromising(
  { seed, tolerance, rungs }: HalvingState,
  groups: readonly PredictedGroup[],
  predictions: readonly Prediction[],
): Decision | null {
  if (lostHypervolume(groups, seed).share < tolerance) return null;
  const [best] = predictions
    .filter(isPromising)
    .map((prediction) => ({ prediction, worth: prediction.gain / costOf(prediction.trial, rungs) }))
    .toSorted((left, right) => right.worth - left.worth);
  return best === undefined ? null : promotionOf(best.prediction.trial, 'hope', best.prediction);
}

/**
 * Promotes of each group the one expected furthest above all that have ended, as long as there is any. Near the budget
 * little hypervolume comes of it, and yet it is what was asked for: the best network with at most so many parameters. After
 * that come audits. Null where what is under way may end better than what would go on.
 */
function promoteBest(
  state: HalvingState,
  groups: readonly PredictedGroup[],
  predictions: readonly Prediction[],
): Decision | null {
  const likelyBest = groups.flatMap((group) => {
    const bestScore = mostOf(group.ended.map(({ score }) => score));
    const better = group.predictions.filter(({ final }) => final.mean > bestScore);
    const [best] = better.toSorted((left, right) => right.final.mean - left.final.mean);
    return best === undefined ? [] : [{ trials: group.trials, best }];
  });
  if (likelyBest.length === 0) {
    const audited = nextAudit(state, predictions);
    // Straight to the end, as nothing on the way would change it.
    return audited === null ? null : promotionOf(audited.trial, 'audit', audited, state.rungs.length);
  }
  const next = likelyBest.find(({ trials }) => !trials.some(isUnderWay));
  return next === undefined ? null : promotionOf(next.best.trial, 'best', next.best);
}

function promotionOf(
  { index, promotedTo }: Trial,
  reason: PromotionReason,
  prediction: Prediction | null,
  rung = promotedTo + 1,
): Decision {
  return { index, rung, reason, prediction };
}

function isPromising({ probability }: Prediction): boolean {
  return probability >= leastChance;
}

/** The cost of training to the next rung: the multiply-adds of a network are about as many as its parameters. */
function costOf({ size, promotedTo }: Trial, rungs: readonly number[]): number {
  return size * (epochsAt(promotedTo + 1, rungs) - epochsAt(promotedTo, rungs));
}

/** Makes the decisions one by one; `wait` where the next one depends on an outcome that is not known yet. */
export function* decisionsOf(
  pool: readonly Configuration[],
  rules: HalvingRules,
  curveTo: CurveTo,
): Generator<BasedDecision | 'wait'> {
  const decided: BasedDecision[] = [];
  // Of the first decisions; an outcome that is known stays what it is.
  const outcomes: PromotionOutcome[] = [];
  const before = untrainedTrials(pool);
  for (;;) {
    let next: BasedDecision | null = null;
    for (let basedOn = Math.max(0, decided.length - rules.underWay); next === null; basedOn += 1) {
      if (basedOn > decided.length) return;
      while (outcomes.length < basedOn) {
        const outcome = promotionOutcome(itemAt(decided, outcomes.length), rules, curveTo);
        if (outcome === null) yield 'wait';
        else outcomes.push(outcome);
      }
      const trials = trialsAfter(before, decided, outcomes.slice(0, basedOn));
      const decision = nextDecision({ ...rules, trials });
      if (decision !== null) next = { ...decision, basedOn };
    }
    decided.push(next);
    yield next;
  }
}

/** Holds all that was decided by what is known, and where the search stands then. */
export interface HalvingProgress {
  readonly decisions: readonly BasedDecision[];
  readonly state: HalvingState;
  /** Whether nothing is left to be decided. */
  readonly isOver: boolean;
}

/** Makes all decisions that the curves lead to. */
export function decideAll(pool: readonly Configuration[], rules: HalvingRules, curveTo: CurveTo): HalvingProgress {
  const decisions: BasedDecision[] = [];
  let isOver = true;
  for (const next of decisionsOf(pool, rules, curveTo)) {
    if (next === 'wait') {
      isOver = false;
      break;
    }
    decisions.push(next);
  }
  const outcomes = decisions.map((decision) => promotionOutcome(decision, rules, curveTo));
  return { decisions, state: { ...rules, trials: trialsAfter(untrainedTrials(pool), decisions, outcomes) }, isOver };
}

/** Gives the parts of trainings that are decided on. Once one has been taken, `runs` must come to hold what came of it. */
export function* partsOf(
  pool: readonly Configuration[],
  rules: HalvingRules,
  specsAt: SpecsAt,
  runs: ReadonlyMap<string, Run>,
): Generator<Part | 'wait'> {
  for (const next of decisionsOf(pool, rules, curveToOf(specsAt, runs))) {
    if (next === 'wait') yield next;
    else for (const spec of specsAt(next.index)) yield { spec, untilEpoch: epochsAt(next.rung, rules.rungs) };
  }
}
