import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { frontierOf } from '../../src/frontier/frontier.js';
import { traceFrontier } from '../../src/frontier/trace.js';
import { elsewhereName, taskFolders } from '../../src/import/task-names.js';
import type { FinishedRun, Run } from '../../src/run/run.js';
import { readPublished } from '../frontier/reference.js';
import { openCsvFolder } from './files.js';
import { pictureMetrics, scoreOf } from '../../src/run/metrics.js';

const folder = openCsvFolder();
afterAll(() => folder.remove());

const published = readFileSync(new URL('../golden/runs.csv', import.meta.url), 'utf8');
const head = 'task,skip_width,bottleneck_width,depth,learning_rate,replicate,validation_psnr_db,test_psnr_db';
const row = 'mnist/denoising,785,115,4,0.001,0,24.3,24.2';
const csv = (...lines: string[]) => `${[head, ...lines].join('\n')}\n`;

const runsOf = async (...read: Parameters<typeof folder.read>) => (await folder.read(...read)).tasks[0]!.runs;
const psnrs = (runs: readonly Run[]) =>
  runs.map((run) => (run.state === 'finished' ? [run.validation.psnrDb, run.test.psnrDb] : run.state));

describe('the published runs, as the file stands', async () => {
  const { tasks, unread } = await folder.read(published);

  test('are 1,750 runs of three tasks, every column read', () => {
    expect(tasks.map(({ task, runs }) => [task.name, runs.length])).toEqual([
      ['imagenet32/super-resolution', 601],
      ['mnist/denoising', 777],
      ['mnist/super-resolution', 372],
    ]);
    expect(unread).toEqual([]);
  });

  test.each(tasks)('of $task.name give the published frontier, and say the one set they know', ({ task, runs }) => {
    const frontier = traceFrontier(runs, { ...task, task: task.name, axis: 'trainable' });
    expect(frontier.onlySet).toBe(task.name === 'mnist/denoising' ? 'validation' : 'test');
    const ours = frontierOf(frontier.points, { axis: 'trainable' });
    const theirs = readPublished().filter(
      (line) => `${line.dataset}/${line.task}`.replace('_', '-') === task.name && line.input_projection === 'trainable',
    );
    expect(ours.length).toBe(theirs.length);
    for (const { arch, trainableParams, learningRate, validation, test: onTest, replicates } of ours) {
      const line = theirs.find(
        (other) =>
          [other.skip_width, other.bottleneck_width, other.depth].join() ===
          [arch.skipWidth, arch.bottleneckWidth, arch.depth].join(),
      )!;
      expect([trainableParams, learningRate, replicates]).toEqual(
        [line.trainable_params, line.learning_rate, line.replicates].map(Number),
      );
      expect(Math.abs(scoreOf(validation) - Number(line.psnr_db_mean))).toBeLessThanOrEqual(1e-4);
      expect(onTest.psnrDb).toBe(validation.psnrDb);
      expect([onTest.meanSquaredError, onTest.ssim, validation.psnrOfMeanDb]).toEqual([null, null, null]);
    }
    for (const { hours } of frontier.effort) expect(hours).toBeNull();
  });
});

