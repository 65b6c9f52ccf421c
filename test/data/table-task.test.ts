/** A table as a task: read and prepared once, known from then on by its name alone. */
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { FetchProgress } from '../../src/data/fetching.js';
import { npyOf } from '../../src/data/npy-file.js';
import { noTaskOptions, resolveTask, type TaskOptions } from '../../src/data/resolve-task.js';
import { dataRoot, type DataRoot } from '../../src/data/root.js';
import { errorUnitOf } from '../../src/data/task-pairs.js';
import { openTask, type TrainingEpoch } from '../../src/data/task-data.js';
import { findTask, type Task } from '../../src/data/tasks.js';
import { refuseFleetTask } from '../../src/execute/fleet/messages.js';
import { refusal } from './refusal.js';
import { csv } from './table/written.js';

const epoch: TrainingEpoch = { runKey: 'run', seed: 1, replicate: 0, epoch: 0, batchSize: 16, flips: 1 };

let base: string;
let root: DataRoot;
let houses: string;
let said: string[];
let steps: string[];

beforeEach(() => {
  base = mkdtempSync(path.join(tmpdir(), 'hgmlp-table-task-'));
  root = dataRoot(path.join(base, 'data'));
  houses = path.join(base, 'my houses.csv');
  const row = (index: number) => `${index * 1.5},${index % 7},${index % 3},${index % 2 === 0},same,${100 + index}`;
  writeFileSync(houses, csv('area,rooms,kind,garden,town,price', 50, row));
  [said, steps] = [[], []];
});
afterEach(() => rmSync(base, { recursive: true }));

const progress: FetchProgress = {
  step: (what) => void steps.push(what),
  advance: () => undefined,
  note: (text) => void said.push(text),
};

function resolve(options: Partial<TaskOptions> = {}, written = `table:${houses}`): Promise<Task> {
  return resolveTask(written, { root, progress, options: { ...noTaskOptions, ...options } });
}

