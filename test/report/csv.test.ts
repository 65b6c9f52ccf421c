import { parse } from 'csv-parse/sync';
import { describe, expect, test } from 'vitest';
import { csvOf, csvPieces } from '../../src/report/csv.js';
import { frontierColumns } from '../../src/report/frontier-columns.js';
import { runColumns } from '../../src/report/run-columns.js';
import type { Run } from '../../src/run/run.js';
import { finished, smallDimensions, unfinished } from '../frontier/runs.js';
import { smallFrontier, smallRuns } from './study.js';
import { pictureMetrics } from '../../src/run/metrics.js';

const cellColumn = [{ name: 'cell', documentation: '', value: (cell: string | number | boolean | null) => cell }];

describe('a CSV file', () => {
  test('defuses text that a spreadsheet would run, and leaves numbers alone', () => {
    const cells = ['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '＝1', -1.5, 1e-7, 0.1 + 0.2, true, false, null];
    expect(csvOf(cellColumn, cells)).toBe(
      "cell\n'=1+1\n'+1\n'-1\n'@SUM(A1)\n'\tx\n'＝1\n-1.5\n1e-7\n0.30000000000000004\ntrue\nfalse\n\n",
    );
  });

  test('defuses what follows a line end or a semicolon, where a spreadsheet may begin a cell', () => {
    expect(csvOf(cellColumn, ['\n=1', 'a\r=1', 'x;=1', 'x; "@y'])).toBe(
      'cell\n"\'\n\'=1"\n"a\r\'=1"\nx;\'=1\n"x; ""\'@y"\n',
    );
    expect(csvOf(cellColumn, ['a - b', 'loss = 3; 2 = 1'])).toBe('cell\na - b\nloss = 3; 2 = 1\n');
  });

  test('quotes what needs it and is a header alone without rows', () => {
    expect(csvOf(cellColumn, ['a,b', 'say "x"', 'a\rb'])).toBe('cell\n"a,b"\n"say ""x"""\n"a\rb"\n');
    expect(csvOf(cellColumn, [])).toBe('cell\n');
  });

  test('of very many rows comes in pieces, with one header and every row once, in order', () => {
    const rows = Array.from({ length: 2500 }, (_, row) => row);
    const pieces = [...csvPieces(cellColumn, rows)];
    expect(pieces.length).toBe(3);
    expect(pieces.join('')).toBe(['cell', ...rows, ''].join('\n'));
  });

  test.each([
    ['runs.csv', runColumns(pictureMetrics)],
    ['frontier.csv', frontierColumns(pictureMetrics)],
  ])('%s names each column once, in snake case, and documents it', (_, columns) => {
    const names = columns.map((column) => column.name);
    expect(new Set(names).size).toBe(names.length);
    for (const { name, documentation } of columns) {
      expect(name).toMatch(/^[a-z]+(_[a-z]+)*$/);
      expect(documentation).toMatch(/\.$/);
    }
  });
});

test.each([
  ['runs.csv', (run: Run) => csvOf(runColumns(pictureMetrics), [{ run, dimensions: smallDimensions }])],
  [
    'frontier.csv',
    (run: Run) => csvOf(frontierColumns(pictureMetrics), smallFrontier('mnist/denoising', [run]).points),
  ],
])('%s tells the parameters of a fixed projection apart from those that are trained', (_, csvOfRun) => {
  const [row] = parse<Record<string, string>>(csvOfRun(finished({ arch: { inputProjection: 'fixed' } }, 20)), {
    columns: true,
  });
  expect(row).toMatchObject({ trainable_params: '216', total_params: '336', multiply_adds: '336' });
});

test('frontier.csv of the small study is exactly this', () => {
  expect(csvOf(frontierColumns(pictureMetrics), smallFrontier().points)).toMatchInlineSnapshot(`
    "shape,family,skip_width,bottleneck_width,depth,input_projection,output_projection,trainable_params,total_params,multiply_adds,stored_bytes,activation_bytes,learning_rate,replicates,diverged,failed,epochs,validation_mse,validation_mse_std,validation_psnr_db,validation_psnr_db_std,validation_psnr_of_mean_db,test_mse,test_mse_std,test_psnr_db,test_psnr_db_std,test_psnr_of_mean_db,test_ssim,test_ssim_std,on_frontier,frontier_probability,verdict
    hourglass,residual,12,4,1,trainable,trainable,336,336,336,1440,112,0.001,2,0,0,3,0.008971641173621408,0.0014543189992506855,20.5,0.7071067811865476,20.49,0.010066346962178547,0.0016317727556012295,20,0.7071067811865476,19.99,0.9,0,true,1,frontier
    hourglass,residual,12,6,1,trainable,trainable,384,384,384,1632,120,0.001,1,0,0,3,0.005623413251903491,,22.5,,22.49,0.005956621435290103,,22.25,,22.24,0.9,,true,1,frontier
    hourglass,residual,12,8,1,trainable,trainable,432,432,432,1824,128,0.001,1,0,0,3,0.00630957344480193,,22,,21.99,0.00630957344480193,,22,,21.99,0.9,,false,0.236,undecided
    conventional,residual,10,20,1,trainable,trainable,600,600,600,2480,160,0.001,1,0,0,3,0.012589254117941675,,19,,18.99,0.01333521432163324,,18.75,,18.74,0.9,,true,1,frontier
    conventional,residual,10,20,2,trainable,trainable,1000,1000,1000,4160,160,,0,1,0,3,,,,,,,,,,,,,false,,undecided
    "
  `);
});

test('runs.csv holds each run in the order given, and empty cells for what was not measured', () => {
  const rows = [smallRuns[4]!, unfinished({ recipe: { learningRate: 1e-7 } }, 'diverged')].map((run, index) => ({
    run: { ...run, key: `key-${index}` },
    dimensions: smallDimensions,
  }));
  expect(csvOf(runColumns(pictureMetrics), rows)).toMatchInlineSnapshot(`
    "key,task,shape,family,skip_width,bottleneck_width,depth,input_projection,output_projection,trainable_params,total_params,multiply_adds,stored_bytes,activation_bytes,learning_rate,replicate,seed,epochs,batch_size,flips,weight_decay,learning_rate_step,engine,state,reason,validation_mse,validation_psnr_db,validation_psnr_of_mean_db,test_mse,test_psnr_db,test_psnr_of_mean_db,test_ssim
    key-0,mnist/denoising,conventional,residual,10,20,1,trainable,trainable,600,600,600,2480,160,0.001,0,1,3,128,1,0.01,epoch,onnx-cpu,finished,,0.012589254117941675,19,18.99,0.01333521432163324,18.75,18.74,0.9
    key-1,mnist/denoising,hourglass,residual,12,4,1,trainable,trainable,336,336,336,1440,112,1e-7,0,1,3,128,1,0.01,epoch,onnx-cpu,diverged,diverged at epoch 1,,,,,,,
    "
  `);
});
