/** The tables of a report as text cells: computed here, drawn for the terminal, in Markdown or in HTML elsewhere. */
import { sizeTable } from '../arch/sizes.js';
import { formatCount, formatExactCount } from '../base/numbers.js';
import { shapes } from '../arch/arch.js';
import type { BudgetComparison } from '../frontier/budget.js';
import type { Effort } from '../frontier/effort.js';
import { isOnFrontier, type MeasuredPoint, sizeOfPoint } from '../frontier/point.js';
import type { Frontier } from '../frontier/trace.js';
import { evaluationSets } from '../run/run.js';
import { metricOf } from '../run/metrics.js';
import { archNaming, exponentialText, fixedText, setLabels, shapeLabels } from './numbers.js';
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

/** Sets out the points on the frontier of each shape, by size ascending. */
export function frontierTable({ points, axis, metrics: [deciding, ...others], onlySet }: Frontier): TextTable {
  const rows = points.filter(isOnFrontier);
  const nameOf = archNaming(points.map(({ arch }) => arch));
  const sets = onlySet === null ? evaluationSets : [onlySet];
  return tableOf(rows, [
    left('Shape', ({ shape }) => shapeLabels[shape]),
    left('Architecture', ({ arch }) => nameOf(arch)),
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
 * Sets out what the frontier of each shape cost. Hours differ each time a study is run, so files that must repeat leave
 * them out.
 */
export function effortTable(effort: readonly Effort[], { hours }: { hours: boolean }): TextTable {
  return tableOf(effort, [
    left('Effort', ({ shape }) => shapeLabels[shape]),
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
  if (bands.length > 0)
    return 'Verdict, with the probability of being on the frontier of its shape; undecided from 0.05 to 0.95.';
  return points.some(({ replicates }) => replicates > 1)
    ? 'Verdict: undecided, since replicates with the very same result do not tell the noise; state it with --noise-std.'
    : 'Verdict: undecided, since without replicates nothing tells the noise; add --replicates 3, or state it with --noise-std.';
}

/** Says what the effort of a table counts. */
export const effortNote =
  'Training multiply-adds: 3 × multiply-adds per image × training images × epochs, over all runs.';

/** Sets out the best architecture of each shape under a budget, and how far the hourglass is ahead. */
export function budgetTable(
  { budgetSize, axis, best, gap }: BudgetComparison,
  { metrics: [deciding] }: Pick<Frontier, 'metrics'>,
): TextTable {
  const rows = shapes.flatMap((shape) => best[shape] ?? []);
  const nameOf = archNaming(rows.map(({ arch }) => arch));
  const table = tableOf<MeasuredPoint>(rows, [
    left(
      `Best with at most ${formatCount(budgetSize)}${sizeTable[axis].unit === 'bytes' ? 'B' : ''}`,
      ({ shape }) => shapeLabels[shape],
    ),
    left('Architecture', ({ arch }) => nameOf(arch)),
    right(sizeTable[axis].label, (point) => formatExactCount(sizeOfPoint(point, axis))),
    right('Learning rate', (point) => String(point.learningRate)),
    right('Replicates', (point) => String(point.replicates)),
    ...evaluationSets.map((set) =>
      right(`${setLabels[set]} ${metricTitle(deciding)}`, (point: MeasuredPoint) => qualityText(point[set])),
    ),
  ]);
  if (!gap) return table;
  const gapRow = [
    'Hourglass − conventional',
    '',
    '',
    '',
    '',
    gapText(deciding, gap.validation),
    gapText(deciding, gap.test),
  ];
  return { ...table, rows: [...table.rows, gapRow] };
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
