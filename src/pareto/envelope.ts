/**
 * The budget envelope f(B): the score of the best architecture of at most size B, a step function of B. The difference of
 * two hypervolumes is the area between two envelopes. Sizes are on their own scale, and areas are on a log10 axis of it.
 */
import { areaAbove, type Stretch } from './hypervolume.js';

/** Is a size at which the envelope changes to another architecture; it holds until the next step. */
export interface EnvelopeStep {
  readonly size: number;
  /** Shown; the choice may have been made on another set. */
  readonly score: number;
  /** The architecture's place in the list that the envelope was made of. */
  readonly index: number;
}

/** Lists the steps by size ascending. Below the first step there is no network. */
export type Envelope = readonly EnvelopeStep[];

/** Bounds budgets, both ends among them; `lowest` is at most `highest`. */
export interface BudgetInterval {
  readonly lowest: number;
  readonly highest: number;
  /** What holds at `highest` counts over so many decades more (see `topDecadesOf`); absent: over none. */
  readonly topDecades?: number;
}

/**
 * Makes the envelope of architectures given by size ascending: chosen by the first score, shown by the second. An
 * architecture whose first score is NaN takes no part. Of several of equal size the best is taken.
 */
export function envelopeOf(sizes: ArrayLike<number>, chosen: ArrayLike<number>, shown: ArrayLike<number>): Envelope {
  const steps: EnvelopeStep[] = [];
  let best = -Infinity;
  for (let index = 0; index < sizes.length; index += 1) {
    if (!(chosen[index]! > best)) continue;
    best = chosen[index]!;
    if (steps.at(-1)?.size === sizes[index]) steps.pop();
    steps.push({ size: sizes[index]!, score: shown[index]!, index });
  }
  return steps;
}

/** Finds the step that holds at a budget; undefined where the budget buys no network. */
export function stepAt(envelope: Envelope, budget: number): EnvelopeStep | undefined {
  return envelope.findLast((step) => step.size <= budget);
}

/** Gives the score that holds at a budget. Throws a RangeError where the budget buys no network. */
export function scoreAt(envelope: Envelope, budget: number): number {
  const step = stepAt(envelope, budget);
  if (step === undefined) throw new RangeError(`expected a network of at most ${budget} parameters, got none`);
  return step.score;
}

/** A stretch of budgets over which two envelopes stay as they are, and by how much the first is ahead. */
interface GapStretch {
  readonly from: number;
  /** On a log10 axis. */
  readonly widthDecades: number;
  readonly gap: number;
}

/** The stretches of an interval over which both envelopes have a network; the last one begins at its upper end. */
function gapStretches(
  left: Envelope,
  right: Envelope,
  { lowest, highest, topDecades = 0 }: BudgetInterval,
): GapStretch[] {
  const inside = [...left, ...right].map(({ size }) => size).filter((size) => size > lowest && size < highest);
  const edges = [...new Set([lowest, ...inside.sort((first, second) => first - second), highest])];
  return edges.flatMap((from, index) => {
    const [first, second] = [stepAt(left, from), stepAt(right, from)];
    if (!first || !second) return [];
    const next = edges[index + 1];
    const widthDecades = next === undefined ? topDecades : decadesBetween(from, next);
    return [{ from, widthDecades, gap: first.score - second.score }];
  });
}

/** Tells how far one envelope lies above another within an interval of sizes. */
export interface EnvelopeGap {
  /** Area between the envelopes, left minus right, in scores times decades of size: the difference of hypervolumes. */
  readonly area: number;
  /** The same by the width of the interval: a score. */
  readonly mean: number;
  /** The widest gap within the interval, and the budget from which it holds. */
  readonly widest: number;
  readonly widestAt: number;
}

/**
 * Measures how far the left envelope is ahead over an interval. Throws a RangeError where one of them has no network at the
 * lower end of the interval, or the interval has no width.
 */
export function gapBetween(left: Envelope, right: Envelope, interval: BudgetInterval): EnvelopeGap {
  for (const envelope of [left, right]) scoreAt(envelope, interval.lowest);
  const stretches = gapStretches(left, right, interval);
  const area = stretches.reduce((sum, { widthDecades, gap }) => sum + widthDecades * gap, 0);
  const widest = stretches.reduce((most, next) => (Math.abs(next.gap) > Math.abs(most.gap) ? next : most));
  return {
    area,
    mean: area / widthDecadesOf(interval),
    widest: widest.gap,
    widestAt: widest.from,
  };
}

/** All that is counted of an interval, on a log10 axis. Throws a RangeError for an interval without any width. */
function widthDecadesOf({ lowest, highest, topDecades = 0 }: BudgetInterval): number {
  const width = decadesBetween(lowest, highest) + topDecades;
  if (width > 0) return width;
  throw new RangeError(
    `expected an interval of some width, got ${lowest} to ${highest} with ${topDecades} decades on top`,
  );
}

/**
 * Computes the hypervolume: the area between the envelope and a stated score over a stated interval of budgets, in
 * scores times decades of size. What lies below the reference, and budgets that buy no network, count as nothing.
 */
export function hypervolume(envelope: Envelope, interval: BudgetInterval, referenceScore: number): number {
  const { highest, topDecades = 0 } = interval;
  const top = Math.max(0, (stepAt(envelope, highest)?.score ?? -Infinity) - referenceScore) * topDecades;
  return areaAbove(referenceScore, stretchesWithin(envelope, interval), decadesBetween, top);
}

function decadesBetween(from: number, until: number): number {
  return Math.log10(until / from);
}

function* stretchesWithin(envelope: Envelope, { lowest, highest }: BudgetInterval): Generator<Stretch> {
  for (const [index, { size, score }] of envelope.entries()) {
    yield { from: Math.max(size, lowest), until: Math.min(envelope[index + 1]?.size ?? Infinity, highest), score };
  }
}

/** Finds the smallest size at which the envelope reaches a score; Infinity where it never does. */
export function sizeToReach(envelope: Envelope, score: number): number {
  return envelope.find((step) => step.score >= score)?.size ?? Infinity;
}
