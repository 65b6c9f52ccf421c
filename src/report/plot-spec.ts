/**
 * The frontier plot as a Vega-Lite specification.
 *
 * A frontier is drawn in steps: with a budget between two points one gets the left one, and a straight line would
 * promise networks that nobody trained.
 */
import { sizeTable } from '../arch/sizes.js';
import type { TopLevelSpec } from 'vega-lite';
import type { Arch } from '../arch/arch.js';
import { distinctSeries, seriesKey } from '../arch/series.js';
import { counted } from '../base/numbers.js';
import type { Frontier } from '../frontier/trace.js';
import { metricOf, type MetricKey } from '../run/metrics.js';
import { frontierHeading, frontierSubheadings } from './headings.js';
import { projectionsText, setLabels } from './numbers.js';
import {
  type AxisScale,
  type BandRow,
  bandRows,
  envelopeRows,
  faintStep,
  paramsDomain,
  type PlotRow,
  plotRows,
  unfinishedRows,
  valueDomain,
  visibleRows,
} from './plot-rows.js';
import { metricTitle, unitInBrackets } from './scores.js';
import {
  framedSpec,
  isOfSeries,
  looksOf,
  paramsAxis,
  type PlotBody,
  seriesLegend,
  verticalTitleX,
  withSeries,
} from './plot-style.js';
import { noNotes, type StudyNotes } from './study-notes.js';

/**
 * Plots the metric that decides (on test, if that was measured) against size: frontiers strong with their bands, dominated points
 * faint. Where no run has finished, what unfinished ones have come to, and where there is nothing at all, words in
 * place of axes.
 * @param all the rows of the frontier, for who draws them more than once
 */
export function plotSpec(
  frontier: Frontier,
  scale: AxisScale,
  notes: StudyNotes = noNotes,
  all: readonly PlotRow[] = plotRows(frontier),
): TopLevelSpec {
  const [key] = frontier.metrics;
  const rows = visibleRows(all, key);
  const title = frontierHeading(frontier);
  const told = [
    ...(frontier.effort.length > 0 || notes.progress.length === 0 ? frontierSubheadings(frontier) : []),
    ...notes.progress,
  ];
  if (rows.length === 0) return unfinishedSpec({ title, subtitle: told }, frontier, scale, notes);
  const domain = valueDomain(rows, key);
  const yTitle = `${setLabels[frontier.onlySet ?? 'test']} ${metricTitle(key)}${directionText(key)}`;
  return framedSpec({
    title,
    subtitle: [...told, keyToMarks(frontier, rows, all.length - rows.length)],
    ...roomFor(rows),
    body: {
      encoding: {
        x: paramsAxis(paramsDomain(rows, scale), axisTitle(frontier.axis, frontier.points), scale),
        y: valueAxis(domain, yTitle),
        stroke: bySeries(rows, 'color'),
      },
      layer: [
        bandLayer(bandRows(frontier, domain), rows),
        dominatedLayer(rows),
        envelopeLayer(rows),
        spreadLayer(rows),
        frontierLayer(rows),
      ],
    },
  });
}

function unfinishedSpec(
  { title, subtitle }: Pick<PlotBody, 'title' | 'subtitle'>,
  { axis, dimensions, metrics }: Frontier,
  scale: AxisScale,
  { unfinished }: StudyNotes,
): TopLevelSpec {
  const [key] = metrics;
  const rows = unfinishedRows(unfinished, { axis, dimensions, metrics });
  if (rows.length === 0) return framedSpec({ title, subtitle, body: wordsBody('No run finished') });
  return framedSpec({
    title,
    subtitle: [...subtitle, 'Shown: unfinished runs, each at the end of the last epoch that is known of it'],
    ...roomFor(rows),
    body: {
      encoding: {
        x: paramsAxis(paramsDomain(rows, scale), axisTitle(axis, unfinished), scale),
        y: valueAxis(valueDomain(rows, key), soFarTitle(key)),
        stroke: bySeries(rows, 'color'),
      },
      layer: [unfinishedLayer(rows)],
    },
  });
}

/** Of several families, the legend and what each series cost take lines that the plot has no room for. */
function roomFor(rows: readonly PlotRow[]): Pick<PlotBody, 'legendRows' | 'leastHeight'> {
  const shown = distinctSeries(rows);
  const isOfSeveral = shown.some(({ family }) => family !== undefined);
  return { legendRows: seriesLegend(shown).rows, ...(isOfSeveral ? { leastHeight: 260 } : {}) };
}

/** In place of axes without a mark. */
function wordsBody(text: string) {
  return {
    data: { values: [{ text }] },
    mark: { type: 'text', fontSize: 16, color: '#555555' },
    encoding: { text: { field: 'text', type: 'nominal' } },
  };
}

/** Says which way is better where it is not up. */
function directionText(key: MetricKey): string {
  return metricOf(key).better === 'lower' ? ', lower is better' : '';
}

