/** The columns of `reproduction.csv`: one row per published point that was trained. No column holds a time. */
import type { ReproducedPoint } from '../frontier/reproduction.js';
import { scoreStdOf } from '../frontier/point.js';
import { scoreOf } from '../run/metrics.js';
import type { Column } from './csv.js';

/** Lists the columns in the order of the file. */
export const reproductionColumns: readonly Column<ReproducedPoint>[] = [
  { name: 'shape', documentation: 'hourglass or conventional.', value: ({ published }) => published.shape },
  {
    name: 'skip_width',
    documentation: 'd_z: width of the skip.',
    value: ({ published }) => published.arch.skipWidth,
  },
  {
    name: 'bottleneck_width',
    documentation: 'd_h: width inside a block.',
    value: ({ published }) => published.arch.bottleneckWidth,
  },
  { name: 'depth', documentation: 'L: number of residual blocks.', value: ({ published }) => published.arch.depth },
  {
    name: 'input_projection',
    documentation: 'trainable or none.',
    value: ({ published }) => published.arch.inputProjection,
  },
  {
    name: 'output_projection',
    documentation: 'trainable or none.',
    value: ({ published }) => published.arch.outputProjection,
  },
  {
    name: 'trainable_params',
    documentation: 'Values that the optimiser changes.',
    value: ({ published }) => published.trainableParams,
  },
  {
    name: 'reason',
    documentation: 'Why the point was picked: left end, right end, knee, crossing or gap.',
    value: ({ reason }) => reason,
  },
  {
    name: 'learning_rate',
    documentation: 'Initial learning rate of our runs.',
    value: ({ ours }) => ours.learningRate,
  },
  {
    name: 'published_learning_rate',
    documentation: 'Empty where it was not published.',
    value: ({ published }) => published.learningRate,
  },
  {
    name: 'published_psnr_db',
    documentation: "The authors' mean over replicates, in dB.",
    value: ({ published }) => published.psnrDb,
  },
  {
    name: 'published_psnr_db_std',
    documentation: 'Its standard deviation (divided by n); empty with one replicate and where it was not published.',
    value: ({ published }) => published.psnrDbStd,
  },
  {
    name: 'published_replicates',
    documentation: 'Empty where it was not published.',
    value: ({ published }) => published.replicates,
  },
  { name: 'replicates', documentation: 'Finished runs of ours.', value: ({ ours }) => ours.replicates },
  {
    name: 'validation_psnr_db',
    documentation: 'Our mean over replicates on validation, in dB.',
    value: ({ ours }) => scoreOf(ours.validation),
  },
  {
    name: 'validation_psnr_db_std',
    documentation: 'Its standard deviation (n - 1); empty with one replicate.',
    value: ({ ours }) => scoreStdOf(ours.validation),
  },
  {
    name: 'test_psnr_db',
    documentation: 'Our mean over replicates on test, in dB.',
    value: ({ ours }) => scoreOf(ours.test),
  },
  {
    name: 'test_psnr_db_std',
    documentation: 'Its standard deviation (n - 1); empty with one replicate.',
    value: ({ ours }) => scoreStdOf(ours.test),
  },
  {
    name: 'difference_db',
    documentation: 'Ours minus published, on the set that the authors reported.',
    value: ({ differenceDb }) => differenceDb,
  },
  {
    name: 'difference_in_stds',
    documentation: "The same over the authors' standard deviation; empty where they have none.",
    value: ({ differenceInStds }) => differenceInStds,
  },
];
