/** The columns of `frontier.csv`: one row per architecture, on the frontier or not. */
import { defaultFamily } from '../arch/families.js';
import { sizeNames, sizeTable } from '../arch/sizes.js';
import type { Point } from '../frontier/point.js';
import { metricOf, type TaskMetrics } from '../run/metrics.js';
import type { Column } from './csv.js';
import { metricColumns, metricDocumentation } from './metric-columns.js';

const networkColumns: readonly Column<Point>[] = [
  { name: 'shape', documentation: 'hourglass, conventional or straight.', value: (point) => point.shape },
  { name: 'family', documentation: 'Family of networks.', value: (point) => point.arch.family ?? defaultFamily },
  { name: 'skip_width', documentation: 'd_z: width of the skip.', value: (point) => point.arch.skipWidth },
  {
    name: 'bottleneck_width',
    documentation: 'd_h: width inside a block.',
    value: (point) => point.arch.bottleneckWidth,
  },
  { name: 'depth', documentation: 'L: number of residual blocks.', value: (point) => point.arch.depth },
  {
    name: 'input_projection',
    documentation: 'trainable, fixed, identity or none.',
    value: (point) => point.arch.inputProjection,
  },
  { name: 'output_projection', documentation: 'trainable or none.', value: (point) => point.arch.outputProjection },
  ...sizeNames.map((name) => ({
    name: sizeTable[name].column,
    documentation: sizeTable[name].documentation,
    value: (point: Point) => point[sizeTable[name].key],
  })),
  {
    name: 'learning_rate',
    documentation:
      'The rate with the best mean result on validation; one without diverged replicates where there is one.',
    value: (point) => point.learningRate,
  },
  { name: 'replicates', documentation: 'Finished replicates at that rate.', value: (point) => point.replicates },
  {
    name: 'diverged',
    documentation: 'Runs whose loss was not finite, over all learning rates.',
    value: (point) => point.diverged,
  },
  {
    name: 'failed',
    documentation: 'Runs that the machine lost, over all learning rates.',
    value: (point) => point.failed,
  },
  { name: 'epochs', documentation: 'Epochs of training.', value: (point) => point.epochs },
];

/** Means over replicates of what was measured. */
function measuredColumns(metrics: TaskMetrics): readonly Column<Point>[] {
  return metricColumns<Point>(metrics, (set, key, name) => [
    {
      name,
      documentation: `Mean over replicates. ${metricDocumentation(key, set)}${
        key === metrics[0] && set === 'validation' ? ' Chooses rate and frontier.' : ''
      }`,
      value: (point) => point[set]?.[key] ?? null,
    },
    ...(metricOf(key).hasSpread
      ? [
          {
            name: `${name}_std`,
            documentation: 'Its standard deviation (n - 1); empty with one replicate.',
            value: (point: Point) => point[set]?.[`${key}Std`] ?? null,
          },
        ]
      : []),
  ]);
}

const verdictColumns: readonly Column<Point>[] = [
  {
    name: 'on_frontier',
    documentation: 'true where no architecture of the same family and shape that is not larger does as well.',
    value: (point) => point.onFrontier,
  },
  {
    name: 'frontier_probability',
    documentation: 'Share of the resamples of the replicates in which it is on the frontier; empty without replicates.',
    value: (point) => point.frontierProbability,
  },
  {
    name: 'verdict',
    documentation: 'frontier (probability at least 0.95), dominated (at most 0.05) or undecided.',
    value: (point) => point.verdict,
  },
];

/** Lists the columns of a task's file in their order. */
export function frontierColumns(metrics: TaskMetrics): readonly Column<Point>[] {
  return [...networkColumns, ...measuredColumns(metrics), ...verdictColumns];
}
