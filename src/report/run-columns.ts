/** The columns of `runs.csv`: one row per run. No column holds a time of day, so equal runs give equal files. */
import { type Dimensions, shapeOf } from '../arch/arch.js';
import { defaultFamily } from '../arch/families.js';
import { sizeNames, sizeOf, sizeTable } from '../arch/sizes.js';
import type { TaskMetrics } from '../run/metrics.js';
import type { RunResult } from '../run/run.js';
import type { Column } from './csv.js';
import { metricColumns, metricDocumentation } from './metric-columns.js';

/** Holds a run, and the dimensions that its sizes follow from. */
export interface RunRow {
  readonly run: RunResult;
  readonly dimensions: Dimensions;
}

/** What was asked for, and how it ended. */
const askedColumns: readonly Column<RunRow>[] = [
  { name: 'key', documentation: 'Hash of everything that determines the result.', value: ({ run }) => run.key },
  { name: 'task', documentation: 'Data set and task.', value: ({ run }) => run.spec.task },
  {
    name: 'shape',
    documentation: 'hourglass (bottleneck narrower than skip), conventional (wider) or straight (equal).',
    value: ({ run }) => shapeOf(run.spec.arch),
  },
  { name: 'family', documentation: 'Family of networks.', value: ({ run }) => run.spec.arch.family ?? defaultFamily },
  { name: 'skip_width', documentation: 'd_z: width of the skip.', value: ({ run }) => run.spec.arch.skipWidth },
  {
    name: 'bottleneck_width',
    documentation: 'd_h: width inside a block.',
    value: ({ run }) => run.spec.arch.bottleneckWidth,
  },
  { name: 'depth', documentation: 'L: number of residual blocks.', value: ({ run }) => run.spec.arch.depth },
  {
    name: 'input_projection',
    documentation: 'trainable, fixed, identity or none.',
    value: ({ run }) => run.spec.arch.inputProjection,
  },
  {
    name: 'output_projection',
    documentation: 'trainable or none.',
    value: ({ run }) => run.spec.arch.outputProjection,
  },
  ...sizeNames.map((name) => ({
    name: sizeTable[name].column,
    documentation: sizeTable[name].documentation,
    value: ({ run, dimensions }: RunRow) => sizeOf(run.spec.arch, dimensions, name),
  })),
  {
    name: 'learning_rate',
    documentation: 'Initial learning rate.',
    value: ({ run }) => run.spec.recipe.learningRate,
  },
  { name: 'replicate', documentation: '0-based repeat.', value: ({ run }) => run.spec.recipe.replicate },
  { name: 'seed', documentation: 'Seed of the study.', value: ({ run }) => run.spec.recipe.seed },
  { name: 'epochs', documentation: 'Epochs asked for.', value: ({ run }) => run.spec.recipe.epochs },
  { name: 'batch_size', documentation: 'Images per step.', value: ({ run }) => run.spec.recipe.batchSize },
  {
    name: 'flips',
    documentation: 'Flip augmentation: the data set is this many times longer.',
    value: ({ run }) => run.spec.recipe.flips,
  },
  {
    name: 'weight_decay',
    documentation: 'Decoupled weight decay of AdamW.',
    value: ({ run }) => run.spec.recipe.weightDecay,
  },
  {
    name: 'learning_rate_step',
    documentation: 'Whether the learning rate falls per epoch, per step or never.',
    value: ({ run }) => run.spec.recipe.learningRateStep,
  },
  { name: 'engine', documentation: 'What computed the run.', value: ({ run }) => run.spec.engine },
  { name: 'state', documentation: 'finished, diverged, stopped or failed.', value: ({ run }) => run.state },
  {
    name: 'reason',
    documentation: 'Why a run did not finish.',
    value: ({ run }) => (run.state === 'finished' ? null : run.reason),
  },
];

/** Of a file in which runs have patience. */
const patienceColumns: readonly Column<RunRow>[] = [
  {
    name: 'patience',
    documentation: 'Epochs without a better one on validation after which a run ends.',
    value: ({ run }) => run.spec.recipe.patience ?? null,
  },
  {
    name: 'trained_epochs',
    documentation: 'Epochs that were trained.',
    value: ({ run }) => (run.imported ? null : run.curve.length),
  },
];

/**
 * Lists the columns of a task's file in their order.
 * @param runs the rows; those of patience are there only where a run has it
 */
export function runColumns(metrics: TaskMetrics, runs: readonly RunResult[] = []): readonly Column<RunRow>[] {
  const hasPatience = runs.some(({ spec }) => spec.recipe.patience !== undefined);
  return [
    ...askedColumns,
    ...(hasPatience ? patienceColumns : []),
    ...metricColumns<RunRow>(metrics, (set, key, name) => [
      {
        name,
        documentation: metricDocumentation(key, set),
        value: ({ run }) => (run.state === 'finished' ? (run[set][key] ?? null) : null),
      },
    ]),
  ];
}
