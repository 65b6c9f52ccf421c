/**
 * What every plot of ours looks like: size, margins, colours, type. Shapes differ in colour, mark and dash, so that a plot
 * survives colour blindness and a black-and-white printer; of several families, all but the first have a colour each. Colours: Okabe and Ito, "Color Universal Design" (2008).
 */
import type { TopLevelSpec } from 'vega-lite';
import type { Shape } from '../arch/arch.js';
import { distinctSeries, type Series, seriesKey } from '../arch/series.js';
import { zipped } from '../base/items.js';
import { mostOf } from '../base/numbers.js';
import { printable } from '../base/shown.js';
import { wrapWords } from '../base/width.js';
import { fontFamily } from './font.js';
import { seriesLabel } from './numbers.js';
import type { AxisScale } from './plot-rows.js';
import { siText, ticksWithin, type Domain, type TickOptions, type Ticks } from './ticks.js';

/**
 * Is the size of the SVG, in CSS pixels (96 per inch). Margins are given, not fitted: without a canvas Vega guesses how
 * wide a text is, always too wide, and would shrink the plot for it.
 */
export const plotSize = { width: 720, height: 480 } as const;
const margin = { left: 78, right: 22, bottom: 54 } as const;
const edge = 18;
const titleSize = 18;
const subtitleSize = 12.5;
const subtitleLineHeight = 17;
const labelSize = 12;
/** The title's own line, one line of the legend and the gaps between. */
const headHeight = 72;
const legendLineHeight = 17;
const legendSize = 13;

/** Names a mark that points of a shape are drawn as, in Vega-Lite's words. */
export type ShapeMark = 'circle' | 'square' | 'triangle-up';

/** Holds the colour, mark and dash pattern of a curve, in Vega-Lite's words. */
export interface Look {
  readonly color: string;
  readonly mark: ShapeMark;
  readonly dash: readonly number[];
}

/** Gives each shape its colour, mark and dash pattern. */
export const looks: Readonly<Record<Shape, Look>> = {
  hourglass: { color: '#0072B2', mark: 'circle', dash: [1, 0] },
  conventional: { color: '#D55E00', mark: 'square', dash: [7, 3] },
  straight: { color: '#009E73', mark: 'triangle-up', dash: [2, 2] },
};

/** Of the same source as those of the shapes; where there are more families, they begin anew. */
const furtherColors = ['#CC79A7', '#000000', '#E69F00', '#56B4E9'] as const;

/** Gives the looks of series: of their shapes, and for all families but the first a colour of the family. */
export function looksOf(all: Iterable<Series>): (series: Series) => Look {
  const families = [...new Set(distinctSeries(all).map(({ family }) => family))];
  return ({ family, shape }) => {
    const further = families.indexOf(family) - 1;
    return further < 0 ? looks[shape] : { ...looks[shape], color: furtherColors[further % furtherColors.length]! };
  };
}

/** Names the series of a row of a plot, by which marks are told apart. */
export function withSeries<Row extends Series>(rows: readonly Row[]): (Row & { readonly series: string })[] {
  return rows.map((row) => ({ ...row, series: seriesKey(row) }));
}

/** Writes the condition that a mark is of a series, in Vega's words. */
export function isOfSeries(series: Series): string {
  return `datum.series === ${JSON.stringify(seriesKey(series))}`;
}

