import { expect, test } from 'vitest';
import { entryOf, firstItem, itemAt, lastItem, valueAt, zipped } from '../../src/base/items.js';

test('Items that are there are given, zeros and empty texts among them', () => {
  expect([firstItem([0, 1, 2]), itemAt(Float32Array.of(3, 4), 1), lastItem(['x', ''])]).toEqual([0, 4, '']);
  expect([valueAt(new Map([['a', null]]), 'a'), entryOf({ b: false }, 'b')]).toEqual([null, false]);
  expect(zipped([1, 2], ['a', 'b'])).toEqual([
    [1, 'a'],
    [2, 'b'],
  ]);
});

test('Items that are missing are a fault that says what was asked for', () => {
  expect(() => firstItem([])).toThrow(new RangeError('expected an item at 0, got a list of 0'));
  expect(() => itemAt([1, 2], 2)).toThrow(new RangeError('expected an item at 2, got a list of 2'));
  expect(() => lastItem([])).toThrow(new RangeError('expected an item at -1, got a list of 0'));
  expect(() => valueAt(new Map<string, number>(), 'a')).toThrow(new RangeError('expected a value of a, got none'));
  expect(() => entryOf<number>({}, 'b')).toThrow(new RangeError('expected an entry b, got none'));
  expect(() => zipped([1], [])).toThrow(new RangeError('expected as many items on both sides, got 1 and 0'));
});
