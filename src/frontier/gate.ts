/**
 * Whether a frontier is worse than a baseline by more than a margin, beyond noise, and how many replicates would tell.
 *
 * The quantity is the mean gap of a comparison (`compare.ts`), the new frontier minus the baseline. Its interval decides:
 * wholly below the margin, wholly above, or across it.
 */
import { isDeepStrictEqual } from 'node:util';
import { scoreOf } from '../run/metrics.js';
import { type MeasuredCandidate, measuredOutcome, type StudyOutcome } from './bootstrap.js';
import { affordable, type CompareOptions, type Estimate, resampledSides } from './compare.js';
import { envelopeOf, gapBetween } from '../pareto/envelope.js';
import type { Sides } from './equal-effort.js';
import { centredInterval } from './interval.js';
import { sampleStd } from './statistics.js';

/** Lists the verdicts from the best to the worst: a gate is as good as the worst of its checks. */
export const gateVerdicts = ['met', 'undecided', 'notMet'] as const;
/** Names what a check came to. */
export type GateVerdict = (typeof gateVerdicts)[number];

/** Holds the verdict on one frontier, and what more replicates could tell. */
export interface GateCheck {
  readonly verdict: GateVerdict;
  /** Both sides hold the same runs: then there is no difference, whatever the noise. */
  readonly sameRuns: boolean;
  /** The fewest replicates that any architecture has at a learning rate, on either side. */
  readonly replicates: number;
  /**
   * So many replicates of each architecture on both sides would decide in 4 of 5 studies, were the measured gap the true
   * one. Null where the check is decided, where nothing tells the noise, and where more than `mostReplicates` would be
   * needed: the gap lies on the margin.
   */
  readonly replicatesToDecide: number | null;
}

/** Says over which budgets and by which resamples a frontier is checked. */
export type GateOptions = Omit<CompareOptions, 'costOf' | 'atParams' | 'referenceScore'>;

/** Is the most replicates that are asked for: nobody trains a network more often to tell a gap from a margin. */
export const mostReplicates = 1000;

/**
 * Checks a new frontier (left) against its baseline (right).
 * @param meanGap what `compareFrontiers` found as searched, under the same options
 * @param margin how far the new one may lie below, from 0
 */
export function checkGate(sides: Sides, meanGap: Estimate, margin: number, options: GateOptions): GateCheck {
  const inside: Sides = { left: affordable(sides.left, options), right: affordable(sides.right, options) };
  const sameRuns = isDeepStrictEqual(outcomesOf(inside.left), outcomesOf(inside.right));
  const verdict = sameRuns ? 'met' : verdictOf(meanGap, margin);
  const replicates = fewestReplicates([...inside.left, ...inside.right]);
  const isOpen = verdict === 'undecided' && meanGap.interval !== null;
  const replicatesToDecide = isOpen ? enoughReplicates(inside, { ...options, margin, replicates }) : null;
  return { verdict, sameRuns, replicates, replicatesToDecide };
}

function verdictOf({ interval }: Estimate, margin: number): GateVerdict {
  if (interval === null) return 'undecided';
  if (interval.high < -margin) return 'notMet';
  return interval.low >= -margin ? 'met' : 'undecided';
}

/** The same texts for the same runs with the same results, whatever their order and times. */
function outcomesOf(candidates: readonly MeasuredCandidate[]): string[] {
  const lines = candidates.flatMap(({ evidence: { rates } }) =>
    rates.flatMap(({ finished, divergedShare }) =>
      finished.map(({ key, validation, test }) => [key, scoreOf(validation), scoreOf(test), divergedShare].join(' ')),
    ),
  );
  return lines.sort();
}

function fewestReplicates(candidates: readonly MeasuredCandidate[]): number {
  const counts = candidates.flatMap(({ evidence }) => evidence.rates.map(({ finished }) => finished.length));
  return counts.reduce((fewest, count) => Math.min(fewest, count), Infinity);
}

/** A number of replicates needs no more digits than so many resamples give. */
const mostResamples = 500;

/** Quantile of the normal distribution at 0.8: the power that a number of replicates shall have. */
const quantileOfPower = 0.8416;

interface Search extends GateOptions {
  readonly margin: number;
  /** Known to be too few. */
  readonly replicates: number;
}

/** The smallest number that decides, by halving; null where the most do not. */
function enoughReplicates(sides: Sides, { margin, replicates, ...rest }: Search): number | null {
  const options = { ...rest, resamples: Math.min(rest.resamples, mostResamples) };
  const decides = (leastReplicates: number) => {
    const { distance, arm, std } = spreadAt(sides, margin, { ...options, leastReplicates });
    return arm + quantileOfPower * std <= distance;
  };
  let tooFew = replicates;
  let enough = Math.min(2 * tooFew, mostReplicates);
  while (!decides(enough)) {
    if (enough === mostReplicates) return null;
    tooFew = enough;
    enough = Math.min(2 * enough, mostReplicates);
  }
  while (enough - tooFew > 1) {
    const middle = Math.floor((tooFew + enough) / 2);
    if (decides(middle)) enough = middle;
    else tooFew = middle;
  }
  return enough;
}

/** How far the measured gap lies from the margin, and how far the interval would reach towards it. */
function spreadAt(sides: Sides, margin: number, options: GateOptions) {
  const measured = { left: measuredOutcome(sides.left), right: measuredOutcome(sides.right) };
  const measuredGap = meanGapOf(sides, measured, options);
  const outcomes = resampledSides(sides, options);
  if (outcomes === null) throw new RangeError('expected runs that tell their noise, got others');
  const drawnGaps = Array.from({ length: options.resamples }, () => meanGapOf(sides, outcomes.next(), options));
  const { low, high } = centredInterval(drawnGaps, measuredGap, options.level);
  const isAbove = measuredGap >= -margin;
  return {
    distance: Math.abs(measuredGap + margin),
    arm: isAbove ? measuredGap - low : high - measuredGap,
    std: sampleStd(drawnGaps) ?? 0,
  };
}

function meanGapOf(
  sides: Sides,
  outcomes: Readonly<Record<keyof Sides, StudyOutcome>>,
  { interval }: GateOptions,
): number {
  const envelopeOfSide = (side: keyof Sides) => {
    const params = sides[side].map((candidate) => candidate.size);
    return envelopeOf(params, outcomes[side].validationScores, outcomes[side].testScores);
  };
  return gapBetween(envelopeOfSide('left'), envelopeOfSide('right'), interval).mean;
}
