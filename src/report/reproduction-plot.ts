/** Published curves faint, our points strong on top, each joined to the value it is held against. */
import { sizeTable } from '../arch/sizes.js';
import type { TopLevelSpec } from 'vega-lite';
import { archName } from '../arch/arch.js';
import { formatExactCount } from '../base/numbers.js';
import type { Reproduction } from '../frontier/reproduction.js';
import { curveExamples, curveLabel, curveLook, type CurveLook } from './curve-looks.js';
import { qualityText } from './scores.js';
import { paramsDomain } from './plot-rows.js';
import { framedSpec, paramsAxis, verticalTitleX } from './plot-style.js';
import { meanDifferenceText, warningsOf, type ReproductionSetting } from './reproduction-text.js';

/** Sets a published point against what came of training it. */
export interface OverlayRow {
  /** The curve's name in the legend. */
  readonly curve: string;
  readonly params: number;
  readonly publishedDb: number;
  /** On the set that the authors reported; null where we have not trained the point. */
  readonly oursDb: number | null;
  readonly description: string;
}

/** Makes a row per published point. */
export function overlayRows({ published, points, set }: Reproduction): OverlayRow[] {
  return published.map((point) => {
    const reproduced = points.find((candidate) => candidate.published === point);
    const ours = reproduced?.ours[set] ?? null;
    return {
      curve: curveLabel(point),
      params: point.trainableParams,
      publishedDb: point.psnrDb,
      oursDb: ours?.psnrDb ?? null,
      description: [
        `${curveLabel(point)} ${archName(point.arch)}`,
        `${sizeTable.trainable.label}: ${formatExactCount(point.trainableParams)}`,
        `Published: ${point.psnrDb.toFixed(3)} dB`,
        ...(ours ? [`Ours: ${qualityText(ours)} dB`] : []),
      ].join('; '),
    };
  });
}

/** Plots PSNR on the authors' set against parameters. */
export function reproductionSpec(
  reproduction: Reproduction,
  setting: Pick<ReproductionSetting, 'epochs'>,
): TopLevelSpec {
  const rows = overlayRows(reproduction);
  const ours = rows.filter(({ oursDb }) => oursDb !== null);
  const legend = curveExamples(reproduction.published).map((point) => ({
    curve: curveLabel(point),
    look: curveLook(point),
  }));
  return framedSpec({
    title: `Published frontiers of ${reproduction.task} and our runs`,
    subtitle: [
      'Faint: published (arXiv 2510.01796); strong: ours; in brackets: the projections that a curve has',
      meanDifferenceText(reproduction),
      ...warningsOf(setting),
    ],
    body: {
      encoding: {
        x: paramsAxis(paramsDomain(rows, 'log'), sizeTable.trainable.label),
        stroke: byCurve(legend, 'color'),
      },
      layer: [publishedSteps(rows, legend), publishedPoints(rows, legend), joins(ours), ourPoints(ours, legend)].map(
        (layer) => withAxis(layer, rows, reproduction.set),
      ),
    },
  });
}

type Legend = readonly { readonly curve: string; readonly look: CurveLook }[];

interface Layer {
  readonly values: readonly OverlayRow[];
  readonly y: 'publishedDb' | 'oursDb';
  readonly mark: Readonly<Record<string, unknown>>;
  readonly encoding: Readonly<Record<string, unknown>>;
}

function withAxis({ values, y, mark, encoding }: Layer, rows: readonly OverlayRow[], set: Reproduction['set']) {
  const title = set === 'test' ? 'Test PSNR (dB)' : 'Validation PSNR (dB)';
  return {
    data: { values },
    mark,
    encoding: {
      y: {
        field: y,
        type: 'quantitative',
        scale: { domain: psnrDomainDb(rows), nice: false, zero: false },
        axis: { title, tickCount: 6, titleX: verticalTitleX },
      },
      ...encoding,
    },
  };
}

/** All values and a margin of 6 %. */
function psnrDomainDb(rows: readonly OverlayRow[]): [number, number] {
  const values = rows.flatMap(({ publishedDb, oursDb }) => (oursDb === null ? [publishedDb] : [publishedDb, oursDb]));
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const margin = 0.06 * (high - low);
  return [low - margin, high + margin];
}

function byCurve(legend: Legend, look: 'color' | 'mark') {
  return {
    field: 'curve',
    type: 'nominal',
    scale: { domain: legend.map(({ curve }) => curve), range: legend.map((entry) => entry.look[look]) },
    legend: { labelLimit: 0 },
  };
}

function publishedSteps(values: readonly OverlayRow[], legend: Legend): Layer {
  const dashes = legend.map(({ curve, look }) => ({
    test: `datum.curve === ${JSON.stringify(curve)}`,
    value: look.dash,
  }));
  return {
    values,
    y: 'publishedDb',
    mark: { type: 'line', interpolate: 'step-after', strokeWidth: 1.4, opacity: 0.45, aria: false },
    encoding: { strokeDash: { condition: dashes, value: [1, 0] } },
  };
}

function publishedPoints(values: readonly OverlayRow[], legend: Legend): Layer {
  return {
    values,
    y: 'publishedDb',
    mark: { type: 'point', filled: false, size: 30, strokeWidth: 1.2, opacity: 0.4 },
    encoding: { shape: byCurve(legend, 'mark'), description: { field: 'description' } },
  };
}

function joins(values: readonly OverlayRow[]): Layer {
  return {
    values,
    y: 'publishedDb',
    mark: { type: 'rule', strokeWidth: 1, aria: false },
    encoding: { y2: { field: 'oursDb' } },
  };
}

function ourPoints(values: readonly OverlayRow[], legend: Legend): Layer {
  return {
    values,
    y: 'oursDb',
    mark: { type: 'point', filled: false, size: 70, strokeWidth: 1.8, opacity: 1 },
    encoding: { shape: byCurve(legend, 'mark'), description: { field: 'description' } },
  };
}
