/** The tables of a report as text cells: computed here, drawn for the terminal, in Markdown or in HTML elsewhere. */
import { sizeTable } from '../arch/sizes.js';
import { formatCount, formatExactCount } from '../base/numbers.js';
import { compareSeries, seriesText } from '../arch/series.js';
import type { BudgetComparison, ShapeGap } from '../frontier/budget.js';
import type { Effort } from '../frontier/effort.js';
import { isOnFrontier, type MeasuredPoint, sizeOfPoint } from '../frontier/point.js';
import type { Frontier } from '../frontier/trace.js';
import { evaluationSets } from '../run/run.js';
import { metricOf } from '../run/metrics.js';
import { exponentialText, fixedText, nameInFamily, seriesHeader, seriesLabel, setLabels } from './numbers.js';
import { gapText, metricNumber, metricTitle, qualityText } from './scores.js';

/** Holds a table as text; rows have as many cells as there are headers. */
export interface TextTable {
  readonly headers: readonly string[];
  readonly alignments: readonly ('left' | 'right')[];
  readonly rows: readonly (readonly string[])[];
}

/** Tells how a column of a table is made from what its rows show. */
export interface TextColumn<Row> {
  readonly header: string;
  readonly alignment: 'left' | 'right';
  readonly cell: (row: Row) => string;
}

/** Sets out the points on the frontier of each series, by size ascending. */
export function frontierTable({ points, axis, metrics: [deciding, ...others], onlySet }: Frontier): TextTable {
  const rows = points.filter(isOnFrontier);
  const sets = onlySet === null ? evaluationSets : [onlySet];
  return tableOf(rows, [
    left(seriesHeader(rows), seriesLabel),
    left('Architecture', ({ arch }) => nameInFamily(arch)),
    right(sizeTable[axis].label, (point) => formatExactCount(sizeOfPoint(point, axis))),
    right('Learning rate', (point) => String(point.learningRate)),
    right('Replicates', (point) => String(point.replicates)),
    ...sets.map((set) =>
      right(`${setLabels[set]} ${metricTitle(deciding)}`, (point: MeasuredPoint) => qualityText(point[set])),
    ),
    ...others
      .filter((key) => metricOf(key).isTabled && rows.some(({ test }) => typeof test[key] === 'number'))
      .map((key) =>
        right(`Test ${metricTitle(key)}`, ({ test }: MeasuredPoint) => metricNumber(key, test[key] ?? null)),
      ),
    right('Verdict', verdictText),
  ]);
}

/** `frontier (0.981)`: with the probability of being on the frontier, where it is known. */
function verdictText({ verdict, frontierProbability }: MeasuredPoint): string {
  return frontierProbability === null ? verdict : `${verdict} (${frontierProbability.toFixed(3)})`;
}

/**
 * Sets out what the frontier of each series cost. Hours differ each time a study is run, so files that must repeat leave
 * them out.
 */
export function effortTable(effort: readonly Effort[], { hours }: { hours: boolean }): TextTable {
  return tableOf(effort, [
    left('Effort', seriesLabel),
    right('Architectures', ({ architectures }) => formatExactCount(architectures)),
    right('Learning rates', ({ learningRates }) => formatExactCount(learningRates)),
    right('Replicates, at most', ({ replicates }) => formatExactCount(replicates)),
    right('Runs', ({ runs }) => formatExactCount(runs)),
    right('Diverged', ({ diverged }) => formatExactCount(diverged)),
    right('Failed', ({ failed }) => formatExactCount(failed)),
    ...(effort.some(({ stopped }) => stopped !== undefined)
      ? [right('Stopped early', ({ stopped = 0 }: Effort) => formatExactCount(stopped))]
      : []),
    right('Training multiply-adds', (row) => exponentialText(row.trainingMultiplyAdds, 2)),
    ...(hours ? [right('Hours', (row: Effort) => fixedText(row.hours, 2))] : []),
  ]);
}

/** Explains how to read `785-115-4`. */
export const architectureNote = 'Architecture: skip width, bottleneck width and depth.';

/** Explains what a verdict says, or why there is none. */
export function verdictNote({ bands, points }: Frontier): string {
  const kind = seriesHeader(points).toLowerCase();
  if (bands.length > 0)
    return `Verdict, with the probability of being on the frontier of its ${kind}; undecided from 0.05 to 0.95.`;
  return points.some(({ replicates }) => replicates > 1)
    ? 'Verdict: undecided, since replicates with the very same result do not tell the noise; state it with --noise-std.'
    : 'Verdict: undecided, since without replicates nothing tells the noise; add --replicates 3, or state it with --noise-std.';
}

/** Says what the effort of a table counts. */
export const effortNote =
  'Training multiply-adds: 3 × multiply-adds per image × training images × epochs, over all runs.';

/** Sets out the best architecture of each series under a budget, and in each family how far the hourglass is ahead. */
export function budgetTable(
  { budgetSize, axis, best, gap, gaps }: BudgetComparison,
  { metrics: [deciding] }: Pick<Frontier, 'metrics'>,
): TextTable {
  const rows = Object.values(best)
    .filter((point) => point !== undefined)
    .sort(compareSeries);
  const table = tableOf<MeasuredPoint>(rows, [
    left(`Best with at most ${formatCount(budgetSize)}${sizeTable[axis].unit === 'bytes' ? 'B' : ''}`, seriesLabel),
    left('Architecture', ({ arch }) => nameInFamily(arch)),
    right(sizeTable[axis].label, (point) => formatExactCount(sizeOfPoint(point, axis))),
    right('Learning rate', (point) => String(point.learningRate)),
    right('Replicates', (point) => String(point.replicates)),
    ...evaluationSets.map((set) =>
      right(`${setLabels[set]} ${metricTitle(deciding)}`, (point: MeasuredPoint) => qualityText(point[set])),
    ),
  ]);
  const gapRow = (label: string, { validation, test }: ShapeGap) => {
    return [label, '', '', '', '', gapText(deciding, validation), gapText(deciding, test)];
  };
  const gapRows = [
    ...(gap === null ? [] : [gapRow('Hourglass − conventional', gap)]),
    ...(gaps ?? []).map(({ family, ...ofFamily }) => {
      return gapRow(`${seriesText({ family, shape: 'hourglass' })} − conventional`, ofFamily);
    }),
  ];
  return { ...table, rows: [...table.rows, ...gapRows] };
}

/** Makes a row of cells for every row. */
export function tableOf<Row>(rows: readonly Row[], columns: readonly TextColumn<Row>[]): TextTable {
  return {
    headers: columns.map((column) => column.header),
    alignments: columns.map((column) => column.alignment),
    rows: rows.map((row) => columns.map((column) => column.cell(row))),
  };
}

/** Makes a column of words. */
export function left<Row>(header: string, cell: (row: Row) => string): TextColumn<Row> {
  return { header, alignment: 'left', cell };
}

/** Makes a column of numbers. */
export function right<Row>(header: string, cell: (row: Row) => string): TextColumn<Row> {
  return { header, alignment: 'right', cell };
}
