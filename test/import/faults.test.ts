import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { openCsvFolder } from './files.js';

const folder = openCsvFolder();
afterAll(() => folder.remove());

const published = readFileSync(new URL('../golden/runs.csv', import.meta.url), 'utf8');
const head = 'task,skip_width,bottleneck_width,depth,learning_rate,replicate,validation_psnr_db,test_psnr_db';
const row = 'mnist/denoising,785,115,4,0.001,0,24.3,24.2';
const csv = (...lines: string[]) => `${[head, ...lines].join('\n')}\n`;

describe('a fault is told with its line:', () => {
  const withColumn = (name: string, value: string) => `${head},${name}\n${row},${value}\n`;
  test.each<[string, string, RegExp]>([
    ['a ragged row', csv(row, 'mnist/denoising,785'), /^runs\.csv:3: expected 8 cells as in the header, got 2$/],
    [
      'no number',
      csv(row, row.replace('785', '7x5')),
      /^runs\.csv:3: skip_width: expected a whole number from 1, got '7x5'$/,
    ],
    [
      'a width of 0',
      csv(row.replace('115', '0')),
      /^runs\.csv:2: bottleneck_width: expected a whole number from 1, got '0'$/,
    ],
    [
      'a decimal comma',
      csv(row.replace('24.3', '"24,3"')),
      /^runs\.csv:2: validation_psnr_db: expected a number of dB.*'24,3'$/,
    ],
    [
      'an infinite PSNR',
      csv(row.replace('24.2', 'inf')),
      /^runs\.csv:2: test_psnr_db: expected a number of dB from -3300 to 3300, or nan/,
    ],
    [
      'a PSNR that no error has',
      csv(row.replace('24.2', '1e308')),
      /^runs\.csv:2: test_psnr_db: expected a number of dB/,
    ],
    [
      'an empty width',
      csv(row.replace('785', '')),
      /^runs\.csv:2: skip_width: expected a whole number from 1, got an empty/,
    ],
    [
      'no PSNR at all',
      csv(row.replace('24.3,24.2', ',')),
      /^runs\.csv:2: expected the PSNR of validation or of test, got none/,
    ],
    ['a steering cell', csv(row.replace('785', '\u001b[31m')), /^runs\.csv:2: skip_width: .*got '\\u001b\[31m'$/],
    ['an unknown task', csv(row.replace('denoising', 'denoise')), /^runs\.csv:2: task: expected .*--training-images$/],
    [
      'a run with two results',
      csv(row, row.replace('4,', '5,'), row.replace('24.2', '24.1')),
      /^runs\.csv:4: .*785-115-4 at learning rate 0\.001, replicate 0 here and on line 2/,
    ],
    [
      'a PSNR that is missing',
      csv(row, row.replace('0,24.3', '1,')),
      /^runs\.csv:3: expected results on validation and test as on line 2, got them on test alone/,
    ],
    [
      'another shape',
      withColumn('shape', 'conventional'),
      /^runs\.csv:2: shape: expected hourglass, which 785-115-4 is, got conventional$/,
    ],
    [
      'another count of parameters',
      withColumn('params', '1953081'),
      /^runs\.csv:2: trainable_params: expected 1,953,080, which 785-115-4 has with 784 inputs and 784 outputs, got 1,953,081$/,
    ],
    [
      'an impossible network',
      withColumn('input_projection', 'none'),
      /^runs\.csv:2: input projection 'none' needs a skip width equal to the input width 784, got 785$/,
    ],
    [
      'another recipe',
      `${head},batch_size\n${row},128\n${row.replace('4,', '5,')},64\n`,
      /^runs\.csv:3: batch_size: expected 128 as on line 2, got 64/,
    ],
  ])('%s', async (_, content, expected) => {
    const lines = await folder.refusal(content);
    expect(lines).toEqual([
      expect.stringMatching(expected),
      expect.stringMatching(/^runs\.csv: expected runs, got 1 fault; nothing was imported/),
    ]);
  });

  test('the first twenty of many, then how many there are', async () => {
    const lines = await folder.refusal(
      csv(...Array.from({ length: 30 }, (_, index) => row.replace('785', `x${index}`))),
    );
    expect(lines.length).toBe(21);
    expect(lines[19]).toMatch(/^runs\.csv:21: skip_width/);
    expect(lines[20]).toMatch(
      /^runs\.csv: expected runs, got 30 faults \(the first 20 are shown\); nothing was imported/,
    );
  });

  test('a header alone, and a task that the file does not have', async () => {
    expect(await folder.refusal(csv())).toEqual(['runs.csv: expected at least one run, got a header alone']);
    expect(await folder.refusal(published, { task: 'mnist/denoisy' })).toEqual([
      expect.stringMatching(
        /^runs\.csv: expected runs of 'mnist\/denoisy', got those of .*'mnist\/super-resolution'; choose/,
      ),
    ]);
  });
});
