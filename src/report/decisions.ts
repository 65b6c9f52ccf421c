/** The columns of `decisions.csv`: what a search by halving decided, in order, and by what; then what it left stopped. */
import { shapeOf, type Arch, type Dimensions } from '../arch/arch.js';
import { defaultFamily } from '../arch/families.js';
import { hasSeveralFamilies } from '../arch/series.js';
import { sizeOf } from '../arch/sizes.js';
import { fromScore, metricOf, type MetricKey } from '../run/metrics.js';
import type { Column } from './csv.js';

/** Names the file inside a results folder. */
export const decisionsFile = 'decisions.csv';

/** Tells of a decision on a training, and what it was based on. */
export interface DecisionRow {
  readonly arch: Arch;
  readonly dimensions: Dimensions;
  readonly learningRate: number;
  readonly decision: 'start' | 'lead' | 'hope' | 'best' | 'audit' | 'stop';
  /** Epochs that it had, and that it was to have then. */
  readonly fromEpoch: number;
  readonly toEpoch: number;
  readonly basedOn: number;
  /** At `fromEpoch`; null before the first. */
  readonly score: number | null;
  /** Null before enough trainings had ended to predict. */
  readonly prediction: DecisionPrediction | null;
}

/** Holds what was predicted of the score at the last epoch, and the chance of reaching the frontier. */
export interface DecisionPrediction {
  readonly predicted: number;
  readonly deviation: number;
  readonly bar: number;
  readonly chance: number;
}

const isFiniteNumber = (value: number | null | undefined): value is number => Number.isFinite(value);
const finiteOrNull = (value: number | undefined) => (isFiniteNumber(value) ? value : null);

/** What was decided, and of which network. */
const choiceColumns: readonly Column<DecisionRow>[] = [
  { name: 'shape', documentation: 'hourglass, conventional or straight.', value: (row) => shapeOf(row.arch) },
  { name: 'skip_width', documentation: 'd_z: width of the skip.', value: (row) => row.arch.skipWidth },
  {
    name: 'bottleneck_width',
    documentation: 'd_h: width inside a block.',
    value: (row) => row.arch.bottleneckWidth,
  },
  { name: 'depth', documentation: 'L: number of residual blocks.', value: (row) => row.arch.depth },
  {
    name: 'trainable_params',
    documentation: 'Values that the optimiser changes.',
    value: (row) => sizeOf(row.arch, row.dimensions, 'trainable'),
  },
  {
    name: 'learning_rate',
    documentation: 'Initial learning rate.',
    value: ({ learningRate }) => learningRate,
  },
  {
    name: 'decision',
    documentation:
      'start; lead: best for its size, goes on while others start; hope: could still enter the frontier; best: likely ' +
      'better than all that have ended; audit: would be stopped, and goes on to see; stop: is left where it is at the end ' +
      'of the search.',
    value: ({ decision }) => decision,
  },
  { name: 'from_epoch', documentation: 'Epochs that it had.', value: ({ fromEpoch }) => fromEpoch },
  { name: 'to_epoch', documentation: 'Epochs that it was to have then.', value: ({ toEpoch }) => toEpoch },
  {
    name: 'based_on',
    documentation: 'Number of decisions, from the first, whose outcome this one is based on.',
    value: ({ basedOn }) => basedOn,
  },
];

const familyColumn: Column<DecisionRow> = {
  name: 'family',
  documentation: 'Family of networks.',
  value: ({ arch }) => arch.family ?? defaultFamily,
};

/**
 * Lists the columns of a task's file in their order.
 * @param rows the family has a column only where they are of several
 */
export function decisionColumns(key: MetricKey, rows: readonly DecisionRow[] = []): readonly Column<DecisionRow>[] {
  const [shape, ...others] = choiceColumns;
  const ofSeveral = hasSeveralFamilies(rows.map(({ arch }) => arch));
  const { column } = metricOf(key);
  const number = (score: number | null | undefined) => (isFiniteNumber(score) ? fromScore(key, score) : null);
  return [
    ...(shape === undefined || !ofSeveral ? choiceColumns : [shape, familyColumn, ...others]),
    {
      name: `validation_${column}`,
      documentation: 'Mean over replicates at from_epoch.',
      value: ({ score }) => number(score),
    },
    {
      name: `predicted_${column}`,
      documentation: 'At the last epoch; empty before enough trainings had ended.',
      value: ({ prediction }) => number(prediction?.predicted),
    },
    {
      name: `predicted_std${column.endsWith('_db') ? '_db' : ''}`,
      documentation: 'Standard deviation of that prediction.',
      value: ({ prediction }) => finiteOrNull(prediction?.deviation),
    },
    {
      name: `bar_${column}`,
      documentation:
        'What a network of its size must surpass to be on the frontier; empty where nothing is in the way.',
      value: ({ prediction }) => number(prediction?.bar),
    },
    {
      name: 'chance',
      documentation: 'Probability to surpass it.',
      value: ({ prediction }) => finiteOrNull(prediction?.chance),
    },
  ];
}
