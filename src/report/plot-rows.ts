/** What a frontier plot shows, as rows and axis ranges: computed here, drawn in `plot-spec.ts`. */
import { asSeries, distinctSeries, isSameSeries, type Series, seriesAmong } from '../arch/series.js';
import { sizeOf, sizeTable } from '../arch/sizes.js';
import { formatExactCount, leastOf, mostOf } from '../base/numbers.js';
import { isMeasured, type MeasuredPoint, scoreStdOf, sizeOfPoint } from '../frontier/point.js';
import type { Frontier } from '../frontier/trace.js';
import { decidingMetricOf, fromScore, metricKeys, metricOf, type MetricKey } from '../run/metrics.js';
import { evaluationSets } from '../run/run.js';
import { networkText, setLabels } from './numbers.js';
import { metricNumber, qualityText, shownNumber, unitSuffix } from './scores.js';
import type { UnfinishedTraining } from './study-notes.js';

/** Lists how the axis of sizes may be divided. */
export const axisScales = ['log', 'linear'] as const;
/** Names how the axis of sizes is divided. */
export type AxisScale = (typeof axisScales)[number];

/** Describes a point of a plot. */
export interface PlotRow extends Series {
  readonly params: number;
  /** Mean over replicates of the metric that decides, as it is shown, on test where that was measured. */
  readonly value: number;
  /** One standard deviation below and above the mean; null with one replicate. */
  readonly low: number | null;
  readonly high: number | null;
  readonly onFrontier: boolean;
  /** What a reader hears or a tooltip shows: facts between semicolons. */
  readonly description: string;
}

/** Is a corner of the line that a series' frontier draws. */
export type EnvelopeRow = Pick<PlotRow, keyof Series | 'params' | 'value'>;

/** Is a step of the band around a series' frontier. */
export type BandRow = Pick<PlotRow, keyof Series | 'params'> & {
  readonly untilParams: number;
  readonly low: number;
  readonly high: number;
};

/** Makes a row per point whose result on test is a finite number. */
export function plotRows({ points, axis, metrics: [key], onlySet }: Frontier): PlotRow[] {
  return points
    .filter(isMeasured)
    .filter(({ test }) => Number.isFinite(test[key]))
    .map((point) => {
      const value = shownNumber(key, point.test[key]!);
      const std = scoreStdOf(point.test);
      const spread = std === null ? null : shownNumber(key, std);
      return {
        ...asSeries(point),
        params: sizeOfPoint(point, axis),
        value,
        low: spread === null ? null : value - spread,
        high: spread === null ? null : value + spread,
        onFrontier: point.onFrontier,
        description: describe(point, axis, onlySet),
      };
    });
}

/**
 * Makes a row per network of which only unfinished trainings are known: none is on a frontier, and what is shown was
 * measured on validation.
 */
export function unfinishedRows(
  trainings: readonly UnfinishedTraining[],
  { axis, dimensions, metrics: [key] }: Pick<Frontier, 'axis' | 'dimensions' | 'metrics'>,
): PlotRow[] {
  const seriesOf = seriesAmong(trainings.map(({ arch }) => arch));
  return trainings.map(({ arch, learningRate, epoch, epochs, validation }) => {
    const series = seriesOf(arch);
    const params = sizeOf(arch, dimensions, axis);
    const description = [
      `${networkText(series, arch)}, after epoch ${epoch} of ${epochs}`,
      `${sizeTable[axis].label}: ${formatExactCount(params)}`,
      `Learning rate: ${learningRate}`,
      `Validation ${metricOf(key).label}: ${metricNumber(key, validation[key]!)}${unitSuffix(key)}`,
    ].join('; ');
    const value = shownNumber(key, validation[key]!);
    return { ...series, params, value, low: null, high: null, onFrontier: false, description };
  });
}

/**
 * Gives the corners of each series' line: its frontier points, and the last of them once more at the largest network
 * that was tried, since a larger budget still buys that point.
 */
export function envelopeRows(rows: readonly PlotRow[]): EnvelopeRow[] {
  return distinctSeries(rows).flatMap((series) => {
    const ofSeries = rows.filter((row) => isSameSeries(row, series));
    const corners = ofSeries.filter((row) => row.onFrontier);
    const last = corners.at(-1);
    if (!last) return [];
    const params = mostOf(ofSeries.map((row) => row.params));
    return [...corners, { ...last, params }].map(({ value, ...row }) => ({ ...series, params: row.params, value }));
  });
}

/** Gives the steps of the bands that have a width, cut off where the axis ends. */
export function bandRows(
  { bands, metrics: [key] }: Pick<Frontier, 'bands' | 'metrics'>,
  [lowest, highest]: readonly [number, number],
): BandRow[] {
  const within = (score: number) => Math.min(Math.max(shownNumber(key, fromScore(key, score)), lowest), highest);
  return bands
    .filter(({ size, untilSize }) => untilSize > size)
    .map(({ size: params, untilSize: untilParams, low, high, ...series }) => {
      const [first, second] = [within(low), within(high)];
      return { ...series, params, untilParams, low: Math.min(first, second), high: Math.max(first, second) };
    });
}

