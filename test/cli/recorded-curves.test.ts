import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { InputProjection } from '../../src/arch/arch.js';
import { findTask } from '../../src/data/tasks.js';
import { readCurves } from '../../src/study/benchmark/recorded-curves.js';
import type { RecordedTable } from '../../src/study/benchmark/recorded-table.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'hgmlp-curves-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

test('Recorded curves find the networks of their projections, and are the mean over replicates of the task.', async () => {
  const file = path.join(folder, 'curves.csv');
  const rows = [
    'task,skip_width,bottleneck_width,depth,input_projection,learning_rate,replicate,epoch,validation_psnr_db',
    ...['mnist/denoising,40,8,2,fixed,0.001,0,1,20', 'mnist/denoising,40,8,2,fixed,0.001,1,1,22'],
    ...['mnist/denoising,40,8,2,,0.001,0,1,30', 'mnist/super-resolution,40,8,2,fixed,0.001,0,1,10'],
  ];
  writeFileSync(file, `${rows.join('\n')}\n`);
  const configurationOf = (inputProjection: InputProjection) => ({
    arch: { skipWidth: 40, bottleneckWidth: 8, depth: 2, inputProjection, outputProjection: 'trainable' as const },
    ...{ pair: 0, learningRate: 1e-3, size: 1, score: 0, cost: 1, curveScores: [] },
  });
  const recipe = {
    epochs: 1,
    batchSize: 128,
    learningRateStep: 'epoch',
    weightDecay: 0.01,
    flips: 1,
    seed: 1,
  } as const;
  const training = { task: 'mnist/denoising', engine: 'onnx-cpu', recipe, learningRates: [1e-3], replicates: 1 };
  const table: RecordedTable = {
    ...{ task: findTask('mnist/denoising'), shape: 'hourglass', training },
    configurations: [configurationOf('fixed'), configurationOf('trainable')],
  };
  const { configurations } = (await readCurves(file)).addTo(table);
  expect(configurations.map(({ curveScores }) => curveScores)).toEqual([[21], [30]]);
});
