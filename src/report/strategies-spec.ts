/** The plot of strategies: the share of the hypervolume they find over the share of the cost, a panel for each table. */
import type { TopLevelSpec } from 'vega-lite';
import { stackedSpecs, verticalTitleX } from './plot-style.js';
import { strategiesHeading, strategiesNotes, type StrategyReport } from './strategies.js';

/** Okabe and Ito's colours that no shape has, in the order in which strategies are given. */
const colors = ['#999999', '#E69F00', '#CC79A7', '#56B4E9', '#000000'];
const dashes = [
  [2, 2],
  [7, 3],
  [1, 0],
  [4, 2, 1, 2],
  [1, 1],
];

/** No strokes' scale of its own: it would have a legend of its own. */
function dashOf(strategy: string, index: number) {
  return { test: `datum.strategy === '${strategy}'`, value: dashes[index]! };
}

/** Makes one specification for each table. */
export function strategySpecs(tables: readonly StrategyReport[]): TopLevelSpec[] {
  return tables.flatMap((table) =>
    stackedSpecs({
      title: strategiesHeading(table),
      subtitle: strategiesNotes(table),
      panels: [panel(table)],
    }),
  );
}

function panel({ curves }: StrategyReport) {
  const rows = curves.flatMap(({ strategy, points }) =>
    points.cost.map(({ effortShare, low, median, high }) => ({ strategy, effortShare, low, median, high })),
  );
  const names = curves.map(({ strategy }) => strategy);
  // What lies below is left out: it is how the first few trainings happened to fall.
  const lowest = Math.min(...rows.filter(({ effortShare }) => effortShare >= 0.02).map((row) => row.median));
  return {
    data: { values: rows },
    encoding: {
      x: {
        field: 'effortShare',
        type: 'quantitative',
        axis: { title: 'Share of the table’s cost (epochs x multiply-adds)', format: '~%', tickCount: 8 },
      },
      y: {
        type: 'quantitative',
        scale: { domain: [Math.min(0.95, lowest), 1], clamp: true, zero: false },
        axis: { title: 'Hypervolume', format: '~%', titleX: verticalTitleX },
      },
      color: {
        field: 'strategy',
        type: 'nominal',
        scale: { domain: names, range: colors },
        title: null,
        legend: { symbolType: 'stroke', symbolStrokeWidth: 2 },
      },
    },
    layer: [
      {
        mark: { type: 'area', opacity: 0.12, aria: false },
        encoding: { y: { field: 'low' }, y2: { field: 'high' } },
      },
      {
        mark: { type: 'line', strokeWidth: 1.8, aria: false },
        encoding: {
          y: { field: 'median' },
          strokeDash: { condition: names.map(dashOf), value: [1, 0] },
        },
      },
    ],
  };
}
