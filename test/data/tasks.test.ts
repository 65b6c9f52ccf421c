/** The table of tasks against the published recipe and frontiers. */
import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { describe, expect, test } from 'vitest';
import { UserError } from '../../src/base/errors.js';
import { valuesPerImage } from '../../src/data/images.js';
import { openTask } from '../../src/data/task-data.js';
import { findTask, publishedLearningRates, tasks } from '../../src/data/tasks.js';

interface PublishedPoint {
  readonly dataset: string;
  readonly task: string;
  readonly learning_rate: string;
}

const frontiers = new URL('../../configs/paper/frontiers.csv', import.meta.url);
const published: PublishedPoint[] = parse(readFileSync(frontiers), { columns: true });

describe('the table of tasks', () => {
  test.each([
    ['mnist/denoising', 784, 784, 30, 128, 1, 'epoch'],
    ['mnist/super-resolution', 196, 784, 50, 128, 4, 'epoch'],
    ['mnist/generative-classification', 784, 784, 50, 128, 1, 'epoch'],
    ['imagenet32/denoising', 3072, 3072, 2, 512, 4, 'step'],
    ['imagenet32/super-resolution', 768, 3072, 2, 512, 4, 'step'],
  ])('gives %s its published dimensions and recipe', (name, input, output, epochs, batchSize, flips, step) => {
    const { dimensions, recipe, pictures } = findTask(name);
    expect(dimensions).toEqual({ input, output });
    expect(recipe).toMatchObject({ epochs, batchSize, flips, learningRateStep: step, weightDecay: 0.01 });
    expect(valuesPerImage(pictures!)).toBe(output);
  });

  test.each(tasks)('takes for $name the learning rate of most points of its published frontiers', (task) => {
    const wins = publishedLearningRates.map((rate) => winsOf(task.name, rate));
    expect(Math.max(...wins)).toBeGreaterThan(0);
    expect(publishedLearningRates[wins.indexOf(Math.max(...wins))]).toBe(task.recipe.learningRate);
  });
});

describe('the name of a task', () => {
  test.each([
    ['mnist/denoising', 'mnist/denoising'],
    ['mnist/denoising?noise-level=0.25', 'mnist/denoising'],
    ['mnist/denoising?noise-level=.10', 'mnist/denoising?noise-level=0.1'],
    ['mnist/denoising?noise-level=1e-1', 'mnist/denoising?noise-level=0.1'],
    ['mnist/super-resolution?scale=2', 'mnist/super-resolution'],
    ['mnist/super-resolution?scale=04', 'mnist/super-resolution?scale=4'],
    [
      'folder:a-b/denoising?sha256=0123456789ab&split-seed=42&noise-level=0.5&image-size=16&channels=1&images=50',
      'folder:a-b/denoising?images=50&channels=1&image-size=16&sha256=0123456789ab&noise-level=0.5',
    ],
    ['elsewhere/their/task?output=10&images=7&input=5', 'elsewhere/their/task?images=7&input=5&output=10'],
  ])('%s is %s', (written, name) => {
    expect(findTask(written).name).toBe(name);
    expect(findTask(name)).toMatchObject({ name });
  });

  test('says what decides its pairs', () => {
    expect(findTask('mnist/super-resolution?scale=4').dimensions).toEqual({ input: 49, output: 784 });
    expect(findTask('mnist/super-resolution?scale=7').dimensions).toEqual({ input: 16, output: 784 });
    expect(findTask('cifar10/super-resolution').dimensions).toEqual({ input: 768, output: 3072 });
  });

  test.each([
    ['mnist/denoising?scale=4', /mnist\/denoising: expected only noise-level, got scale/],
    ['mnist/super-resolution?noise-level=0.1', /expected only scale, got noise-level/],
    ['mnist/generative-classification?scale=4', /expected no setting, got scale/],
    ['mnist/denoising?image-size=16', /expected only noise-level, got image-size/],
    ['mnist/denoising?noise-level=0', /expected for noise-level a number above 0, got '0'/],
    ['mnist/denoising?noise-level=NaN', /expected for noise-level a number above 0, got 'NaN'/],
    ['mnist/super-resolution?scale=3', /divides the height and the width of mnist, 28 and 28, got 3/],
    ['mnist/super-resolution?scale=1', /expected for scale a whole number from 2, got '1'/],
    ['mnist/denoising?noise=1', /expected a setting among .*noise-level.*; got 'noise'/],
    ['mnist/denoising?noise-level=1&noise-level=2', /expected each setting once/],
    ['mnist/denoising?noise-level', /expected each setting once, as <name>=<value>, got 'noise-level'/],
    ['folder:my/photos/denoising', /name the folder on the command line of search or train/],
    ['table:x.csv/regression', /^task: expected table:<file>\/<kind>\?.*--task table:<file> --target <column>$/],
    ['table:x.csv/regression?target=y&rows=5&input=3&output=1', /^task: expected table:<file>\/<kind>\?.*sha256/],
    ['table:x.csv/denoising?target=y&rows=5&sha256=0123456789ab&input=3&output=1', /^task: expected table:<file>/],
    [
      'table:x.csv/regression?target=y&rows=5&sha256=0123456789ab&input=3&output=1&scale=2',
      /expected only target, rows, sha256, input, output, got scale/,
    ],
    ['elsewhere/task?input=5&images=7', /expected elsewhere\/<name>\?input=<width>&output=<width>&images=<count>/],
    ['elsewhere/?input=5&images=7&output=5', /expected elsewhere\/<name>/],
  ])('%s is refused', (name, expected) => {
    expect(() => findTask(name)).toThrow(UserError);
    expect(() => findTask(name)).toThrow(expected);
  });
});

