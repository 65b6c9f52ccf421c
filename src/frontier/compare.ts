/**
 * Two frontiers against each other, with what noise and effort make of the difference.
 *
 * A side is a set of architectures; the same budgets are asked of both. Every number carries an interval from resamples
 * of the replicates (`bootstrap.ts`). At equal effort, the side that cost more is cut down at random to what the other
 * cost, again and again: so the interval then also holds the luck of which architectures were tried.
 * Sources: Dodge, Gururangan, Card, Schwartz and Smith, "Show your work" (2019); Tang, Lee, Xin, Liu, Yu and Lin,
 * "Showing your work doesn't always work" (2020).
 */
import { meanOf, median } from '../base/averages.js';
import { itemAt } from '../base/items.js';
import { randomStream } from '../base/random.js';
import { type BudgetInterval, type Envelope, envelopeOf, gapBetween, hypervolume } from '../pareto/envelope.js';
import { scoreAt, sizeToReach } from '../pareto/envelope.js';
import {
  type MeasuredCandidate,
  measuredOutcome,
  type StudyOutcome,
  resampledOutcomes,
  type Resampling,
} from './bootstrap.js';
import { centredInterval, type Interval, plainInterval, probabilityAboveZero } from './interval.js';
import { type EqualEffort, keepAll, type Sides, type Subset, subsetsOfEqualEffort } from './equal-effort.js';

/** Says over which budgets and by which resamples two frontiers are compared. */
export interface CompareOptions extends Resampling {
  readonly interval: BudgetInterval;
  /** Budgets inside the interval at which the gap is asked for. */
  readonly atParams: readonly number[];
  /** The score above which hypervolume counts; null where none is stated, and then only differences are known. */
  readonly referenceScore: number | null;
  /** The share that the intervals enclose, such as 0.9. */
  readonly level: number;
  /** What an architecture's runs cost together, in any unit, to make both sides equal. */
  readonly costOf: (candidate: MeasuredCandidate) => number;
}

/** Is a number and the interval around it; null where nothing tells the noise. */
export interface Estimate {
  readonly value: number;
  readonly interval: Interval | null;
}

/** Holds how far the left frontier is ahead of the right one, by several measures. */
export interface Comparison {
  /** Architectures that took part, at equal effort on average. */
  readonly architectures: { readonly left: number; readonly right: number };
  /** Area between the envelopes in units of the score times decades of size: hypervolume of the left minus that of the right. */
  readonly hypervolumeDifference: Estimate;
  /** The same by the width of the interval. */
  readonly meanGap: Estimate;
  /** Against the reference score; null where none is stated. */
  readonly hypervolumes: { readonly left: Estimate; readonly right: Estimate } | null;
  /** The largest gap by size, left minus right, wherever it lies. */
  readonly largestGap: Estimate;
  /** Where it lies in what was measured; null at equal effort, where each subset has its own place. */
  readonly largestGapAtParams: number | null;
  /** Gained by the left at equal size. */
  readonly gaps: readonly { readonly atParams: number; readonly gap: Estimate }[];
  /**
   * Parameters that the left saves at the score that the right reaches with the whole interval, as a share of what the
   * right needs; -Infinity where the left does not reach it.
   */
  readonly savedShare: Estimate;
  /** Probability that the left has the larger hypervolume; null where nothing tells the noise. */
  readonly probabilityLeftBetter: number | null;
}

/** Holds the comparison of all that was searched, and the one at equal effort. */
export interface Comparisons {
  readonly asSearched: Comparison;
  /** Which side was cut down, and what came of it; null where both cost the same. */
  readonly equalEffort: { readonly reduced: 'left' | 'right'; readonly comparison: Comparison } | null;
}

/** Compares two sides, both of which must have a network at the lower end of the interval. */
export function compareFrontiers(
  left: readonly MeasuredCandidate[],
  right: readonly MeasuredCandidate[],
  options: CompareOptions,
): Comparisons {
  const sides: Sides = { left: affordable(left, options), right: affordable(right, options) };
  const subsets = subsetsOfEqualEffort(sides, options);
  return {
    asSearched: compareSides(sides, options, null),
    equalEffort: subsets && {
      reduced: subsets.reduced,
      comparison: compareSides(sides, options, subsets),
    },
  };
}

/** Networks above the interval are no part of it, nor is what they cost. */
export function affordable(
  candidates: readonly MeasuredCandidate[],
  { interval }: Pick<CompareOptions, 'interval'>,
): MeasuredCandidate[] {
  return candidates.filter(({ size }) => size <= interval.highest);
}

type Figures = Readonly<
  Record<'area' | 'meanGap' | 'largestGap' | 'largestAt' | 'saved' | 'hypervolumeLeft' | 'hypervolumeRight', number>
