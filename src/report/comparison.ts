/** A comparison of two frontiers as plain rows and as a JSON document: computed here, drawn in `comparison-text.ts`. */
import type { SizeName } from '../arch/sizes.js';
import { itemAt } from '../base/items.js';
import { formatCount } from '../base/numbers.js';
import { fromScore, metricOf, type DecidingMetric, type MetricKey } from '../run/metrics.js';
import type { EvaluationSet } from '../run/run.js';
import type { CompareOptions, Comparison, Comparisons, Estimate } from '../frontier/compare.js';
import type { Effort } from '../frontier/effort.js';
import { leastSure } from '../frontier/uncertainty.js';
import { signed } from './numbers.js';
import { decimalsOf, differenceText, shownNumber, statedText, unitInBrackets } from './scores.js';

/** Describes one of the two studies that are compared. */
export interface ComparedSide {
  readonly name: string;
  /** In words: which matrices the parameters include. */
  readonly projections: string;
  /** Within the interval, shape by shape. */
  readonly effort: readonly Effort[];
  /** The most finished replicates that any architecture has at a learning rate. */
  readonly replicates: number;
}

/** Tells how far the left frontier is ahead of the right one, and by what that was found. */
export interface ComparisonReport extends Comparisons {
  readonly task: string;
  /** What decides. */
  readonly metric: DecidingMetric;
  readonly axis: SizeName;
  /** As in a Frontier. */
  readonly onlySet: EvaluationSet | null;
  readonly settings: Omit<CompareOptions, 'costOf'>;
  readonly left: ComparedSide;
  readonly right: ComparedSide;
}

/** Raised when a field changes its meaning or goes away; new fields may come at any time. */
const schemaVersion = 2;

/** Gives plain data, ready for `JSON.stringify`, which turns the infinite (a score that is not reached) into null. */
export function comparisonDocument(report: ComparisonReport) {
  return { schemaVersion, ...report };
}

/** Names a quantity, and writes it of a comparison. */
export interface ComparisonRow {
  readonly quantity: string;
  readonly text: (comparison: Comparison) => string;
}

/** Lists the rows of the table, for the sides' names and settings. */
export function comparisonRows({ metric, left, right, settings }: ComparisonReport): ComparisonRow[] {
  const gapText = (estimate: Estimate) => gapEstimateText(metric, estimate);
  const unit = unitInBrackets(metric);
  const areaUnit = metricOf(metric).unit || metricOf(metric).label;
  const area = (value: number) => signed(shownNumber(metric, value), areaDecimals(metric, value));
  const range = `${formatCount(settings.interval.lowest)} to ${formatCount(settings.interval.highest)}`;
  return [
    { quantity: 'Architectures', text: ({ architectures }) => architecturesText(architectures) },
    { quantity: `Mean gap, ${range}${unit}`, text: ({ meanGap }) => gapText(meanGap) },
    {
      quantity: `Hypervolume difference (${areaUnit} × decades)`,
      text: ({ hypervolumeDifference }) => estimateText(hypervolumeDifference, area),
    },
    ...(settings.referenceScore === null ? [] : hypervolumeRows({ metric, left, right }, settings.referenceScore)),
    {
      quantity: `Largest gap${unit}`,
      text: ({ largestGap, largestGapAtParams }) =>
        gapText(largestGap) + (largestGapAtParams === null ? '' : ` at ${formatCount(largestGapAtParams)}`),
    },
    ...settings.atParams.map((params, index) => ({
      quantity: `Gained at ${formatCount(params)}${unit}`,
      text: ({ gaps }: Comparison) => gapText(itemAt(gaps, index).gap),
    })),
    {
      quantity: `Parameters saved at the best ${metricOf(metric).label} of ${right.name}`,
      text: ({ savedShare }) => estimateText(savedShare, savedText),
    },
    { quantity: `P(${left.name} better)`, text: ({ probabilityLeftBetter }) => probabilityText(probabilityLeftBetter) },
  ];
}

/** Says `hourglass is better`, where the probability leaves less than 5 % for the other. */
export function verdictText(report: ComparisonReport, { probabilityLeftBetter }: Comparison): string {
  const { left, right } = report;
  if (probabilityLeftBetter === null) return `undecided: ${unknownNoiseText(report)} (--noise-std states it)`;
  if (probabilityLeftBetter >= leastSure) return `${left.name} is better`;
  if (probabilityLeftBetter <= 1 - leastSure) return `${right.name} is better`;
  return 'undecided';
}

/** Says why there is no interval: a side without replicates, or whose replicates all have one result. */
export function unknownNoiseText({ left, right }: Pick<ComparisonReport, 'left' | 'right'>): string {
  return Math.min(left.replicates, right.replicates) < 2
    ? 'without replicates nothing tells the noise'
    : 'replicates with the very same result do not tell the noise';
}

function hypervolumeRows(
  { metric, ...sides }: Pick<ComparisonReport, 'metric' | 'left' | 'right'>,
  referenceScore: number,
): ComparisonRow[] {
  const reference = statedText(metric, fromScore(metric, referenceScore));
  const side = metricOf(metric).better === 'higher' ? 'above' : 'below';
  const area = (value: number) => shownNumber(metric, value).toFixed(areaDecimals(metric, value));
  return (['left', 'right'] as const).map((name) => ({
    quantity: `Hypervolume of ${sides[name].name} ${side} ${reference}`,
    text: ({ hypervolumes }) => estimateText(hypervolumes![name], area),
  }));
}

/** One digit more than the metric is shown with. */
function areaDecimals(metric: MetricKey, value: number): number {
  return decimalsOf(metric, value) + Number(metricOf(metric).decimals !== null);
}

/** Writes a gap of scores, positive where the left side is ahead, and its interval in brackets. */
export function gapEstimateText(metric: MetricKey, estimate: Estimate): string {
  const { value, interval } = estimate;
  const near = Math.max(Math.abs(value), interval === null ? 0 : interval.high - interval.low);
  return estimateText(estimate, (gap) => differenceText(metric, gap, near));
}

/** Writes a number and its interval in brackets. */
export function estimateText({ value, interval }: Estimate, textOf: (value: number) => string): string {
  return interval === null ? textOf(value) : `${textOf(value)} [${textOf(interval.low)}, ${textOf(interval.high)}]`;
}

function architecturesText({ left, right }: Comparison['architectures']): string {
  const text = (count: number) => (Number.isInteger(count) ? String(count) : count.toFixed(1));
  return `${text(left)} and ${text(right)}`;
}

function savedText(share: number): string {
  return Number.isFinite(share) ? `${signed(100 * share, 0)} %` : 'not reached';
}

function probabilityText(probability: number | null): string {
  if (probability === null) return 'not known';
  if (probability > 0.999) return '> 0.999';
  return probability < 0.001 ? '< 0.001' : probability.toFixed(3);
}
