/** The reference's single runs (`test/golden`) and published frontiers, and the runs as Runs of ours. */
import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import type { Dimensions } from '../../src/arch/arch.js';
import type { FinishedRun } from '../../src/run/run.js';
import { finished } from './runs.js';

export type Row = Readonly<Record<string, string>>;

/** The published frontiers, which the package brings. */
export function readPublished(): Row[] {
  return rowsOf('../../configs/paper/frontiers.csv');
}

function rowsOf(file: string): Row[] {
  return parse<Row>(readFileSync(new URL(file, import.meta.url), 'utf8'), { columns: true });
}

export const referenceTasks: readonly {
  dataset: string;
  task: string;
  dimensions: Dimensions;
  trainingImages: number;
}[] = [
  { dataset: 'mnist', task: 'denoising', dimensions: { input: 784, output: 784 }, trainingImages: 50_000 },
  { dataset: 'mnist', task: 'super_resolution', dimensions: { input: 196, output: 784 }, trainingImages: 50_000 },
  {
    dataset: 'imagenet32',
    task: 'super_resolution',
    dimensions: { input: 768, output: 3072 },
    trainingImages: 1_281_167,
  },
];

/** The reference measured one PSNR a run: it stands as validation and as test here. */
export function referenceRuns(dataset: string, task: string): FinishedRun[] {
  return rowsOf('../golden/runs.csv')
    .filter((row) => row.dataset === dataset && row.task === task)
    .map((row) => {
      const arch = {
        skipWidth: Number(row.skip_width),
        bottleneckWidth: Number(row.bottleneck_width),
        depth: Number(row.depth),
      };
      const recipe = { learningRate: Number(row.learning_rate), replicate: Number(row.replicate) };
      return finished({ task: `${dataset}/${task}`, arch, recipe }, Number(row.psnr_db));
    });
}
