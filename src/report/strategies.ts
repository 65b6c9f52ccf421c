/** How much of a table's hypervolume search strategies find with how much effort, as CSV, text and a JSON document. */
import { type Series, seriesText } from '../arch/series.js';
import { formatCount } from '../base/numbers.js';
import type { HypervolumeMeasure } from '../frontier/trajectory.js';
import type { Column } from './csv.js';
import type { TextTable } from './tables.js';
import { terminalTable, terminalText, type TextOptions } from './text.js';
import { metricNumber, unitSuffix } from './scores.js';
import { fromScore, metricOf, type DecidingMetric } from '../run/metrics.js';
import { shownTask } from './headings.js';

/** Lists what may be counted as effort: configurations, or what their trainings cost. */
export const effortKinds = ['configurations', 'cost'] as const;
/** Names what is counted as effort. */
export type EffortKind = (typeof effortKinds)[number];

/** Says, after a share of the table's effort, the share of its hypervolume over the replays, median and 5 to 95 %. */
export interface EffortPoint {
  readonly effortShare: number;
  readonly low: number;
  readonly median: number;
  readonly high: number;
}

/** Gives the share of the hypervolume that a strategy has found, over its effort. */
export interface StrategyCurve {
  readonly strategy: string;
  /** By ascending effort. */
  readonly points: Readonly<Record<EffortKind, readonly EffortPoint[]>>;
}

/** Tells what strategies have found on one table of recorded runs. */
export interface StrategyReport extends Series {
  readonly task: string;
  /** What decides. */
  readonly metric: DecidingMetric;
  /** How many the table has. */
  readonly configurations: number;
  readonly measure: HypervolumeMeasure;
  readonly seeds: number;
  readonly batchSize: number;
  readonly curves: readonly StrategyCurve[];
}

/** Raised when a field changes its meaning or goes away; new fields may come at any time. */
const schemaVersion = 2;

/** Gives the reports with the version of their form. */
export function strategiesDocument(tables: readonly StrategyReport[]) {
  return { schemaVersion, tables };
}

interface CurveRow extends EffortPoint {
  readonly table: StrategyReport;
  readonly strategy: string;
  readonly effort: EffortKind;
}

const taskColumn: Column<CurveRow> = {
  name: 'task',
  documentation: 'what was trained for',
  value: ({ table }) => table.task,
};

const familyColumn: Column<CurveRow> = {
  name: 'family',
  documentation: 'of all the networks of the table',
  value: ({ table }) => table.family ?? null,
};

const otherColumns: readonly Column<CurveRow>[] = [
  { name: 'shape', documentation: 'of all the configurations of the table', value: ({ table }) => table.shape },
  { name: 'strategy', documentation: 'what chose the configurations', value: ({ strategy }) => strategy },
  {
    name: 'effort',
    documentation: 'how effort is counted: configurations, or cost (epochs times multiply-adds)',
    value: ({ effort }) => effort,
  },
  { name: 'effort_share', documentation: 'of the effort of the whole table', value: ({ effortShare }) => effortShare },
  {
    name: 'hypervolume_share_p5',
    documentation: 'share of the hypervolume of the whole table, 5 % quantile over the seeds',
    value: ({ low }) => low,
  },
  { name: 'hypervolume_share_median', documentation: 'the same, median', value: ({ median }) => median },
  { name: 'hypervolume_share_p95', documentation: 'the same, 95 % quantile', value: ({ high }) => high },
];

/** Lists the columns of `strategies.csv`; the family has one where a table is of one of several. */
export function strategyColumns(tables: readonly StrategyReport[]): readonly Column<CurveRow>[] {
  const ofSeveral = tables.some(({ family }) => family !== undefined);
  return [taskColumn, ...(ofSeveral ? [familyColumn] : []), ...otherColumns];
}

/** Lists all points of all curves, one a row. */
export function strategyRows(tables: readonly StrategyReport[]): CurveRow[] {
  return tables.flatMap((table) =>
    table.curves.flatMap(({ strategy, points }) =>
      effortKinds.flatMap((effort) => points[effort].map((point) => ({ ...point, table, strategy, effort }))),
    ),
  );
}

/** Names the task, the series and how many configurations are recorded. */
export function strategiesHeading({ task, configurations, ...series }: StrategyReport): string {
  return `${shownTask(task)}, ${seriesText(series)}: strategies on ${configurations} recorded configurations`;
}

/** Says over what the medians are taken, and what hypervolume is measured against. */
export function strategiesNotes({ metric, measure, seeds, batchSize }: StrategyReport): string[] {
  const { interval, referenceScore } = measure;
  const reference = fromScore(metric, referenceScore);
  const side = metricOf(metric).better === 'higher' ? 'above' : 'below';
  const looks = batchSize === 1 ? 'every training' : `${batchSize} trainings`;
  return [
    `Median and 5 to 95 % over ${seeds} seeds; results are looked at after ${looks}`,
    `Hypervolume over log parameters up to ${formatCount(interval.highest)}, ${side} ${metricNumber(metric, reference)}${unitSuffix(metric)}`,
  ];
}

/** At these shares of the effort, where the replays reach them. */
const shownShares = [0.05, 0.1, 0.2, 0.5, 1];

/** Renders the reports for a terminal, one below the other. */
export function renderStrategies(tables: readonly StrategyReport[], options: TextOptions): string {
  return tables
    .map((table) => {
      const effort = terminalTable(effortTable(table), options);
      return terminalText([strategiesHeading(table), ...strategiesNotes(table), effort], options);
    })
    .join('\n\n');
}

function effortTable({ curves }: StrategyReport): TextTable {
  const pointAt = ({ points }: StrategyCurve, kind: EffortKind, share: number) =>
    points[kind].find((point) => isNear(point.effortShare, share));
  const shares = (kind: EffortKind) =>
    shownShares.filter((share) => curves.some((curve) => pointAt(curve, kind, share) !== undefined));
  // One strategy may reach a share of the cost that another does not.
  const cells = (curve: StrategyCurve) =>
    effortKinds.flatMap((kind) => shares(kind).map((share) => shareText(pointAt(curve, kind, share))));
  const names: Readonly<Record<EffortKind, string>> = { configurations: 'configurations', cost: 'cost' };
  const headers = effortKinds.flatMap((kind) => shares(kind).map((share) => `${100 * share} % of ${names[kind]}`));
  return {
    headers: ['Strategy', ...headers],
    alignments: ['left', ...headers.map(() => 'right' as const)],
    rows: curves.map((curve) => [curve.strategy, ...cells(curve)]),
  };
}

function isNear(left: number, right: number): boolean {
  return Math.abs(left - right) < 1e-9;
}

/** `0.9941 [0.97, 1.00]`; empty where the replays did not come to it. */
function shareText(point: EffortPoint | undefined): string {
  if (point === undefined) return '';
  const { median, low, high } = point;
  return `${median.toFixed(4)} [${low.toFixed(3)}, ${high.toFixed(3)}]`;
}