/** `Validation PSNR so far (dB)` */
function soFarTitle(key: MetricKey): string {
  return `Validation ${metricOf(key).label} so far${unitInBrackets(key)}`;
}

function valueAxis(domain: readonly [number, number], title: string) {
  return {
    field: 'value',
    type: 'quantitative',
    scale: { domain, nice: false, zero: false },
    axis: { title, tickCount: 6, titleX: verticalTitleX },
  };
}

/** A size means little without the projections that are in it. */
function axisTitle(axis: Frontier['axis'], networks: readonly { readonly arch: Arch }[]): string {
  return `${sizeTable[axis].label} (${projectionsText(networks.map(({ arch }) => arch))})`;
}

function keyToMarks(frontier: Frontier, rows: readonly PlotRow[], hidden: number): string {
  const { bands, uncertainty } = frontier;
  const bars = rows.some((row) => row.onFrontier && row.low !== null);
  const side = metricOf(frontier.metrics[0]).better === 'higher' ? 'below' : 'above';
  const beyond = hidden > 0 ? [`${counted(hidden, 'dominated architecture')} ${side} the plot`] : [];
  const marks = [
    'Strong: frontier',
    faintStep(rows) === 1 ? 'faint: dominated' : `faint: one in ${faintStep(rows)} of the dominated`,
    ...(bars ? ['bars: ± 1 standard deviation'] : []),
    ...(bands.length > 0 ? [`band: ${100 * uncertainty.level} % interval of the curve`] : []),
  ];
  return [...marks, ...beyond].join('; ');
}

/** One look of a mark per series; only series that are there come into the legend. */
function bySeries(rows: readonly PlotRow[], look: 'color' | 'mark') {
  const shown = distinctSeries(rows);
  const lookOf = looksOf(shown);
  return {
    field: 'series',
    type: 'nominal',
    scale: { domain: shown.map(seriesKey), range: shown.map((series) => lookOf(series)[look]) },
    legend: seriesLegend(shown).legend,
  };
}

function dominatedLayer(rows: readonly PlotRow[]) {
  const dominated = rows.filter((row) => !row.onFrontier);
  const step = faintStep(rows);
  return {
    data: { values: withSeries(dominated.filter((_, index) => index % step === 0)) },
    mark: { type: 'point', filled: false, size: 26, strokeWidth: 1.2, opacity: 0.4 },
    encoding: { shape: bySeries(rows, 'mark'), description: { field: 'description' } },
  };
}

function unfinishedLayer(rows: readonly PlotRow[]) {
  return {
    data: { values: withSeries(rows) },
    mark: { type: 'point', filled: false, size: 50, strokeWidth: 1.4, opacity: 0.8 },
    encoding: { shape: bySeries(rows, 'mark'), description: { field: 'description' } },
  };
}

/** Not a scale of its own, which would come into the legend as outlines of the marks. */
function conditionsOf(rows: readonly PlotRow[], look: 'color' | 'dash') {
  const shown = distinctSeries(rows);
  const lookOf = looksOf(shown);
  return shown.map((series) => ({ test: isOfSeries(series), value: lookOf(series)[look] }));
}

function envelopeLayer(rows: readonly PlotRow[]) {
  return {
    data: { values: withSeries(envelopeRows(rows)) },
    mark: { type: 'line', interpolate: 'step-after', strokeWidth: 1.8, aria: false },
    encoding: { strokeDash: { condition: conditionsOf(rows, 'dash'), value: [1, 0] } },
  };
}

/** No scale here either, where the legend would be of filled marks. */
function bandLayer(bands: readonly BandRow[], rows: readonly PlotRow[]) {
  return {
    data: { values: withSeries(bands) },
    mark: { type: 'rect', opacity: 0.16, aria: false },
    encoding: {
      x2: { field: 'untilParams' },
      fill: { condition: conditionsOf(rows, 'color'), value: null },
      stroke: { value: null },
      y: { field: 'low', type: 'quantitative', title: null },
      y2: { field: 'high' },
    },
  };
}

function spreadLayer(rows: readonly PlotRow[]) {
  return {
    data: { values: withSeries(rows.filter((row) => row.onFrontier && row.low !== null)) },
    mark: { type: 'errorbar', ticks: { size: 8, aria: false }, rule: { strokeWidth: 1.2, aria: false } },
    encoding: { y: { field: 'low', type: 'quantitative', title: null }, y2: { field: 'high' } },
  };
}

function frontierLayer(rows: readonly PlotRow[]) {
  return {
    data: { values: withSeries(rows.filter((row) => row.onFrontier)) },
    // Hollow, as the two of a matched pair often lie on each other.
    mark: { type: 'point', filled: false, size: 70, strokeWidth: 1.8, opacity: 1 },
    encoding: { shape: bySeries(rows, 'mark'), description: { field: 'description' } },
  };
}