> & { readonly gaps: readonly number[] };

function compareSides(sides: Sides, options: CompareOptions, subsets: EqualEffort | null): Comparison {
  const resamples = resampledSides(sides, options);
  const measured = { left: measuredOutcome(sides.left), right: measuredOutcome(sides.right) };
  const whole = { left: keepAll(sides.left), right: keepAll(sides.right) };
  // As searched, the measurement is one; at equal effort there is one for each subset.
  const centres: Figures[] = subsets ? [] : [figuresOf(sides, measured, whole, options)];
  const noisy: Figures[] = [];
  const kept = { left: [] as number[], right: [] as number[] };
  for (let resample = 0; resample < options.resamples; resample += 1) {
    const subset = subsets ? { ...whole, [subsets.reduced]: subsets.next() } : whole;
    for (const side of sideNames) kept[side].push(subset[side].size);
    if (subsets) centres.push(figuresOf(sides, measured, subset, options));
    const outcome = resamples?.next();
    if (outcome) noisy.push(figuresOf(sides, outcome, subset, options));
  }
  const draws = noisy.length > 0 ? noisy : centres;
  return comparisonOf(centres, draws.length > 1 ? draws : null, options, {
    left: meanOf(kept.left),
    right: meanOf(kept.right),
  });
}

const sideNames = ['left', 'right'] as const;

/** Draws both sides' resamples, independently; null where nothing tells the noise of one of them. */
export function resampledSides(sides: Sides, options: Resampling) {
  const [left, right] = sideNames.map((side) =>
    resampledOutcomes(sides[side], { ...options, seed: streamSeedOf(options.seed, side) }),
  );
  if (!left || !right) return null;
  return { next: () => ({ left: left.next().value as StudyOutcome, right: right.next().value as StudyOutcome }) };
}

function streamSeedOf(seed: number, side: string): number {
  return randomStream('side of a comparison', seed, side).uint32();
}

function figuresOf(
  sides: Sides,
  outcomes: Readonly<Record<'left' | 'right', StudyOutcome>>,
  subsets: Readonly<Record<'left' | 'right', Subset>>,
  { interval, atParams, referenceScore }: CompareOptions,
): Figures {
  const [left, right] = sideNames.map((side) => {
    const { params, validationScores, testScores } = subsets[side].of(sides[side], outcomes[side]);
    return envelopeOf(params, validationScores, testScores);
  }) as [Envelope, Envelope];
  const gap = gapBetween(left, right, interval);
  const wanted = scoreAt(right, interval.highest);
  const ofReference = (envelope: Envelope) =>
    referenceScore === null ? NaN : hypervolume(envelope, interval, referenceScore);
  return {
    area: gap.area,
    meanGap: gap.mean,
    largestGap: gap.widest,
    largestAt: gap.widestAt,
    gaps: atParams.map((at) => scoreAt(left, at) - scoreAt(right, at)),
    saved: 1 - sizeToReach(left, wanted) / sizeToReach(right, wanted),
    hypervolumeLeft: ofReference(left),
    hypervolumeRight: ofReference(right),
  };
}

function comparisonOf(
  centres: readonly Figures[],
  draws: readonly Figures[] | null,
  { level, atParams, referenceScore }: CompareOptions,
  architectures: Comparison['architectures'],
): Comparison {
  const estimate = (figure: (figures: Figures) => number): Estimate => {
    const value = meanOf(centres.map(figure));
    return { value, interval: draws && centredInterval(draws.map(figure), value, level) };
  };
  const area = estimate(({ area }) => area);
  const [only, ...others] = centres;
  return {
    architectures,
    hypervolumeDifference: area,
    meanGap: estimate(({ meanGap }) => meanGap),
    hypervolumes:
      referenceScore === null
        ? null
        : {
            left: estimate((figures) => figures.hypervolumeLeft),
            right: estimate((figures) => figures.hypervolumeRight),
          },
    largestGap: estimate(({ largestGap }) => largestGap),
    largestGapAtParams: only !== undefined && others.length === 0 ? only.largestAt : null,
    gaps: atParams.map((at, index) => ({ atParams: at, gap: estimate(({ gaps }) => itemAt(gaps, index)) })),
    savedShare: savedShareOf(centres, draws, level),
    probabilityLeftBetter:
      draws &&
      probabilityAboveZero(
        draws.map((figures) => figures.area),
        area.value,
      ),
  };
}

/** A median and plain quantiles: it jumps from network to network, and is infinite where a score is never reached. */
function savedShareOf(centres: readonly Figures[], draws: readonly Figures[] | null, level: number): Estimate {
  const savedIn = (figures: readonly Figures[]) => figures.map(({ saved }) => saved);
  return { value: median(savedIn(centres)), interval: draws && plainInterval(savedIn(draws), level) };
}