describe('A table', () => {
  test('becomes a task whose name says all, and that is opened without the file.', async () => {
    const task = await resolve({ target: 'price', drop: 'kind' });
    expect(task.name).toMatch(
      /^table:my-houses\.csv\/regression\?target=price&rows=40&sha256=[0-9a-f]{12}&input=3&output=1$/,
    );
    expect(task).toMatchObject({
      dimensions: { input: 3, output: 1, loss: 'squaredError' },
      metrics: ['rmse', 'mae', 'r2'],
      pictures: null,
      trainingImages: 40,
      recipe: { batchSize: 256, learningRate: 1e-3, flips: 1 },
    });
    rmSync(houses);
    expect(findTask(task.name)).toMatchObject({ name: task.name });
    expect((await resolve({}, task.name)).name).toBe(task.name);
    const data = await openTask(task.name, { folder: root.folder });
    const sizes = (['validation', 'test'] as const).map((set) => data.evaluationBatches(set)[0]!.size);
    expect([data.trainingImages, ...sizes]).toEqual([40, 5, 5]);
    // The standard deviation of the prices of the training rows.
    expect(errorUnitOf(data.meaning)).toBeGreaterThan(13);
    expect(errorUnitOf(data.meaning)).toBeLessThan(16);
  });

  test('gives every training row once an epoch, each with its own target, in an order of the seed.', async () => {
    const { name } = await resolve({ target: 'price', drop: 'kind,rooms,garden' });
    const data = await openTask(name, { folder: root.folder });
    const inputs: number[] = [];
    for (const { input, target, size, items } of data.trainingBatches(epoch)) {
      expect([input.length, target.length, items.length]).toEqual([size, size, size]);
      // Both rise with the row's number, so both are the same once they are standardised.
      target.forEach((value, row) => expect(Math.abs(value - input[row]!)).toBeLessThan(1e-6));
      inputs.push(...input);
    }
    expect(new Set(inputs).size).toBe(40);
    const [whole, part] = [data.trainingBatches(epoch), data.trainingBatches({ ...epoch, firstBatch: 2 })];
    whole.next();
    whole.next();
    const expected = [...whole.next().value!.items];
    expect([...part.next().value!.items]).toEqual(expected);
    const other = data.trainingBatches({ ...epoch, seed: 2 }).next().value!;
    expect([...other.items]).not.toEqual(expected);
  });

  test('is read once, and then what is worth knowing is said; its content decides, not where it stands.', async () => {
    const { name } = await resolve({ target: 'price' });
    expect(said).toEqual([
      "my houses.csv: town is left out: it is 'same' on all training rows",
      expect.stringMatching(/^my houses\.csv: warning: area correlates with the target 'price' by 1\.0/),
    ]);
    expect(steps).toEqual(['reading my houses.csv', 'writing the prepared copy of my houses.csv']);
    [said, steps] = [[], []];
    const moved = path.join(base, 'moved');
    mkdirSync(moved);
    writeFileSync(path.join(moved, 'my houses.csv'), readFileSync(houses));
    expect((await resolve({ target: 'price' }, `table:${moved}/my houses.csv`)).name).toBe(name);
    expect([said, steps]).toEqual([[], ['reading my houses.csv']]);
  });

  test('that has changed, or of which other things are said, is another task.', async () => {
    const names = [await resolve({ target: 'price' }), await resolve({ target: 'price', splitSeed: 7 })];
    names.push(await resolve({ target: 'price', categorical: 'kind' }), await resolve({ target: 'area' }));
    appendFileSync(houses, '7,7,7,true,same,7\n');
    names.push(await resolve({ target: 'price' }));
    expect(new Set(names.map((task) => /sha256=(\w+)/.exec(task.name)![1])).size).toBe(5);
    expect(readdirSync(path.join(root.folder, 'table')).length).toBe(5);
  });

  test('of classes and of labels has their losses and metrics.', async () => {
    const classes = await resolve({ target: 'kind', targetKind: 'classification' });
    expect(classes).toMatchObject({
      dimensions: { output: 3, loss: 'softmaxCrossEntropy' },
      metrics: ['accuracy', 'logLoss', 'auc'],
    });
    expect((await resolve({ target: 'kind' }, `table:${houses}/classification`)).name).toBe(classes.name);
    const [batch] = (await openTask(classes.name, { folder: root.folder })).evaluationBatches('test');
    for (let row = 0; row < 5; row += 1) {
      expect([...batch!.target.subarray(3 * row, 3 * row + 3)].sort()).toEqual([0, 0, 1]);
    }
    const file = path.join(base, 'labels.csv');
    writeFileSync(
      file,
      csv('x,a,b', 60, (row) => `${Math.sin(row)},${row % 2},${Number(row % 3 === 0)}`),
    );
    expect(await resolve({ target: 'a,b' }, `table:${file}`)).toMatchObject({
      name: expect.stringMatching(/^table:labels\.csv\/multi-label\?target=a-b&rows=48&/) as string,
      dimensions: { output: 2, loss: 'binaryCrossEntropy' },
      metrics: ['meanAuc', 'logLoss'],
    });
  });

  test('may have a question mark in its path.', async () => {
    const file = path.join(base, 'really? yes&no=1.csv');
    writeFileSync(file, readFileSync(houses));
    expect((await resolve({ target: 'price' }, `table:${file}`)).name).toMatch(
      /^table:really-yes-no-1\.csv\/regression\?/,
    );
  });

  test('of several targets has errors in standard deviations.', async () => {
    const task = await resolve({ target: 'price,area' });
    expect(task.name).toContain('/regression?target=price-area&');
    expect(errorUnitOf((await openTask(task.name, { folder: root.folder })).meaning)).toBe(1);
  });

  test('may be arrays of numpy, in files such as the copies are.', async () => {
    const x = path.join(base, 'x.npy');
    const y = path.join(base, 'y.npy');
    writeFileSync(
      x,
      npyOf(
        Float32Array.from({ length: 60 }, (_, index) => Math.sin(index)),
        3,
      ),
    );
    writeFileSync(
      y,
      npyOf(
        Float32Array.from({ length: 20 }, (_, index) => Math.cos(index) * 7),
        1,
      ),
    );
    const task = await resolve({ target: y }, `table:${x}`);
    expect(task.name).toMatch(/^table:x\.npy\/regression\?target=y&rows=16&sha256=\w{12}&input=3&output=1$/);
    [said, steps] = [[], []];
    expect((await resolve({ target: y }, `table:${x}`)).name).toBe(task.name);
    expect(steps).toEqual(['reading x.npy']);
  });
});