describe('every data set has every kind', () => {
  test.each([
    ['mnist', 784, 50_000, 128],
    ['fashion-mnist', 784, 50_000, 128],
    ['cifar10', 3072, 45_000, 128],
    ['imagenet32', 3072, 1_281_167, 512],
    ['folder:photos', 768, 80, 128],
  ])('%s', (dataset, values, trainingImages, batchSize) => {
    const folder = '?images=100&channels=3&image-size=16&sha256=0123456789ab';
    const settings = dataset.startsWith('folder:') ? folder : '';
    const classes = settings === '' ? '' : '&classes=2';
    for (const [kind, input] of [
      ['denoising', values],
      ['super-resolution', values / 4],
      ['generative-classification', values],
    ] as const) {
      const task = findTask(`${dataset}/${kind}${settings}${kind.startsWith('g') ? classes : ''}`);
      expect(task.dimensions).toEqual({ input, output: values });
      expect(task.trainingImages).toBe(trainingImages);
      expect(task.recipe.batchSize).toBe(batchSize);
    }
  });

  test.each(['generative-classification', 'classification'])('but %s needs two folders', (kind) => {
    const name = `folder:x/${kind}?images=100&channels=3&image-size=16&sha256=0123456789ab`;
    expect(() => findTask(name)).toThrow(
      /expected at least two classes, got one; put the pictures of each into a folder/,
    );
  });

  test.each([
    ['mnist/classification', 784, 10, ['accuracy', 'logLoss', 'top5Accuracy']],
    ['cifar10/classification', 3072, 10, ['accuracy', 'logLoss', 'top5Accuracy']],
    ['imagenet32/classification', 3072, 1000, ['accuracy', 'logLoss', 'top5Accuracy']],
    [
      'folder:x/classification?images=100&channels=1&image-size=16&sha256=0123456789ab&classes=5',
      256,
      5,
      ['accuracy', 'logLoss'],
    ],
  ])('%s has logits of its classes, and no pictures to show', (name, input, output, metrics) => {
    expect(findTask(name)).toMatchObject({
      ...{ name, metrics, pictures: null, inputsRepeat: true },
      dimensions: { input, output, loss: 'softmaxCrossEntropy' },
    });
  });
});

describe('a task that is not there', () => {
  test('is answered with the nearest one, all data sets and all kinds', () => {
    expect(() => findTask('mnist/denoise')).toThrow(UserError);
    expect(() => findTask('mnist/denoise')).toThrow(
      /mnist, fashion-mnist, cifar10, imagenet32, folder:<path>.*super-resolution.* mean 'mnist\/denoising'\?$/,
    );
    expect(() => findTask('mnist')).toThrow(/did you mean 'mnist\/denoising'/);
    expect(() => findTask('folder:x/denoize')).toThrow(/did you mean 'folder:x\/denoising'/);
  });

  test('or whose images are missing is refused with where to get them', async () => {
    const opened = openTask('imagenet32/denoising', { folder: '/nowhere' });
    await expect(opened).rejects.toThrow(UserError);
    await expect(opened).rejects.toThrow(/image-net\.org\/download-images.*into \/nowhere\/imagenet32/);
    await expect(openTask('cifar10/denoising', { folder: '/nowhere' })).rejects.toThrow(
      /hgmlp data fetch cifar10 --data-folder \/nowhere$/,
    );
  });

  test('or is known on paper only is planned and not trained', async () => {
    const task = findTask('elsewhere/theirs?input=5&output=10&images=7');
    expect([task.dimensions, task.trainingImages]).toEqual([{ input: 5, output: 10 }, 7]);
    await expect(openTask(task.name)).rejects.toThrow(/theirs.*expected a task with images to train on/);
  });
});

function winsOf(taskName: string, rate: number): number {
  const points = published.filter(({ dataset, task }) => `${dataset}/${task.replaceAll('_', '-')}` === taskName);
  return points.filter((point) => point.learning_rate !== '' && Number(point.learning_rate) === rate).length;
}