/** Describes a plot but for its style. */
export interface PlotBody {
  readonly title: string;
  /** One line each. */
  readonly subtitle: readonly string[];
  /** Lines of the legend; 1 where it is left out. */
  readonly legendRows?: number;
  /** The least height between the axes, for which the plot becomes higher than others; none where it is left out. */
  readonly leastHeight?: number;
  /** Encodings and layers, in Vega-Lite's words. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** Makes a whole plot: the frame that all share around what one of them draws. */
export function framedSpec({ title, subtitle: given, legendRows = 1, leastHeight = 0, body }: PlotBody): TopLevelSpec {
  const subtitle = given.flatMap(fittingSubtitle);
  const top = headHeight + legendLineHeight * (legendRows - 1) + subtitleLineHeight * subtitle.length;
  return {
    width: plotSize.width - margin.left - margin.right,
    height: Math.max(leastHeight, plotSize.height - top - margin.bottom),
    padding: { ...margin, top },
    autosize: 'none',
    background: 'white',
    title: { ...fittingTitle(title), subtitle, dx: edge - margin.left },
    ...body,
    config: plotConfig,
  } as TopLevelSpec;
}

/** Describes plots one above the other that share their horizontal axis, but for their style. */
export interface StackedBody {
  readonly title: string;
  /** One line each. */
  readonly subtitle: readonly string[];
  /** Lines of the legend; 1 where it is left out. */
  readonly legendRows?: number;
  /** Encodings and layers of each plot, from above; the first has the legend, the last the horizontal axis. */
  readonly panels: readonly Readonly<Record<string, unknown>>[];
}

/** Of each of several plots one above the other, without its margins. */
const panelHeight = 150;
const panelGap = 12;

/** Makes several plots of one frame, to be drawn one above the other. */
export function stackedSpecs({ title, subtitle: given, legendRows = 1, panels }: StackedBody): TopLevelSpec[] {
  const subtitle = given.flatMap(fittingSubtitle);
  return panels.map((panel, index) => {
    const isFirst = index === 0;
    const head = headHeight + legendLineHeight * (legendRows - 1) + subtitleLineHeight * subtitle.length;
    const top = isFirst ? head : panelGap;
    const bottom = index === panels.length - 1 ? margin.bottom : panelGap;
    return {
      width: plotSize.width - margin.left - margin.right,
      height: panelHeight,
      padding: { ...margin, top, bottom },
      autosize: 'none',
      background: 'white',
      ...(isFirst && { title: { ...fittingTitle(title), subtitle, dx: edge - margin.left } }),
      ...panel,
      config: plotConfig,
    } as TopLevelSpec;
  });
}

/**
 * Describes the legend of series, and counts its lines. Of several families names may be too long for one line: the
 * shapes of a family then stand side by side.
 */
export function seriesLegend(all: readonly Series[]) {
  const labels = all.map(seriesLabel);
  const columns = legendColumns(labels);
  const byKey = Object.fromEntries(zipped(all.map(seriesKey), labels));
  const labelExpr = `${JSON.stringify(byKey)}[datum.label]`;
  if (all.every(({ family }) => family === undefined)) return { legend: { labelExpr }, rows: 1 };
  // Without a limit of its own, a label is cut off where Vega takes it for too long.
  return { legend: { labelExpr, labelLimit: 0, columns }, rows: Math.ceil(labels.length / columns) };
}

/** Two or one, where all of them do not fit into a line by the widths that Vega gives them without a canvas. */
function legendColumns(labels: readonly string[]): number {
  const room = plotSize.width - margin.left - margin.right;
  const widths = labels.map(({ length }) => 22 + 0.8 * legendSize * length);
  if (widths.reduce((sum, width) => sum + width, 0) <= room) return labels.length;
  return mostOf(widths) <= room / 2 ? 2 : 1;
}

/** Describes the parameter axis of a plot, in Vega-Lite's words. */
export function paramsAxis(domain: [number, number], title: string | null, scale: AxisScale = 'log') {
  return {
    field: 'params',
    type: 'quantitative',
    scale: { type: scale, domain, nice: false, ...(scale === 'linear' ? { zero: false } : {}) },
    axis: { title, ...horizontalTicks(domain, { scale, label: siText }) },
  };
}

/** Of an axis along the width of a plot. */
function horizontalTicks(domain: Domain, { scale, label }: Pick<TickOptions, 'scale' | 'label'>): Ticks {
  const lengthPx = plotSize.width - margin.left - margin.right;
  return ticksWithin(domain, { scale, label, lengthPx, labelPx: ({ length }) => 0.6 * length * labelSize });
}

/** Places ticks on a logarithmic axis along the height of one of several plots that are one above the other. */
export function panelTicks(domain: Domain): Ticks {
  return ticksWithin(domain, { scale: 'log', label: String, lengthPx: panelHeight, labelPx: () => labelSize });
}

/** Broken between words where it would be cut off; a character of the font is about 0.44 of its size wide on average. */
function fittingSubtitle(line: string): string[] {
  return wrapWords(printable(line), Math.floor((plotSize.width - 2 * edge) / (0.5 * subtitleSize)));
}

/** Smaller where it would be cut off; a character of the font is at most about 0.56 of its size wide on average. */
function fittingTitle(title: string) {
  // Vega escapes markup, but an SVG may not hold control characters at all.
  const text = printable(title);
  const room = plotSize.width - 2 * edge;
  return { text, fontSize: Math.min(titleSize, room / (0.56 * text.length)) };
}

/** Places the title of a vertical axis, whatever the width of its labels. */
export const verticalTitleX = edge + 12 - margin.left;

const ink = '#222222';
const paleInk = '#555555';

const plotConfig = {
  font: `${fontFamily}, sans-serif`,
  view: { stroke: null },
  title: {
    anchor: 'start',
    frame: 'group',
    fontWeight: 'normal',
    color: ink,
    subtitleFontSize: subtitleSize,
    subtitleFontWeight: 'normal',
    subtitleColor: paleInk,
    subtitleLineHeight,
    subtitlePadding: 5,
    offset: 12,
  },
  axis: {
    labelFontSize: labelSize,
    labelColor: ink,
    titleFontSize: 13,
    titleFontWeight: 'normal',
    titleColor: ink,
    titlePadding: 6,
    domainColor: '#888888',
    tickColor: '#888888',
    gridColor: '#e8e8e8',
    labelFlush: false,
  },
  legend: {
    orient: 'top',
    title: null,
    labelFontSize: legendSize,
    labelColor: ink,
    symbolSize: 80,
    symbolOpacity: 1,
    columnPadding: 4,
    offset: 8,
  },
} as const;
