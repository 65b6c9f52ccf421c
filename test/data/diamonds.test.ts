import { expect, test } from 'vitest';
import { errorUnitOf } from '../../src/data/task-pairs.js';
import { openTask, type TrainingEpoch } from '../../src/data/task-data.js';
import { findTask } from '../../src/data/tasks.js';

const epoch: TrainingEpoch = { runKey: 'run', seed: 1, replicate: 0, epoch: 0, batchSize: 16, flips: 1 };

test('Diamonds are what is said of them without reading them.', async () => {
  const task = findTask('diamonds/regression');
  const data = await openTask(task.name);
  const items = (set: 'validation' | 'test') => data.evaluationBatches(set).reduce((sum, { size }) => sum + size, 0);
  const { inputs, counts } = { inputs: task.dimensions.input, counts: task.source!.counts };
  expect([data.trainingImages, items('validation'), items('test')]).toEqual(Object.values(counts));
  expect(data.trainingBatches(epoch).next().value!.input.length).toBe(16 * inputs);
  expect(Math.round(errorUnitOf(data.meaning))).toBe(3992);
  expect(() => findTask('diamonds/classification')).toThrow(/did you mean 'diamonds\/regression'\?$/);
});
