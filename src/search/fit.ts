/** Which of many pieces of work fit into a given time. */

export interface FitOptions<Item> {
  /** How long each run of an item takes that is still to be trained; none where all are done. */
  readonly durationsMs: (item: Item) => readonly number[];
  readonly workers: number;
  readonly maxTimeMs: number;
}

export interface Fit<Item> {
  readonly picked: readonly Item[];
  readonly leftOut: readonly Item[];
  /** How long the picked ones take together. */
  readonly durationMs: number;
}

/** Takes the items in their order, each that still fits beside those taken before it; both lists keep the order. */
export function fitIntoTime<Item>(
  ranked: readonly Item[],
  { durationsMs, workers, maxTimeMs }: FitOptions<Item>,
): Fit<Item> {
  const picked: Item[] = [];
  const leftOut: Item[] = [];
  let takenMs: readonly number[] = [];
  for (const item of ranked) {
    const withItemMs = [...takenMs, ...durationsMs(item)];
    if (timeNeededMs(withItemMs, workers) > maxTimeMs) {
      leftOut.push(item);
      continue;
    }
    picked.push(item);
    takenMs = withItemMs;
  }
  return { picked, leftOut, durationMs: timeNeededMs(takenMs, workers) };
}

/** The time until all are done, longest first, each by the worker that is free first. */
export function timeNeededMs(durationsMs: readonly number[], workers: number): number {
  const busyUntilMs = Array.from({ length: workers }, () => 0);
  for (const durationMs of durationsMs.toSorted((left, right) => right - left)) {
    const first = busyUntilMs.indexOf(Math.min(...busyUntilMs));
    busyUntilMs[first]! += durationMs;
  }
  return Math.max(...busyUntilMs);
}
