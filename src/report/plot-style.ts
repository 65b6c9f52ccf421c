/**
 * What every plot of ours looks like: size, margins, colours, type. Shapes differ in colour, mark and dash, so that a plot
 * survives colour blindness and a black-and-white printer. Colours: Okabe and Ito, "Color Universal Design" (2008).
 */
import type { TopLevelSpec } from 'vega-lite';
import type { Shape } from '../arch/arch.js';
import { printable } from '../base/shown.js';
import { wrapWords } from '../base/width.js';
import { fontFamily } from './font.js';
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
/** The title's own line, the legend and the gaps between. */
const headHeight = 72;

/** Names a mark that points of a shape are drawn as, in Vega-Lite's words. */
export type ShapeMark = 'circle' | 'square' | 'triangle-up';

/** Gives each shape its colour, mark and dash pattern. */
export const looks: Readonly<Record<Shape, { color: string; mark: ShapeMark; dash: readonly number[] }>> = {
  hourglass: { color: '#0072B2', mark: 'circle', dash: [1, 0] },
  conventional: { color: '#D55E00', mark: 'square', dash: [7, 3] },
  straight: { color: '#009E73', mark: 'triangle-up', dash: [2, 2] },
};

/** Describes a plot but for its style. */
export interface PlotBody {
  readonly title: string;
  /** One line each. */
  readonly subtitle: readonly string[];
  /** Encodings and layers, in Vega-Lite's words. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** Makes a whole plot: the frame that all share around what one of them draws. */
export function framedSpec({ title, subtitle: given, body }: PlotBody): TopLevelSpec {
  const subtitle = given.flatMap(fittingSubtitle);
  const top = headHeight + subtitleLineHeight * subtitle.length;
  return {
    width: plotSize.width - margin.left - margin.right,
    height: plotSize.height - top - margin.bottom,
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
  /** Encodings and layers of each plot, from above; the first has the legend, the last the horizontal axis. */
  readonly panels: readonly Readonly<Record<string, unknown>>[];
}

/** Of each of several plots one above the other, without its margins. */
const panelHeight = 150;
const panelGap = 12;

/** Makes several plots of one frame, to be drawn one above the other. */
export function stackedSpecs({ title, subtitle: given, panels }: StackedBody): TopLevelSpec[] {
  const subtitle = given.flatMap(fittingSubtitle);
  return panels.map((panel, index) => {
    const isFirst = index === 0;
    const top = isFirst ? headHeight + subtitleLineHeight * subtitle.length : panelGap;
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
    labelFontSize: 13,
    labelColor: ink,
    symbolSize: 80,
    symbolOpacity: 1,
    columnPadding: 4,
    offset: 8,
  },
} as const;
