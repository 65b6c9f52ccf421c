/** The columns of `decisions.csv`: what a search by halving decided, in order, and by what; then what it left stopped. */
import { shapeOf, type Arch, type Dimensions } from '../arch/arch.js';
import { sizeOf } from '../arch/sizes.js';
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
  /** At `fromEpoch`, in dB; null before the first. */
  readonly psnrDb: number | null;
  /** Null before enough trainings had ended to predict. */
  readonly prediction: DecisionPrediction | null;
}

/** Holds what was predicted of the PSNR at the last epoch, in dB, and the chance of reaching the frontier. */
export interface DecisionPrediction {
  readonly predictedDb: number;
  readonly deviationDb: number;
  readonly barDb: number;
  readonly chance: number;
}

const finiteOrNull = (value: number | undefined) => (value !== undefined && Number.isFinite(value) ? value : null);

/** Lists the columns in the order of the file. */
export const decisionColumns: readonly Column<DecisionRow>[] = [
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
  {
    name: 'validation_psnr_db',
    documentation: 'Mean over replicates at from_epoch.',
    value: ({ psnrDb }) => psnrDb,
  },
  {
    name: 'predicted_psnr_db',
    documentation: 'At the last epoch; empty before enough trainings had ended.',
    value: ({ prediction }) => finiteOrNull(prediction?.predictedDb),
  },
  {
    name: 'predicted_std_db',
    documentation: 'Standard deviation of that prediction.',
    value: ({ prediction }) => finiteOrNull(prediction?.deviationDb),
  },
  {
    name: 'bar_psnr_db',
    documentation: 'What a network of its size must surpass to be on the frontier; empty where nothing is in the way.',
    value: ({ prediction }) => finiteOrNull(prediction?.barDb),
  },
  {
    name: 'chance',
    documentation: 'Probability to surpass it.',
    value: ({ prediction }) => finiteOrNull(prediction?.chance),
  },
];
