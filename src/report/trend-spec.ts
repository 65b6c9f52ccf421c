/** The plot of a trend: depth, skip width and bottleneck width of the best network over the budget, one above the other. */
import { sizeTable } from '../arch/sizes.js';
import type { TopLevelSpec } from 'vega-lite';
import { asSeries, type Series, seriesKey, seriesText } from '../arch/series.js';
import { counted } from '../base/numbers.js';
import { type TrendDimension, trendDimensions } from '../frontier/trend.js';
import {
  isOfSeries,
  looksOf,
  panelTicks,
  paramsAxis,
  seriesLegend,
  stackedSpecs,
  verticalTitleX,
  withSeries,
} from './plot-style.js';
import { dimensionLabels, type TrendReport, trendHeading, trendNotes } from './trend.js';

interface TrendRow extends Series {
  readonly params: number;
  readonly untilParams: number;
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Makes one specification for each plot, from above. */
export function trendSpecs(report: TrendReport): TopLevelSpec[] {
  return stackedSpecs({
    title: trendHeading(report),
    subtitle: [
      ...trendNotes(report),
      architecturesText(report),
      'Lines: best network measured; band: interval of the best network’s value',
    ],
    legendRows: seriesLegend(report.trends).rows,
    panels: trendDimensions.map((dimension, index) =>
      panel(report, dimension, { isFirst: index === 0, isLast: index === trendDimensions.length - 1 }),
    ),
  });
}

/** `Hourglass: 139 architectures; conventional: 16 architectures`. */
function architecturesText({ trends }: TrendReport): string {
  const texts = trends.map(
    ({ architectures, ...series }) => `${seriesText(series)}: ${counted(architectures, 'architecture')}`,
  );
  return texts.join('; ').replace(/^./, (letter) => letter.toUpperCase());
}

interface PanelPlace {
  readonly isFirst: boolean;
  readonly isLast: boolean;
}

function panel(report: TrendReport, dimension: TrendDimension, { isFirst, isLast }: PanelPlace) {
  const rows = trendRows(report, dimension);
  return {
    data: { values: withSeries(rows) },
    encoding: { x: budgetAxis(report, isLast), y: valueAxis(rows, dimension), color: bySeries(report, isFirst) },
    layer: [
      {
        mark: { type: 'rect', opacity: 0.16, aria: false },
        encoding: { x2: { field: 'untilParams' }, y: { field: 'low', type: 'quantitative' }, y2: { field: 'high' } },
      },
      {
        mark: { type: 'line', interpolate: 'step-after', strokeWidth: 1.8, aria: false },
        encoding: { strokeDash: { condition: dashes(report), value: [1, 0] } },
      },
    ],
  };
}

/** Makes a row for each budget looked at. */
export function trendRows({ trends }: TrendReport, dimension: TrendDimension): TrendRow[] {
  return trends.flatMap(({ dimensions, ...series }) => {
    const { points } = dimensions.find((trend) => trend.dimension === dimension)!;
    return points.map(({ budgetSize, value, interval }, index) => ({
      ...asSeries(series),
      params: budgetSize,
      untilParams: points[index + 1]?.budgetSize ?? budgetSize,
      value,
      low: interval.low,
      high: interval.high,
    }));
  });
}

function budgetAxis({ trends, axis: size }: TrendReport, isLast: boolean) {
  const lowest = Math.min(...trends.map(({ interval }) => interval.lowest));
  const highest = Math.max(...trends.map(({ interval }) => interval.highest));
  const { axis, ...rest } = paramsAxis([lowest, highest], `Budget: ${sizeTable[size].label.toLowerCase()}`);
  return { ...rest, axis: isLast ? axis : { ...axis, title: null, labels: false } };
}

function valueAxis(rows: readonly TrendRow[], dimension: TrendDimension) {
  const low = Math.min(...rows.map((row) => Math.min(row.low, row.value)));
  const high = Math.max(...rows.map((row) => Math.max(row.high, row.value)));
  const domain: [number, number] = [low / 1.15, high * 1.15];
  return {
    field: 'value',
    type: 'quantitative',
    scale: { type: 'log', domain, nice: false },
    axis: { title: dimensionLabels[dimension], ...panelTicks(domain), titleX: verticalTitleX },
  };
}

function bySeries({ trends }: TrendReport, withLegend: boolean) {
  const lookOf = looksOf(trends);
  return {
    field: 'series',
    type: 'nominal',
    scale: { domain: trends.map(seriesKey), range: trends.map((trend) => lookOf(trend).color) },
    legend: !withLegend ? null : { ...seriesLegend(trends).legend, symbolType: 'stroke', symbolStrokeWidth: 2 },
  };
}

function dashes({ trends }: TrendReport) {
  const lookOf = looksOf(trends);
  return trends.map((trend) => ({ test: isOfSeries(trend), value: lookOf(trend).dash }));
}
