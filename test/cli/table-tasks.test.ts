/** Tasks on tables, as a user asks for them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { csv } from '../data/table/written.js';
import { callHgmlp } from './run-hgmlp.js';

const folder = mkdtempSync(path.join(tmpdir(), 'hgmlp-table-tasks-'));
afterAll(() => rmSync(folder, { recursive: true }));

const file = path.join(folder, 'houses.csv');
writeFileSync(
  file,
  csv('area,rooms,town,kind,price', 60, (row) => `${row},${row % 5},same,k${row % 3},${1000 + 10 * row + (row % 5)}`),
);
const data = ['--data-folder', path.join(folder, 'data')];
const network = ['--skip', '8', '--bottleneck', '4', '--depth', '1', '--epochs', '2', '--engine', 'onnx-cpu'];
const train = (...words: string[]) => callHgmlp(['train', '--task', `table:${file}`, ...words, ...network, ...data]);

describe('A task on a table', () => {
  test('is trained and measured by its own metrics; what is worth knowing of the table is said once.', async () => {
    const first = await train('--target', 'price');
    expect(first.code).toBe(0);
    expect(first.stderr).toContain("houses.csv: town is left out: it is 'same' on all training rows");
    expect(first.stdout).toMatch(/^test +RMSE [\d.]+, MAE [\d.]+, R² -?[\d.]+$/m);
    const again = await train('--target', 'price', '--json');
    expect(again.stderr).not.toContain('town');
    expect(JSON.parse(again.stdout)).toMatchObject({
      state: 'finished',
      spec: { task: expect.stringMatching(/^table:houses\.csv\/regression\?target=price&rows=48&/) as string },
      test: { rmse: expect.any(Number) as number, mae: expect.any(Number) as number, r2: expect.any(Number) as number },
    });
  });

  test('of classes has accuracy.', async () => {
    const { code, stdout } = await train('--target', 'kind');
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/^test +accuracy [\d.]+ %, AUC [\d.]+, log loss [\d.]+$/m),
    ]);
  });

  test.each<[string, readonly string[], RegExp]>([
    ['flips', ['--target', 'price', '--flips', '2'], /--flips: expected 1 for table:houses\.csv.*; leave it out$/m],
    [
      'a sample sheet',
      ['--target', 'price', '--samples', 'x.png'],
      /--samples: expected a task whose targets are pictures/,
    ],
    ['a target that is not there', ['--target', 'prise'], /--target: expected a column .*did you mean 'price'\?/],
    ['a target of one class', ['--target', 'town'], /target 'town': expected at least two classes, got only 'same'/],
  ])('is refused with %s.', async (_, words, expected) => {
    const { code, stderr, stdout } = await train(...words);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(expected);
  });

  test('is searched by a configuration file, and planned without training.', async () => {
    const config = path.join(folder, 'search.yaml');
    writeFileSync(
      config,
      `task: table:${file}\ntarget: price\ndrop: town\nbudget: 1k\ncandidates: 1\nengine: onnx-cpu\n`,
    );
    const { code, stdout, stderr } = await callHgmlp(['search', '--config', config, '--dry-run', ...data]);
    expect([code, stderr.includes('left out')]).toEqual([0, false]);
    expect(stdout).toContain('trainable parameters');
  });
});
