/**
 * The budget envelope f(B): the PSNR of the best architecture with at most B parameters, a step function of B.
 *
 * Parameters are exact and only the PSNR is noisy, so that the two-dimensional hypervolume is the area under this curve.
 * Sources: Zitzler, Thiele, Laumanns, Fonseca and Grunert da Fonseca, "Performance assessment of multiobjective
 * optimizers" (2003); Ishibuchi, Imada, Setoguchi and Nojima, "How to specify a reference point in hypervolume
 * calculation" (2018).
 */

/** Where the envelope changes to another architecture; it holds until the next step. */
export interface EnvelopeStep {
  readonly params: number;
  /** Shown; the choice may have been made on another set. */
  readonly psnrDb: number;
  /** The architecture's place in the list that the envelope was made of. */
  readonly index: number;
}

/** By parameters ascending. Below the first step there is no network. */
export type Envelope = readonly EnvelopeStep[];

/** Budgets in parameters, both ends among them; `lowest` is at most `highest`. */
export interface BudgetInterval {
  readonly lowest: number;
  readonly highest: number;
  /** What holds at `highest` counts over so many decades more (see `topDecadesOf`); absent: over none. */
  readonly topDecades?: number;
}

/**
 * The envelope of architectures given by parameters ascending: chosen by the first PSNR, shown by the second, both in dB.
 * An architecture whose first PSNR is NaN takes no part. Of several with equal parameters the best is taken.
 */
export function envelopeOf(
  params: ArrayLike<number>,
  chosenDb: ArrayLike<number>,
  shownDb: ArrayLike<number>,
): Envelope {
  const steps: EnvelopeStep[] = [];
  let best = -Infinity;
  for (let index = 0; index < params.length; index += 1) {
    if (!(chosenDb[index]! > best)) continue;
    best = chosenDb[index]!;
    if (steps.at(-1)?.params === params[index]) steps.pop();
    steps.push({ params: params[index]!, psnrDb: shownDb[index]!, index });
  }
  return steps;
}

/** The step that holds at a budget; undefined where the budget buys no network. */
export function stepAt(envelope: Envelope, budgetParams: number): EnvelopeStep | undefined {
  return envelope.findLast((step) => step.params <= budgetParams);
}

/** A stretch of budgets over which two envelopes stay as they are, and by how much the first is ahead. */
interface GapStretch {
  readonly from: number;
  /** On a log10 axis. */
  readonly widthDecades: number;
  readonly gapDb: number;
}

/** The stretches of an interval over which both envelopes have a network; the last one begins at its upper end. */
function gapStretches(
  left: Envelope,
  right: Envelope,
  { lowest, highest, topDecades = 0 }: BudgetInterval,
): GapStretch[] {
  const inside = [...left, ...right]
    .map(({ params }) => params)
    .filter((params) => params > lowest && params < highest);
  const edges = [...new Set([lowest, ...inside.sort((first, second) => first - second), highest])];
  return edges.flatMap((from, index) => {
    const [first, second] = [stepAt(left, from), stepAt(right, from)];
    if (!first || !second) return [];
    const next = edges[index + 1];
    const widthDecades = next === undefined ? topDecades : Math.log10(next / from);
    return [{ from, widthDecades, gapDb: first.psnrDb - second.psnrDb }];
  });
}

export interface EnvelopeGap {
  /** Area between the envelopes, left minus right, in dB times decades of parameters: the difference of hypervolumes. */
  readonly areaDbDecades: number;
  /** The same by the width of the interval, in dB. */
  readonly meanDb: number;
  /** The gap of the largest size within the interval, in dB, and the budget from which it holds. */
  readonly largestDb: number;
  readonly largestAtParams: number;
}

/** How far the left envelope is ahead over an interval at whose lower end both have a network; null if one has none. */
export function gapBetween(left: Envelope, right: Envelope, interval: BudgetInterval): EnvelopeGap | null {
  if (!stepAt(left, interval.lowest) || !stepAt(right, interval.lowest)) return null;
  const stretches = gapStretches(left, right, interval);
  const areaDbDecades = stretches.reduce((sum, { widthDecades, gapDb }) => sum + widthDecades * gapDb, 0);
  const largest = stretches.reduce((most, next) => (Math.abs(next.gapDb) > Math.abs(most.gapDb) ? next : most));
  return {
    areaDbDecades,
    meanDb: areaDbDecades / widthDecadesOf(interval),
    largestDb: largest.gapDb,
    largestAtParams: largest.from,
  };
}

/** All that is counted of an interval, on a log10 axis. Throws a RangeError for an interval without any width. */
function widthDecadesOf({ lowest, highest, topDecades = 0 }: BudgetInterval): number {
  const width = Math.log10(highest / lowest) + topDecades;
  if (width > 0) return width;
  throw new RangeError(
    `expected an interval of some width, got ${lowest} to ${highest} with ${topDecades} decades on top`,
  );
}

/**
 * The hypervolume: the area between the envelope and a stated PSNR over a stated interval of budgets, in dB times
 * decades of parameters. What lies below the reference, and budgets that buy no network, count as nothing.
 */
export function hypervolume(
  envelope: Envelope,
  { lowest, highest, topDecades = 0 }: BudgetInterval,
  referencePsnrDb: number,
): number {
  const height = ({ psnrDb }: EnvelopeStep) => Math.max(0, psnrDb - referencePsnrDb);
  const top = stepAt(envelope, highest);
  let area = top === undefined ? 0 : height(top) * topDecades;
  for (const [index, step] of envelope.entries()) {
    const from = Math.max(step.params, lowest);
    const until = Math.min(envelope[index + 1]?.params ?? Infinity, highest);
    if (until > from) area += height(step) * Math.log10(until / from);
  }
  return area;
}

/** The fewest parameters at which the envelope reaches a PSNR; Infinity where it never does. */
export function paramsToReach(envelope: Envelope, psnrDb: number): number {
  return envelope.find((step) => step.psnrDb >= psnrDb)?.params ?? Infinity;
}
