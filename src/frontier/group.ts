/** Groups of equal things, in order of first appearance. */

/** Groups items by their keys. (`Map.groupBy` needs Node 21.) */
export function groupBy<Item, Key>(items: readonly Item[], keyOf: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

/** Gives one group after the other: of very many items, the lists of all groups at once would take much memory. */
export function* groupsOf<Item>(items: readonly Item[], numberOf: (item: Item) => number): Generator<Item[]> {
  const numbers = Uint32Array.from(items, numberOf);
  const ends = new Uint32Array(numbers.reduce((most, number) => Math.max(most, number + 1), 0));
  for (const number of numbers) ends[number]! += 1;
  for (let number = 1; number < ends.length; number += 1) ends[number]! += ends[number - 1]!;
  const sorted = new Array<Item>(items.length);
  const starts = ends.slice();
  for (let place = items.length - 1; place >= 0; place -= 1) sorted[(starts[numbers[place]!]! -= 1)] = items[place]!;
  for (const [number, start] of starts.entries()) yield sorted.slice(start, ends[number]);
}

/** Numbers things from 0 by their names; quick for one that it was asked for last, as in lists that go by it. */
export function numberByName<Item extends object>(nameOf: (item: Item) => string): (item: Item) => number {
  const numbers = new Map<string, number>();
  let last: { readonly item: Item; readonly number: number } | null = null;
  return (item) => {
    if (last?.item === item) return last.number;
    const name = nameOf(item);
    const number = numbers.get(name) ?? numbers.size;
    numbers.set(name, number);
    last = { item, number };
    return number;
  };
}
