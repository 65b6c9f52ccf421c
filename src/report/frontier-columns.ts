/** The columns of `frontier.csv`: one row per architecture, on the frontier or not. */
import { defaultFamily } from '../arch/families.js';
import { sizeNames, sizeTable } from '../arch/sizes.js';
import type { Point } from '../frontier/point.js';
import type { Column } from './csv.js';

/** Lists the columns in the order of the file. */
export const frontierColumns: readonly Column<Point>[] = [
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
      'The rate with the highest mean validation PSNR; one without diverged replicates where there is one.',
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
  {
    name: 'validation_mse',
    documentation: 'Mean over replicates of the mean squared error on validation.',
    value: (point) => point.validation?.meanSquaredError ?? null,
  },
  {
    name: 'validation_mse_std',
    documentation: 'Its standard deviation (n - 1); empty with one replicate.',
    value: (point) => point.validation?.meanSquaredErrorStd ?? null,
  },
  {
    name: 'validation_psnr_db',
    documentation: 'Mean over replicates of the PSNR on validation, in dB. Chooses rate and frontier.',
    value: (point) => point.validation?.psnrDb ?? null,
  },
  {
    name: 'validation_psnr_db_std',
    documentation: 'Its standard deviation (n - 1); empty with one replicate.',
    value: (point) => point.validation?.psnrDbStd ?? null,
  },
  {
    name: 'validation_psnr_of_mean_db',
    documentation: 'Mean over replicates of the PSNR of the whole validation set, in dB.',
    value: (point) => point.validation?.psnrOfMeanDb ?? null,
  },
  {
    name: 'test_mse',
    documentation: 'Mean over replicates of the mean squared error on test.',
    value: (point) => point.test?.meanSquaredError ?? null,
  },
  {
    name: 'test_mse_std',
    documentation: 'Its standard deviation (n - 1); empty with one replicate.',
    value: (point) => point.test?.meanSquaredErrorStd ?? null,
  },
  {
    name: 'test_psnr_db',
    documentation: 'Mean over replicates of the PSNR on test, in dB.',
    value: (point) => point.test?.psnrDb ?? null,
  },
  {
    name: 'test_psnr_db_std',
    documentation: 'Its standard deviation (n - 1); empty with one replicate.',
    value: (point) => point.test?.psnrDbStd ?? null,
  },
  {
    name: 'test_psnr_of_mean_db',
    documentation: 'Mean over replicates of the PSNR of the whole test set, in dB.',
    value: (point) => point.test?.psnrOfMeanDb ?? null,
  },
  {
    name: 'test_ssim',
    documentation: 'Mean over replicates of the structural similarity on test.',
    value: (point) => point.test?.ssim ?? null,
  },
  {
    name: 'test_ssim_std',
    documentation: 'Its standard deviation (n - 1); empty with one replicate.',
    value: (point) => point.test?.ssimStd ?? null,
  },
  {
    name: 'on_frontier',
    documentation: 'true where no architecture of the same shape that is not larger does as well.',
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
