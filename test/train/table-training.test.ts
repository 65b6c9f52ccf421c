/** Trainings on tables and on classes, from a file to a run. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { silentProgress } from '../../src/data/fetching.js';
import { noTaskOptions, resolveTask, type TaskOptions } from '../../src/data/resolve-task.js';
import { dataRoot } from '../../src/data/root.js';
import type { FinishedRun, Run } from '../../src/run/run.js';
import { decodeSampleRows } from '../../src/run/sample-rows.js';
import type { RunSpec } from '../../src/run/spec.js';
import { trainPack, trainRun } from '../../src/train/train.js';
import { csv } from '../data/table/written.js';

const folder = mkdtempSync(path.join(tmpdir(), 'hgmlp-table-training-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function taskOn(header: string, rows: number, row: (index: number) => string, options: Partial<TaskOptions>) {
  const file = path.join(folder, `${header.replaceAll(',', '-')}.csv`);
  writeFileSync(file, csv(header, rows, row));
  const setting = { root: dataRoot(folder), progress: silentProgress, options: { ...noTaskOptions, ...options } };
  return (await resolveTask(`table:${file}`, setting)).name;
}

function specOf(task: string, recipe: Partial<RunSpec['recipe']> = {}, engine = 'onnx-cpu'): RunSpec {
  return {
    task,
    arch: {
      family: 'plain',
      skipWidth: 16,
      bottleneckWidth: 16,
      depth: 2,
      inputProjection: 'trainable',
      outputProjection: 'trainable',
    },
    recipe: {
      ...{ epochs: 30, batchSize: 16, learningRate: 0.01, learningRateStep: 'epoch', weightDecay: 0.01, flips: 1 },
      ...{ seed: 1, replicate: 0, ...recipe },
    },
    engine,
  };
}

function finished(run: Run): FinishedRun {
  expect(run.state).toBe('finished');
  return run as FinishedRun;
}

const train = async (spec: RunSpec) => finished(await trainRun(spec, { dataFolder: folder }));
const noise = (index: number) => Math.sin(index * 12.9898) * 0.5;

describe('A training on a table', () => {
  test('of numbers comes to a small error, in the unit of the target.', async () => {
    const task = await taskOn('x,w,price', 200, (row) => `${row % 20},${row % 7},${5000 + 300 * (row % 20)}`, {
      target: 'price',
    });
    const { curve, validation, test: measured } = await train(specOf(task));
    expect(Object.keys(validation)).toEqual(['rmse', 'mae', 'r2']);
    expect(curve[0]!.validation.rmse!).toBeGreaterThan(300);
    // The standard deviation of the target is about 1,730.
    expect(measured.rmse!).toBeLessThan(200);
    expect(measured.mae!).toBeLessThanOrEqual(measured.rmse!);
    expect(measured.r2!).toBeGreaterThan(0.98);
    expect(curve.at(-1)!.trainLoss).toBeLessThan(0.02);
  });

  test('of classes tells them apart, also where validation has one of them alone.', async () => {
    const row = (index: number) => {
      const part = index < 80 ? 'train' : index < 90 ? 'validation' : 'test';
      const label = part === 'validation' ? 'a' : 'abc'[index % 3]!;
      return `${label.charCodeAt(0) + noise(index)},${noise(7 * index)},${label},${part}`;
    };
    const task = await taskOn('x,w,class,part', 100, row, { target: 'class', splitColumn: 'part' });
    const { validation, test: measured } = await train(specOf(task));
    expect(Object.keys(measured)).toEqual(['accuracy', 'logLoss', 'auc']);
    expect([validation.auc, measured.auc]).toEqual([null, 1]);
    expect(measured.accuracy).toBe(1);
    expect(measured.logLoss!).toBeLessThan(0.5);
  });

  test('of labels ranks what has them above what has not.', async () => {
    const row = (index: number) => `${noise(index)},${Number(noise(index) > 0)},${Number(noise(index) < -0.2)}`;
    const task = await taskOn('x,a,b', 200, row, { target: 'a,b' });
    const { validation, test: measured } = await train(specOf(task));
    expect(Object.keys(validation)).toEqual(['meanAuc', 'logLoss']);
    expect(measured.meanAuc!).toBeGreaterThan(0.95);
    expect(measured.logLoss!).toBeLessThan(0.4);
  });

  test('in a pack comes to the numbers of one that is alone, and a diverging neighbour does not disturb it.', async () => {
    const task = await taskOn('x,v,y', 100, (row) => `${noise(row)},${row % 5},${noise(row) * 3 + (row % 5)}`, {
      target: 'y',
    });
    const packed = [0.01, 1e38].map((learningRate) => specOf(task, { epochs: 3, learningRate }, 'onnx-cpu-packed'));
    const alone = await train(packed[0]!);
    const [one, other] = await trainPack(packed, { dataFolder: folder });
    expect(Math.abs(finished(one!).test.rmse! / alone.test.rmse! - 1)).toBeLessThan(1e-4);
    expect(other).toMatchObject({ state: 'diverged' });
  });
});

describe('The sample rows of a training', () => {
  const sampled = async (task: string, loss: Partial<RunSpec['recipe']> = {}) => {
    let bytes: Uint8Array | null = null;
    const onSheet = (given: Uint8Array) => void (bytes = given);
    await trainRun(specOf(task, loss), { dataFolder: folder, onSheet });
    return decodeSampleRows(bytes!)!;
  };

  test('are numbers in the unit of the target.', async () => {
    const price = (row: number) => 5000 + 300 * (row % 20);
    const task = await taskOn('x,price', 200, (row) => `${row % 20},${price(row)}`, { target: 'price' });
    const { targets, rows } = await sampled(task);
    expect(targets).toEqual(['price']);
    expect(rows).toHaveLength(12);
    for (const { target, prediction } of rows) {
      expect((Number(target[0]) - 5000) % 300).toBeCloseTo(0, 6);
      expect(Math.abs(Number(prediction[0]) - Number(target[0]))).toBeLessThan(1500);
    }
  });

  test('are classes, each prediction with its probability.', async () => {
    const task = await taskOn('x,kind', 200, (row) => `${row % 20},${row % 20 < 10 ? 'low' : 'high'}`, {
      target: 'kind',
    });
    const { targets, rows } = await sampled(task);
    expect(targets).toEqual(['kind']);
    for (const { target, prediction } of rows) {
      expect(['low', 'high']).toContain(target[0]);
      expect(prediction[0]).toMatch(/^(low|high) \((0\.[5-9]\d\d|1\.000)\)$/);
    }
  });

  test('are the probabilities of labels.', async () => {
    const task = await taskOn('x,a,b', 200, (row) => `${row % 20},${Number(row % 20 < 10)},${row % 2}`, {
      target: 'a,b',
    });
    const { targets, rows } = await sampled(task);
    expect(targets).toEqual(['a', 'b']);
    for (const { target, prediction } of rows) {
      expect(target.every((cell) => cell === '0' || cell === '1')).toBe(true);
      expect(prediction.every((cell) => /^(0\.\d{3}|1\.000)$/.test(cell))).toBe(true);
    }
  });
});
