/** What a frontier plot shows, as rows and axis ranges: computed here, drawn in `plot-spec.ts`. */
import { archName, type Shape, shapeOf, shapes } from '../arch/arch.js';
import { sizeOf, sizeTable } from '../arch/sizes.js';
import { formatExactCount, leastOf, mostOf } from '../base/numbers.js';
import { isMeasured, type MeasuredPoint, sizeOfPoint } from '../frontier/point.js';
import type { Frontier } from '../frontier/trace.js';
import type { BandStep } from '../frontier/uncertainty.js';
import { evaluationSets } from '../run/run.js';
import { fixedText, psnrText, setLabels, shapeLabels } from './numbers.js';
import type { UnfinishedTraining } from './study-notes.js';

/** Lists how the axis of sizes may be divided. */
export const axisScales = ['log', 'linear'] as const;
/** Names how the axis of sizes is divided. */
export type AxisScale = (typeof axisScales)[number];

/** Describes a point of a plot. */
export interface PlotRow {
  readonly shape: Shape;
  readonly params: number;
  /** Mean over replicates, on test where that was measured. */
  readonly psnrDb: number;
  /** One standard deviation below and above the mean; null with one replicate. */
  readonly lowDb: number | null;
  readonly highDb: number | null;
  readonly onFrontier: boolean;
  /** What a reader hears or a tooltip shows: facts between semicolons. */
  readonly description: string;
}

/** Is a corner of the line that a shape's frontier draws. */
export type EnvelopeRow = Pick<PlotRow, 'shape' | 'params' | 'psnrDb'>;

/** Makes a row per point whose test PSNR is a finite number. */
export function plotRows({ points, axis, onlySet }: Frontier): PlotRow[] {
  return points
    .filter(isMeasured)
    .filter((point) => Number.isFinite(point.test.psnrDb))
    .map((point) => {
      const { psnrDb, psnrDbStd } = point.test;
      return {
        shape: point.shape,
        params: sizeOfPoint(point, axis),
        psnrDb,
        lowDb: psnrDbStd === null ? null : psnrDb - psnrDbStd,
        highDb: psnrDbStd === null ? null : psnrDb + psnrDbStd,
        onFrontier: point.onFrontier,
        description: describe(point, axis, onlySet),
      };
    });
}

/**
 * Makes a row per network of which only unfinished trainings are known: none is on a frontier, and PSNR is on
 * validation.
 */
export function unfinishedRows(
  trainings: readonly UnfinishedTraining[],
  { axis, dimensions }: Pick<Frontier, 'axis' | 'dimensions'>,
): PlotRow[] {
  return trainings.map(({ arch, learningRate, epoch, epochs, psnrDb }) => {
    const shape = shapeOf(arch);
    const params = sizeOf(arch, dimensions, axis);
    const description = [
      `${shapeLabels[shape]} ${archName(arch)}, after epoch ${epoch} of ${epochs}`,
      `${sizeTable[axis].label}: ${formatExactCount(params)}`,
      `Learning rate: ${learningRate}`,
      `Validation PSNR: ${psnrDb.toFixed(3)} dB`,
    ].join('; ');
    return { shape, params, psnrDb, lowDb: null, highDb: null, onFrontier: false, description };
  });
}

/**
 * Gives the corners of each shape's line: its frontier points, and the last of them once more at the largest network
 * that was tried, since a larger budget still buys that point.
 */
export function envelopeRows(rows: readonly PlotRow[]): EnvelopeRow[] {
  return shapes.flatMap((shape) => {
    const ofShape = rows.filter((row) => row.shape === shape);
    const corners = ofShape.filter((row) => row.onFrontier);
    const last = corners.at(-1);
    if (!last) return [];
    const params = mostOf(ofShape.map((row) => row.params));
    return [...corners, { ...last, params }].map(({ psnrDb, ...row }) => ({ shape, params: row.params, psnrDb }));
  });
}

/** Gives the steps of the bands that have a width, cut off where the PSNR axis ends. */
export function bandRows({ bands }: Frontier, [lowestDb, highestDb]: readonly [number, number]): BandStep[] {
  const within = (psnrDb: number) => Math.min(Math.max(psnrDb, lowestDb), highestDb);
  return bands
    .filter(({ size, untilSize }) => untilSize > size)
    .map((step) => ({ ...step, lowDb: within(step.lowDb), highDb: within(step.highDb) }));
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
 * Picks the rows that a plot has room for. A network that trained badly can lie so far down that the frontiers would be
 * squashed into the upper edge: dominated rows further below the frontiers than these are high are left out.
 */
export function visibleRows(rows: readonly PlotRow[]): PlotRow[] {
  const frontier = psnrRangeDb(rows.filter((row) => row.onFrontier));
  const floorDb = frontier.low - Math.max(frontier.high - frontier.low, 0.5);
  return rows.filter((row) => row.onFrontier || row.psnrDb >= floorDb);
}

/** So many faint marks are one cloud already; more only make files of tens of megabytes. */
const mostFaintMarks = 4000;

/** Says one in how many of the dominated rows is drawn. */
export function faintStep(rows: readonly PlotRow[]): number {
  return Math.max(1, Math.ceil(rows.filter((row) => !row.onFrontier).length / mostFaintMarks));
}

/**
 * Gives the range of the PSNR axis in dB: all rows, the bars of the frontier, and a margin of 6 %; no less than labels
 * need.
 */
export function psnrDomainDb(rows: readonly PlotRow[]): [number, number] {
  if (rows.length === 0) return [0, 1];
  const { low, high } = psnrRangeDb(rows);
  const short = Math.max(0, leastRangeDb - (high - low)) / 2;
  return high > low ? widened([low - short, high + short], 0.06, 1) : widened([low, high], 0.06, 1);
}

/** Over less, the labels would have so many digits that they reach into the title of the axis. */
const leastRangeDb = 0.05;

function psnrRangeDb(rows: readonly PlotRow[]): { low: number; high: number } {
  const bar = (row: PlotRow, endDb: number | null) => (row.onFrontier && endDb !== null ? endDb : row.psnrDb);
  return {
    low: leastOf(rows.map((row) => bar(row, row.lowDb))),
    high: mostOf(rows.map((row) => bar(row, row.highDb))),
  };
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
  return [
    `${shapeLabels[point.shape]} ${archName(point.arch)}${point.onFrontier ? ', on the frontier' : ''}`,
    `${sizeTable[axis].label}: ${formatExactCount(sizeOfPoint(point, axis))}`,
    ...(axis === 'multiply-adds' ? [] : [`Multiply-adds per image: ${formatExactCount(point.multiplyAddsPerImage)}`]),
    `Learning rate: ${point.learningRate}`,
    `Replicates: ${point.replicates}`,
    ...sets.map((set) => `${setLabels[set]} PSNR: ${psnrText(point[set])} dB`),
    ...(point.test.ssim === null ? [] : [`Test SSIM: ${fixedText(point.test.ssim, 4)}`]),
    ...(point.frontierProbability === null
      ? []
      : [`Probability of being on the frontier: ${point.frontierProbability.toFixed(3)}`]),
  ].join('; ');
}