/** Gives the range of the parameter axis: all rows and a margin of 4 %. */
export function paramsDomain(rows: readonly Pick<PlotRow, 'params'>[], scale: AxisScale): [number, number] {
  const values = rows.map((row) => row.params);
  if (values.length === 0) return [1e5, 1e7];
  if (scale === 'linear') return widened(values, 0.04, mostOf(values) / 2);
  const [low, high] = widened(values.map(Math.log10), 0.04, 0.5);
  return [10 ** low, 10 ** high];
}

/**
 * Picks the rows that a plot has room for. A network that trained badly can lie so far off that the frontiers would be
 * squashed into an edge: dominated rows further from the frontiers than these are high are left out.
 */
export function visibleRows(rows: readonly PlotRow[], key: MetricKey): PlotRow[] {
  const { low, high } = valueRange(rows.filter((row) => row.onFrontier));
  const reach = Math.max(high - low, leastSpanOf(key, [low, high]));
  const isNear =
    metricOf(key).better === 'higher'
      ? (value: number) => value >= low - reach
      : (value: number) => value <= high + reach;
  return rows.filter((row) => row.onFrontier || isNear(row.value));
}

/** So many faint marks are one cloud already; more only make files of tens of megabytes. */
const mostFaintMarks = 4000;

/** Says one in how many of the dominated rows is drawn. */
export function faintStep(rows: readonly PlotRow[]): number {
  return Math.max(1, Math.ceil(rows.filter((row) => !row.onFrontier).length / mostFaintMarks));
}

/** Gives the range of the axis of results: all rows, the bars of the frontier, and a margin of 6 %; no less than labels need. */
export function valueDomain(rows: readonly PlotRow[], key: MetricKey): [number, number] {
  if (rows.length === 0) return [0, 1];
  const { low, high } = valueRange(rows);
  const least = leastSpanOf(key, [low, high]);
  // Over less than a tenth, the labels would have so many digits that they reach into the title of the axis.
  const short = Math.max(0, least / 10 - (high - low)) / 2;
  return high > low ? widened([low - short, high + short], 0.06, 1) : widened([low, high], 0.06, 2 * least);
}

/** The least span of an axis that shows these numbers. */
function leastSpanOf(key: MetricKey, [low, high]: readonly [number, number]): number {
  const { leastSpan, shownTimes } = metricOf(key);
  return leastSpan === null ? 0.02 * Math.max(Math.abs(low), Math.abs(high)) || 1 : shownTimes * leastSpan;
}

function valueRange(rows: readonly PlotRow[]): { low: number; high: number } {
  const bar = (row: PlotRow, end: number | null) => (row.onFrontier && end !== null ? end : row.value);
  return { low: leastOf(rows.map((row) => bar(row, row.low))), high: mostOf(rows.map((row) => bar(row, row.high))) };
}

/** Finds round values for a logarithmic axis, as few as make an axis; null where it is too short for them. */
export function logTicks(domain: readonly [number, number]): number[] | null {
  for (const mantissas of [[1], [1, 2, 5], [1, 1.5, 2, 3, 4, 5, 6, 7, 8, 9]]) {
    const ticks = mantissaTicks(domain, mantissas);
    if (ticks.length >= 4) return ticks;
  }
  return null;
}

/** Gives those products of the mantissas and a power of ten that lie within the domain, ascending. */
export function mantissaTicks([low, high]: readonly [number, number], mantissas: readonly number[]): number[] {
  const first = Math.floor(Math.log10(low));
  const decades = Array.from({ length: Math.ceil(Math.log10(high)) - first + 1 }, (_, index) => 10 ** (first + index));
  return decades
    .flatMap((decade) => mantissas.map((mantissa) => rounded(mantissa * decade)))
    .filter((tick) => tick >= low && tick <= high);
}

/** Rounds off the last bits, in which products of powers of ten are not exact. */
export function rounded(value: number): number {
  return Number(value.toPrecision(12));
}

function widened(values: readonly number[], share: number, spanOfOne: number): [number, number] {
  const low = leastOf(values);
  const high = mostOf(values);
  const margin = high > low ? share * (high - low) : spanOfOne / 2;
  return [low - margin, high + margin];
}

function describe(point: MeasuredPoint, axis: Frontier['axis'], onlySet: Frontier['onlySet']): string {
  const sets = onlySet === null ? evaluationSets.toReversed() : [onlySet];
  const key = decidingMetricOf(point.test);
  return [
    `${networkText(point, point.arch)}${point.onFrontier ? ', on the frontier' : ''}`,
    `${sizeTable[axis].label}: ${formatExactCount(sizeOfPoint(point, axis))}`,
    ...(axis === 'multiply-adds' ? [] : [`Multiply-adds per image: ${formatExactCount(point.multiplyAddsPerImage)}`]),
    `Learning rate: ${point.learningRate}`,
    `Replicates: ${point.replicates}`,
    ...sets.map((set) => `${setLabels[set]} ${metricOf(key).label}: ${qualityText(point[set])}${unitSuffix(key)}`),
    ...metricKeys
      .filter((other) => other !== key && metricOf(other).isTabled && typeof point.test[other] === 'number')
      .map((other) => `Test ${metricOf(other).label}: ${metricNumber(other, point.test[other]!)}${unitSuffix(other)}`),
    ...(point.frontierProbability === null
      ? []
      : [`Probability of being on the frontier: ${point.frontierProbability.toFixed(3)}`]),
  ].join('; ');
}