describe('columns', () => {
  test('are found by what sweeps of Weights & Biases call them', async () => {
    const runs = await runsOf(
      'Name,State,config.d_z,config.d_h,config.n_blocks,config.lr,summary.val_psnr,summary.test_psnr\n' +
        'a,finished,785,115,4,0.001,24.3,24.2\nb,crashed,785,115,4,0.001,,\n',
      { task: 'mnist/denoising' },
    );
    expect(psnrs(runs)).toEqual([[24.3, 24.2], 'failed']);
    expect(runs[0]!.spec.recipe).toMatchObject({ learningRate: 0.001, replicate: 0, epochs: 30, batchSize: 128 });
  });

  test('are found by what studies of Optuna call them; what was pruned is left out and counted', async () => {
    const { tasks, unfinished, unread } = await folder.read(
      'number,value,params_skip_width,params_bottleneck_width,params_depth,user_attrs_test_psnr,state\n' +
        '0,24.3,785,115,4,24.2,COMPLETE\n1,23,785,115,2,,PRUNED\n',
      { task: 'mnist/denoising', columns: ['validation_psnr_db=value'] },
    );
    expect(psnrs(tasks[0]!.runs)).toEqual([[24.3, 24.2]]);
    expect([unfinished, unread]).toEqual([1, ['number']]);
  });

  test('are replaced by values for all runs, and left out where nothing stands behind the name', async () => {
    const runs = await runsOf(csv(row), {
      columns: ['learning_rate=', 'test_psnr_db='],
      constants: ['learning_rate=3e-4', 'epochs=7'],
    });
    expect(runs[0]).toMatchObject({
      spec: { recipe: { learningRate: 3e-4, epochs: 7 } },
      imported: { source: 'runs.csv', onlySet: 'validation' },
      test: { psnrDb: 24.3, ssim: null },
      timing: null,
    });
  });

  test.each<[string, string, Parameters<typeof folder.read>[1], RegExp]>([
    [
      'a missing one',
      'task,width,bottleneck_width,depth,psnr\n',
      {},
      /expected a column skip_width, got none;.*'width'/,
    ],
    [
      'a missing PSNR',
      'task,d_z,d_h,depth,tset_psnr\n',
      {},
      /test_psnr_db or psnr_db, or one of another metric .*, got none; did you mean 'tset_psnr'/,
    ],
    ['a PSNR of no set', 'task,d_z,d_h,depth,psnr\n', {}, /psnr_db: expected a column metric/],
    ['one given twice', 'task,d_z,d_z,d_h,depth,psnr\n', {}, /expected each column once, got 'd_z' twice/],
    ['two for one field', 'task,d_z,skip,d_h,depth,psnr\n', {}, /skip_width: .*several.*'d_z', 'skip'/],
    [
      'a name that is not ours',
      csv(row),
      { columns: ['skipwidth=d_z'] },
      /did you mean 'skip_width'\? Ours are dataset/,
    ],
    [
      'a name that is not theirs',
      csv(row),
      { columns: ['epochs=depht'] },
      /'depht'; did you mean 'depth'\? The file has/,
    ],
    ['no assignment', csv(row), { constants: ['epochs'] }, /--set: expected <ours>=<value>, got 'epochs'/],
    [
      'a wrong value',
      csv(row),
      { constants: ['epochs=many'] },
      /--set epochs: expected a whole number from 1, got 'many'/,
    ],
  ])('that do not fit are refused: %s', async (_, content, request, expected) => {
    expect(await folder.refusal(content, request)).toEqual([expect.stringMatching(expected)]);
  });
});

