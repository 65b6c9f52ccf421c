/** Which of many pieces of work fit into a given time. */

/** Tells what work takes, and how much time there is for it, in milliseconds. */
export interface FitOptions<Item> {
  /** How long each pack of an item takes that is still to be trained; none where all are done. */
  readonly durationsMs: (item: Item) => readonly number[];
  readonly workers: number;
  readonly maxTimeMs: number;
  /** How long each pack that is in training already still takes. */
  readonly busyMs?: readonly number[];
  /** How many of the next packs are the shortest ones (see `nextToStart`); without it, one for each worker. */
  readonly trials?: number;
}

/** Tells which items fit into the time; both lists keep the order in which the items were given. */
export interface Fit<Item> {
  readonly picked: readonly Item[];
  readonly leftOut: readonly Item[];
  /** Until all that is picked or in training is done. */
  readonly durationMs: number;
}

/** Takes the items in their order, each that still fits beside those taken before it; both lists keep the order. */
export function fitIntoTime<Item>(
  ranked: readonly Item[],
  { durationsMs, workers, maxTimeMs, busyMs = [], trials = workers }: FitOptions<Item>,
): Fit<Item> {
  const picked: Item[] = [];
  const leftOut: Item[] = [];
  let takenMs: readonly number[] = [];
  for (const item of ranked) {
    const itemMs = durationsMs(item);
    const withItemMs = [...takenMs, ...itemMs];
    if (itemMs.length > 0 && timeNeededMs(withItemMs, { workers, busyMs, trials }) > maxTimeMs) {
      leftOut.push(item);
      continue;
    }
    picked.push(item);
    takenMs = withItemMs;
  }
  return { picked, leftOut, durationMs: timeNeededMs(takenMs, { workers, busyMs, trials }) };
}

/** Tells how busy the workers are, and how many short packs start first. */
export type Occupation = Required<Pick<FitOptions<unknown>, 'workers' | 'busyMs' | 'trials'>>;

/**
 * Computes the time until all are done, each started by the worker that is free first, in the order of `nextToStart`.
 */
export function timeNeededMs(durationsMs: readonly number[], { workers, busyMs, trials }: Occupation): number {
  const freeAtMs = Array.from({ length: workers }, (_, worker) => busyMs[worker] ?? 0);
  const ascending = durationsMs.toSorted((left, right) => left - right);
  for (const durationMs of [...ascending.slice(0, trials), ...ascending.slice(trials).reverse()]) {
    const first = freeAtMs.indexOf(Math.min(...freeAtMs));
    freeAtMs[first]! += durationMs;
  }
  return Math.max(...freeAtMs);
}

/**
 * Chooses what starts next: the longest, so that all workers end together; but while there are trials left the
 * shortest, which soon tells how good the estimates are. Undefined where there is nothing.
 */
export function nextToStart<Item>(
  items: readonly Item[],
  durationMsOf: (item: Item) => number,
  trials: number,
): Item | undefined {
  const ascending = items.toSorted((left, right) => durationMsOf(left) - durationMsOf(right));
  return trials > 0 ? ascending[0] : ascending.at(-1);
}

/** Divides runs of one architecture and recipe into packs of at most so many. */
export function inPacks<Run>(runs: readonly Run[], packSize: number): (readonly Run[])[] {
  const packs = Math.ceil(runs.length / packSize);
  return Array.from({ length: packs }, (_, pack) => runs.slice(pack * packSize, (pack + 1) * packSize));
}
