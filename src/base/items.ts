/**
 * Items of lists, maps and records that must be there, none of which is undefined. Where one is not there, that is a fault
 * of ours, and is thrown as one.
 */

/** Gives the first item of a list. Throws a RangeError where it has none. */
export function firstItem<Item>(items: ArrayLike<Item>): Item {
  return itemAt(items, 0);
}

/** Gives the last item of a list. Throws a RangeError where it has none. */
export function lastItem<Item>(items: ArrayLike<Item>): Item {
  return itemAt(items, items.length - 1);
}

/** Gives the item of a list at a place, which counts from 0. Throws a RangeError where the list has no such place. */
export function itemAt<Item>(items: ArrayLike<Item>, place: number): Item {
  const item = items[place];
  if (item === undefined) throw new RangeError(`expected an item at ${place}, got a list of ${items.length}`);
  return item;
}

/** Gives the value of a key. Throws a RangeError where the map does not have it. */
export function valueAt<Key, Value>(map: ReadonlyMap<Key, Value>, key: Key): Value {
  const value = map.get(key);
  if (value === undefined) throw new RangeError(`expected a value of ${String(key)}, got none`);
  return value;
}

/** Gives the entry of a name. Throws a RangeError where the record does not have it. */
export function entryOf<Value>(record: Readonly<Record<string, Value>>, name: string): Value {
  const value = record[name];
  if (value === undefined) throw new RangeError(`expected an entry ${name}, got none`);
  return value;
}

/** Pairs the items of two lists by their places. Throws a RangeError where one list is longer than the other. */
export function zipped<Left, Right>(left: readonly Left[], right: readonly Right[]): [Left, Right][] {
  if (left.length !== right.length) {
    throw new RangeError(`expected as many items on both sides, got ${left.length} and ${right.length}`);
  }
  return left.map((item, place) => [item, itemAt(right, place)]);
}