describe('what a file does not say', () => {
  test('of replicates is numbered in the order of the lines, for each network and rate', async () => {
    const lines = ['785,115,4,24.1', '785,115,4,24.2', '785,115,5,24.3', '785,115,4,24.4'];
    const runs = await runsOf(`d_z,d_h,depth,test_psnr\n${lines.join('\n')}\n`, { task: 'mnist/denoising' });
    expect(runs.map(({ spec }) => [spec.arch.depth, spec.recipe.replicate])).toEqual([
      [4, 0],
      [4, 1],
      [5, 0],
      [4, 2],
    ]);
  });

  test('on one line may stand on another: one line for each set is one run', async () => {
    const lines = ['eval_psnr,24.3', 'test_psnr,24.2', 'eval_psnr,24.5', 'test_psnr,24.4'];
    const runs = await runsOf(`d_z,d_h,depth,metric,psnr\n${lines.map((line) => `785,115,4,${line}`).join('\n')}\n`, {
      task: 'mnist/denoising',
    });
    expect(psnrs(runs)).toEqual([
      [24.3, 24.2],
      [24.5, 24.4],
    ]);
    expect(runs[0]!.imported!.onlySet).toBeNull();
  });

  test('because a run diverged or failed is no number: NaN, or a state with its reason', async () => {
    const runs = await runsOf(
      'task,d_z,d_h,depth,replicate,state,reason,test_psnr\n' +
        ['0,,,nan', '1,diverged,loss is inf,', '2,failed,,', '3,finished,,24']
          .map((end) => `mnist/denoising,785,115,4,${end}\n`)
          .join(''),
    );
    expect(runs.map((run) => (run.state === 'finished' ? 'finished' : `${run.state}: ${run.reason}`))).toEqual([
      'diverged: PSNR is not a number',
      'diverged: loss is inf',
      'failed: failed according to runs.csv',
      'finished',
    ]);
    const [effort] = traceFrontier(runs, {
      task: 'mnist/denoising',
      dimensions: { input: 784, output: 784 },
      axis: 'trainable',
      metrics: pictureMetrics,
      trainingImages: 50_000,
    }).effort;
    expect(effort).toMatchObject({ runs: 4, diverged: 2, failed: 1, hours: null, trainingMultiplyAdds: null });
  });

  test('of errors and similarities stays open, and what it says is kept', async () => {
    const [run] = await runsOf(
      'task,d_z,d_h,depth,val_psnr,test_psnr,test_mse,test_ssim,batch_size\nmnist/denoising,785.0,115,4,24.3,24.2,0.0038,0.95,64\n',
    );
    expect((run as FinishedRun).validation).toEqual({ meanSquaredError: null, psnrDb: 24.3, psnrOfMeanDb: null });
    expect((run as FinishedRun).test).toEqual({
      meanSquaredError: 0.0038,
      psnrDb: 24.2,
      psnrOfMeanDb: null,
      ssim: 0.95,
    });
    expect(run!.spec.recipe.batchSize).toBe(64);
  });
});

test('a file of several tasks gives the one that is asked for', async () => {
  const { tasks } = await folder.read(published, { task: 'mnist/super_resolution' });
  expect(tasks.map(({ task, runs }) => [task.name, runs.length])).toEqual([['mnist/super-resolution', 372]]);
});

test("a task of somebody else's is named by its widths and its training images", () => {
  const facts = { inputWidth: 3072, outputWidth: 3072, trainingImages: 73_257 };
  expect(elsewhereName('svhn/denoising', facts)).toBe('elsewhere/svhn-denoising?input=3072&output=3072&images=73257');
});

test("runs of somebody else's task become runs of a task known on paper, whose widths count the parameters", async () => {
  const facts = { inputWidth: 3072, outputWidth: 3072, trainingImages: 73_257 };
  const { tasks } = await folder.read(csv(row.replace('mnist/denoising', 'svhn/denoising')), { facts });
  const [{ task, runs }] = tasks as [(typeof tasks)[number]];
  expect(task).toMatchObject({
    name: 'elsewhere/svhn-denoising?images=73257&input=3072&output=3072',
    dimensions: { input: 3072, output: 3072 },
    trainingImages: 73_257,
  });
  const { points } = traceFrontier(runs, { ...task, task: task.name, axis: 'trainable' });
  expect(points[0]!.trainableParams).toBe(2 * 3072 * 785 + 2 * 4 * 785 * 115);
});

test.each([
  ['letters of other alphabets', 'кот', 'собака'],
  ['punctuation', 'svhn+', 'svhn'],
  ['spaces and slashes', 'a b', 'a/b'],
])("two of somebody else's tasks whose names differ in %s alone are not made one", async (_, first, second) => {
  const facts = { inputWidth: 10, outputWidth: 10, trainingImages: 5 };
  const both = csv(...[first, second].map((name) => row.replace('mnist/denoising', name)));
  const [fault] = await folder.refusal(both, { facts });
  expect(fault).toMatch(/^runs\.csv:3: task: expected names that differ .* got '.*' and '.*', both of which would be /);
  const { tasks } = await folder.read(both, { facts, task: second });
  expect(tasks.map(({ runs }) => runs.length)).toEqual([1]);
});

test('tasks that differ in what they are set to alone have folders of their own', () => {
  const names = ['mnist/denoising?noise-level=0.1', 'mnist/denoising', 'mnist/super-resolution?scale=4'];
  expect(taskFolders(names)).toEqual(['mnist-denoising-noise-level-0.1', 'mnist-denoising', 'mnist-super-resolution']);
});
