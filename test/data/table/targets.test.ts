import { describe, expect, test } from 'vitest';
import { csv, prepared, temporaryFolder } from './written.js';

const folder = temporaryFolder();
const withTarget = (target: (row: number) => string | number, rows = 40) =>
  csv('x,y', rows, (row) => `${Math.sin(row)},${target(row)}`);

describe('The kind of a target', () => {
  test.each<[string, (row: number) => string | number, string, readonly string[] | null]>([
    ['numbers are regression', (row) => row / 7, 'regression', null],
    ['few whole numbers are regression', (row) => row % 5, 'regression', null],
    ['0 and 1 are classes', (row) => row % 2, 'classification', ['0', '1']],
    ['true and false are classes', (row) => String(row % 2 === 0), 'classification', ['false', 'true']],
    ['words are classes', (row) => ['b', 'a', 'C'][row % 3]!, 'classification', ['C', 'a', 'b']],
  ])('follows from its values: %s.', async (_, target, kind, classes) => {
    const table = await prepared(folder, withTarget(target), { targets: ['y'] });
    expect([table.kind, table.classes]).toEqual([kind, classes]);
  });

  test('is classification for numbers where it is told; classes are in the order of the numbers.', async () => {
    const request = { targets: ['y'], targetKind: 'classification' } as const;
    const table = await prepared(
      folder,
      withTarget((row) => [10, 9, 2][row % 3]!),
      request,
    );
    expect(table.classes).toEqual(['2', '9', '10']);
    expect([...table.targets.subarray(0, 9)]).toEqual([0, 0, 1, 0, 1, 0, 1, 0, 0]);
    expect(table.scales).toBeNull();
  });

  test('is said in a note where another one is near.', async () => {
    const few = await prepared(
      folder,
      withTarget((row) => row % 5),
      { targets: ['y'] },
    );
    expect(few.notes).toEqual([
      expect.stringMatching(/^y: regression, .* 5 different whole ones, which --target-kind classification/),
    ]);
    const bits = await prepared(
      folder,
      withTarget((row) => row % 2),
      { targets: ['y'] },
    );
    expect(bits.notes).toEqual([
      expect.stringMatching(/^y: classification, .* 0 and 1 only; --target-kind regression/),
    ]);
  });

  test('is regression for 0 and 1 where it is told.', async () => {
    const table = await prepared(
      folder,
      withTarget((row) => row % 2),
      { targets: ['y'], targetKind: 'regression' },
    );
    expect(table.scales).toHaveLength(1);
  });

  test('of several columns is multi-label for 0, 1, true and false, and regression for other numbers.', async () => {
    const text = csv('x,a,b', 30, (row) => `${Math.sin(row)},${row % 2},${String(row % 3 === 0).toUpperCase()}`);
    const labels = await prepared(folder, text, { targets: ['a', 'b'] });
    expect([labels.kind, labels.targetWidth]).toEqual(['multi-label', 2]);
    expect([...labels.targets.subarray(0, 8)]).toEqual([0, 1, 1, 0, 0, 0, 1, 1]);
    const numbers = csv('x,a,b', 30, (row) => `${Math.sin(row)},${row},${row * row}`);
    const both = await prepared(folder, numbers, { targets: ['b', 'a'] });
    expect([both.kind, both.scales!.length, both.targetNames]).toEqual(['regression', 2, ['b', 'a']]);
  });
});

describe('A target is refused', () => {
  const refusal = (content: string, request = {}) =>
    expect(prepared(folder, content, { targets: ['y'], ...request })).rejects;

  test.each<[string, string, object, RegExp]>([
    [
      'for words among numbers',
      withTarget((row) => (row === 9 ? 'many' : row)),
      {},
      /^table.csv:11: expected numbers or words in the target 'y', got 39 numbers and 1 other text such as 'many'/,
    ],
    [
      'for words in regression',
      withTarget(() => 'a'),
      { targetKind: 'regression' },
      /^table.csv:2: expected a finite number in the target 'y', got 'a'/,
    ],
    [
      'for an infinite number',
      withTarget((row) => (row === 3 ? '-inf' : row)),
      {},
      /^table.csv:5: expected a finite number in the target 'y', got '-Infinity'/,
    ],
    [
      'for other labels than 0 and 1',
      withTarget((row) => row % 3),
      { targetKind: 'multi-label' },
      /^table.csv:4: expected 0 or 1, .* got '2'/,
    ],
    [
      'for one value',
      withTarget(() => 5),
      {},
      /expected different values on the training rows of table.csv, got 5 on all/,
    ],
    ['for one class', withTarget(() => 'a'), {}, /expected at least two classes, got only 'a'/],
    [
      'for too many classes',
      withTarget((row) => `class ${row}`),
      { mostCategories: 20 },
      /expected at most 20 classes, got 40/,
    ],
    [
      'for several columns of classes',
      withTarget((row) => row),
      { targets: ['x', 'y'], targetKind: 'classification' },
      /expected one target for classification, got 2/,
    ],
    ['for too few rows', withTarget((row) => row, 9), {}, /expected at least 10 rows, got 9/],
    [
      'for too few rows that have it',
      withTarget((row) => (row < 5 ? row : '')),
      {},
      /expected at least 10 rows with a target, got 5/,
    ],
    [
      'for classes of single rows',
      withTarget((row) => `class ${row}`),
      {},
      /^split: expected classes with several rows each, got 40 classes in 40 rows/,
    ],
  ])('%s.', async (_, content, request, expected) => {
    await refusal(content, request).toThrow(expected);
  });

  test('for a class that no training row has.', async () => {
    const content = csv(
      'x,y,part',
      40,
      (row) =>
        `${Math.sin(row)},${row > 35 ? 'rare' : row % 2 ? 'a' : 'b'},${row < 30 ? 'train' : row % 2 ? 'val' : 'test'}`,
    );
    await refusal(content, { splitColumn: 'part' }).toThrow(
      /expected rows of every class to train on, got none of 'rare' in table.csv/,
    );
  });

  test('never for a class of a single row, of which a note says so.', async () => {
    const { notes, classes } = await prepared(
      folder,
      withTarget((row) => (row === 7 ? 'rare' : row % 2 ? 'a' : 'b')),
      { targets: ['y'] },
    );
    expect(classes).toEqual(['a', 'b', 'rare']);
    expect(notes).toEqual([expect.stringMatching(/^target 'y': 1 class of a single row each \('rare'\)/)]);
  });
});
