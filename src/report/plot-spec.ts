/**
 * The frontier plot as a Vega-Lite specification.
 *
 * A frontier is drawn in steps: with a budget between two points one gets the left one, and a straight line would
 * promise networks that nobody trained.
 */
import type { TopLevelSpec } from 'vega-lite';
import { shapes } from '../arch/arch.js';
import { counted } from '../base/numbers.js';
import type { BandStep } from '../frontier/uncertainty.js';
import type { Frontier } from '../frontier/trace.js';
import { frontierHeading, frontierSubheadings } from './headings.js';
import { countLabels, projectionsText, setLabels, shapeLabels } from './numbers.js';
import {
  type AxisScale,
  bandRows,
  envelopeRows,
  faintStep,
  paramsDomain,
  type PlotRow,
  plotRows,
  psnrDomainDb,
  visibleRows,
} from './plot-rows.js';
import { framedSpec, looks, paramsAxis, verticalTitleX } from './plot-style.js';

/** PSNR (on test, if that was measured) against parameters: frontiers strong with their bands, dominated points faint. */
export function plotSpec(frontier: Frontier, scale: AxisScale): TopLevelSpec {
  const all = plotRows(frontier);
  const rows = visibleRows(all);
  const subtitle = [...frontierSubheadings(frontier), ...keyToMarks(frontier, rows, all.length - rows.length)];
  return framedSpec({
    title: frontierHeading(frontier),
    subtitle,
    body: {
      encoding: { ...positions(frontier, rows, scale), color: byShape(rows, 'color') },
      layer: [
        bandLayer(bandRows(frontier, psnrDomainDb(rows))),
        dominatedLayer(rows),
        envelopeLayer(rows),
        spreadLayer(rows),
        frontierLayer(rows),
      ],
    },
  });
}

function positions(frontier: Frontier, rows: readonly PlotRow[], scale: AxisScale) {
  return {
    x: paramsAxis(paramsDomain(rows, scale), axisTitle(frontier), scale),
    y: {
      field: 'psnrDb',
      type: 'quantitative',
      scale: { domain: psnrDomainDb(rows), nice: false, zero: false },
      axis: { title: `${setLabels[frontier.onlySet ?? 'test']} PSNR (dB)`, tickCount: 6, titleX: verticalTitleX },
    },
  };
}

/** A count means little without the projections that are in it. */
function axisTitle({ count, points }: Frontier): string {
  const label = countLabels[count];
  return points.length === 0 ? label : `${label} (${projectionsText(points.map(({ arch }) => arch))})`;
}

function keyToMarks({ bands, uncertainty }: Frontier, rows: readonly PlotRow[], hidden: number): string[] {
  if (rows.length === 0) return ['No run finished'];
  const bars = rows.some((row) => row.onFrontier && row.lowDb !== null);
  const below = hidden > 0 ? [`${counted(hidden, 'dominated architecture')} below the plot`] : [];
  const marks = [
    'Strong: frontier',
    faintStep(rows) === 1 ? 'faint: dominated' : `faint: one in ${faintStep(rows)} of the dominated`,
    ...(bars ? ['bars: ± 1 standard deviation'] : []),
    ...(bands.length > 0 ? [`band: ${100 * uncertainty.level} % interval of the curve`] : []),
  ];
  return [[...marks, ...below].join('; ')];
}

/** One look of a mark per shape; only shapes that are there come into the legend. */
function byShape(rows: readonly PlotRow[], look: 'color' | 'mark') {
  const shown = shapes.filter((shape) => rows.some((row) => row.shape === shape));
  return {
    field: 'shape',
    type: 'nominal',
    scale: { domain: shown, range: shown.map((shape) => looks[shape][look]) },
    legend: { labelExpr: `${JSON.stringify(shapeLabels)}[datum.label]` },
  };
}

function dominatedLayer(rows: readonly PlotRow[]) {
  const dominated = rows.filter((row) => !row.onFrontier);
  const step = faintStep(rows);
  return {
    data: { values: dominated.filter((_, index) => index % step === 0) },
    mark: { type: 'point', filled: true, size: 26, opacity: 0.3 },
    encoding: { shape: byShape(rows, 'mark'), description: { field: 'description' } },
  };
}

/** Not a scale of its own, which would come into the legend as outlines of the marks. */
const dashes = shapes.map((shape) => ({ test: `datum.shape === '${shape}'`, value: looks[shape].dash }));

function envelopeLayer(rows: readonly PlotRow[]) {
  return {
    data: { values: envelopeRows(rows) },
    mark: { type: 'line', interpolate: 'step-after', strokeWidth: 1.8, aria: false },
    encoding: { strokeDash: { condition: dashes, value: [1, 0] } },
  };
}

function bandLayer(bands: readonly BandStep[]) {
  return {
    data: { values: bands },
    mark: { type: 'rect', opacity: 0.16, aria: false },
    encoding: {
      x2: { field: 'untilParams' },
      y: { field: 'lowDb', type: 'quantitative', title: null },
      y2: { field: 'highDb' },
    },
  };
}

function spreadLayer(rows: readonly PlotRow[]) {
  return {
    data: { values: rows.filter((row) => row.onFrontier && row.lowDb !== null) },
    mark: { type: 'errorbar', ticks: { size: 8, aria: false }, rule: { strokeWidth: 1.2, aria: false } },
    encoding: { y: { field: 'lowDb', type: 'quantitative', title: null }, y2: { field: 'highDb' } },
  };
}

function frontierLayer(rows: readonly PlotRow[]) {
  return {
    data: { values: rows.filter((row) => row.onFrontier) },
    mark: { type: 'point', filled: true, size: 62, opacity: 1, stroke: 'white', strokeWidth: 0.8 },
    encoding: { shape: byShape(rows, 'mark'), description: { field: 'description' } },
  };
}