describe('What is no task on a table is refused in a line:', () => {
  test.each<[string, Partial<TaskOptions>, RegExp]>([
    ['no target', {}, /^--target: expected the column that is to be predicted, got none; my houses\.csv has 'area'/],
    ['a target that is not there', { target: 'prize' }, /^--target: expected a column of .* did you mean 'price'\?/],
    ['a target of one class', { target: 'town' }, /^target 'town': expected at least two classes, got only 'same'/],
    ['a setting of pictures', { target: 'price', imageSize: 16 }, /^--image-size: expected a task on pictures/],
    ['another such', { target: 'price', imageChannels: 1 }, /^--image-channels: expected a task on pictures/],
  ])('%s.', async (_, options, expected) => {
    expect(await refusal(resolve(options))).toMatch(expected);
  });

  test('a kind that is said twice differently.', async () => {
    const resolved = resolve({ target: 'kind', targetKind: 'regression' }, `table:${houses}/classification`);
    expect(await refusal(resolved)).toMatch(/^--target-kind: expected what the task's name says, classification/);
  });

  test('a file that is not there.', async () => {
    const written = `table:${path.join(base, 'my house.csv')}`;
    expect(await refusal(resolve({ target: 'price' }, written))).toMatch(/did you mean '.*my houses\.csv'\?$/);
  });

  test('labels that all rows of a part have in common.', async () => {
    const file = path.join(base, 'labels.csv');
    writeFileSync(
      file,
      csv(
        'x,a,b,part',
        60,
        (row) => `${Math.sin(row)},${Number(row < 50) * (row % 2)},0,${row < 50 ? 'train' : 'test'}`,
      ),
    );
    const resolved = resolve({ target: 'a,b', splitColumn: 'part' }, `table:${file}`);
    expect(await refusal(resolved)).toMatch(
      /^labels\.csv: expected a label with both values among the test rows, got none/,
    );
  });

  test('options of tables for other tasks, and for a name that says all.', async () => {
    expect(await refusal(resolve({ target: 'price' }, 'mnist/denoising'))).toMatch(
      /^--target: expected a task table:<file> to read, got 'mnist\/denoising'/,
    );
    expect(await refusal(resolve({ decimalMark: 'comma' }, 'diamonds/regression'))).toMatch(/^--decimal-mark: /);
    const { name } = await resolve({ target: 'price' });
    expect(await refusal(resolve({ splitSeed: 3 }, name))).toMatch(
      /^--split-seed: expected a task table:<file> to read/,
    );
  });

  test('flips, which rows do not have.', async () => {
    const task = await resolve({ target: 'price' });
    expect(() => task.checkFlips(2)).toThrow(/^--flips: expected 1 for table:.*, whose rows are no pictures, got 2/);
    task.checkFlips(1);
    const data = await openTask(task.name, { folder: root.folder });
    expect(() => data.trainingBatches({ ...epoch, flips: 4 }).next()).toThrow(/--flips: expected 1/);
  });

  test('a fleet, whose workers have no such file.', async () => {
    const { name } = await resolve({ target: 'price' });
    expect(() => refuseFleetTask(name)).toThrow(/one that every worker has, got a table of the user .*--shard$/);
    refuseFleetTask('diamonds/regression');
  });
});

describe('A copy', () => {
  test('that is missing is refused with what to do.', async () => {
    const { name } = await resolve({ target: 'price' });
    rmSync(path.join(root.folder, 'table'), { recursive: true });
    expect(await refusal(openTask(name, { folder: root.folder }))).toMatch(
      /expected the prepared copy of a table, got none; name the table itself .* --task table:<file> --target <column>$/,
    );
  });

  test('that is damaged is refused, and made anew once it is removed.', async () => {
    const { name } = await resolve({ target: 'price' });
    const [digits] = readdirSync(path.join(root.folder, 'table'));
    const folder = path.join(root.folder, 'table', digits!);
    appendFileSync(path.join(folder, 'inputs.npy'), 'x');
    expect(await refusal(openTask(name, { folder: root.folder }))).toMatch(
      /inputs\.npy: expected .*; remove that folder/,
    );
    writeFileSync(path.join(folder, 'about.json'), '{}');
    expect(await refusal(openTask(name, { folder: root.folder }))).toMatch(/expected the record of a prepared table/);
    rmSync(folder, { recursive: true });
    expect((await resolve({ target: 'price' })).name).toBe(name);
    await openTask(name, { folder: root.folder });
  });

  test('that is not what the name says is refused.', async () => {
    const { name } = await resolve({ target: 'price' });
    const opened = openTask(name.replace('rows=40', 'rows=41'), { folder: root.folder });
    expect(await refusal(opened)).toMatch(/expected regression with 41 training rows .* got regression with 40 /);
  });
});
