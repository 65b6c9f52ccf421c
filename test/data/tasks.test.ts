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
    const { dimensions, recipe, target } = findTask(name);
    expect(dimensions).toEqual({ input, output });
    expect(recipe).toMatchObject({ epochs, batchSize, flips, learningRateStep: step, weightDecay: 0.01 });
    expect(valuesPerImage(target)).toBe(output);
  });

  test.each(tasks)('takes for $name the learning rate of most points of its published frontiers', (task) => {
    const wins = publishedLearningRates.map((rate) => winsOf(task.name, rate));
    expect(Math.max(...wins)).toBeGreaterThan(0);
    expect(publishedLearningRates[wins.indexOf(Math.max(...wins))]).toBe(task.recipe.learningRate);
  });
});

describe('a task that is not there', () => {
  test('is answered with the nearest one and all known ones', () => {
    expect(() => findTask('mnist/denoise')).toThrow(UserError);
    expect(() => findTask('mnist/denoise')).toThrow(/imagenet32\/super-resolution; .* mean 'mnist\/denoising'\?$/);
  });

  test('or whose data cannot be read is refused with the data set that can', async () => {
    const opened = openTask('imagenet32/denoising');
    await expect(opened).rejects.toThrow(UserError);
    await expect(opened).rejects.toThrow(/reads mnist only, got 'imagenet32'.*starts with mnist\//);
  });
});

function winsOf(taskName: string, rate: number): number {
  const points = published.filter(({ dataset, task }) => `${dataset}/${task.replaceAll('_', '-')}` === taskName);
  return points.filter((point) => point.learning_rate !== '' && Number(point.learning_rate) === rate).length;
}
