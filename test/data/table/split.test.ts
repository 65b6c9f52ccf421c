import { describe, expect, test } from 'vitest';
import { partNames, splitBySeed } from '../../../src/data/table/split-rows.js';
import { csv, prepared, temporaryFolder } from './written.js';

const folder = temporaryFolder();
const numbers = csv('x,y', 1005, (row) => `${Math.sin(row)},${Math.cos(row * row)}`);

describe('A split by seed', () => {
  test('has 10 % of the rows for validation, 10 % for testing and the others for training, each row once.', async () => {
    const { parts } = await prepared(folder, numbers, { targets: ['y'] });
    expect(partNames.map((part) => parts[part].length)).toEqual([805, 100, 100]);
    const all = partNames.flatMap((part) => [...parts[part]]);
    expect(all.sort((one, other) => one - other)).toEqual(Array.from({ length: 1005 }, (_, row) => row));
  });

  test('is the same for one seed, and another one for another.', async () => {
    const parts = async (splitSeed: number) => (await prepared(folder, numbers, { targets: ['y'], splitSeed })).parts;
    expect(await parts(7)).toEqual(await parts(7));
    expect(await parts(7)).not.toEqual(await parts(8));
  });

  test('gives every class its share of each part, and a training row at least.', () => {
    // 900 rows of class 0, 99 of class 1, one of class 2.
    const classes = Int32Array.from({ length: 1000 }, (_, row) => (row === 500 ? 2 : row % 10 === 3 ? 1 : 0));
    for (const seed of [1, 2, 3]) {
      const parts = splitBySeed(1000, classes, seed);
      const counts = partNames.map((part) =>
        [0, 1, 2].map((one) => [...parts[part]].filter((row) => classes[row] === one).length),
      );
      expect(counts.map((ofPart) => ofPart[2])).toEqual([1, 0, 0]);
      for (const held of counts.slice(1)) {
        expect(Math.abs(held[0]! - 90)).toBeLessThanOrEqual(1);
        expect(Math.abs(held[1]! - 10)).toBeLessThanOrEqual(1);
      }
    }
  });

  test('is drawn for each seed: rows are not taken at fixed distances.', () => {
    const { test: tested } = splitBySeed(1000, null, 42);
    const distances = new Set([...tested].slice(1).map((row, index) => row - tested[index]!));
    expect(distances.size).toBeGreaterThan(10);
  });
});

describe('A split by a column', () => {
  const by = (words: readonly string[]) =>
    csv('x,y,part', 40, (row) => `${Math.sin(row)},${row % 7}.5,${words[row % words.length]}`);

  test.each([
    [['train', 'validation', 'test']],
    [['Training', 'valid', 'Testing']],
    [['TRAIN', 'dev', 'te']],
    [['tr', 'val', 'tst']],
  ])('reads the spellings %j.', async (words) => {
    const { parts, inputWidth } = await prepared(folder, by(words), { targets: ['y'], splitColumn: 'part' });
    expect(inputWidth).toBe(1);
    for (const [place, part] of partNames.entries())
      expect([...parts[part]].every((row) => row % 3 === place)).toBe(true);
  });

  test('takes a tenth of the training rows for validation where none is named, and says so.', async () => {
    const { parts, notes } = await prepared(folder, by(['train', 'test']), { targets: ['y'], splitColumn: 'part' });
    expect(partNames.map((part) => parts[part].length)).toEqual([18, 2, 20]);
    expect(notes).toContainEqual(expect.stringMatching(/^part: no row is for validation; a tenth/));
  });

  test.each<[string, string, RegExp]>([
    [
      'another word',
      by(['train', 'val', 'test', 'holdout']),
      /^table.csv:5: expected train, validation or test in the column 'part', got 'holdout'/,
    ],
    ['an empty cell', by(['train', '', 'test']), /^table.csv:3: expected train, validation or test .* got ''/],
    [
      'no test row',
      by(['train', 'val']),
      /^table.csv: expected rows for training, validation and test .* got 20 training, 20 validation, 0 test/,
    ],
  ])('refuses %s.', async (_, content, expected) => {
    await expect(prepared(folder, content, { targets: ['y'], splitColumn: 'part' })).rejects.toThrow(expected);
  });
});
