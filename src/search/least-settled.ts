/**
 * Replicates where they matter: the points whose verdict (on the frontier or not) is least settled come first. The
 * verdicts are handed in, so that nothing here knows how they came about.
 *
 * It is the idea of ranking and selection: trainings go to those whose rank is in doubt, and not to all alike. (S.-H. Kim
 * and B. L. Nelson, "Selecting the best system", 2006.)
 */

/** Tells of a point of a frontier whether another replicate would settle its verdict. */
export interface ReplicatedPoint {
  /** Its key. */
  readonly series: string;
  /** Finished replicates at its learning rate. */
  readonly finished: number;
  /** Whether it has all replicates that it may have. */
  readonly isFull: boolean;
  /** Of being on the frontier; null where nothing tells the noise. */
  readonly probability: number | null;
  readonly isSettled: boolean;
  /** How far below the curve of its series it was measured; 0 on the curve. */
  readonly behind: number;
}

/**
 * Is the number of second replicates that a series needs before its verdicts are believed: with so many the deviation of
 * a run is known to a quarter (one part in the root of twice their number), where with two or three it may well come
 * out at half of what it is, and settle everything at once.
 */
export const fewestRepeats = 8;

/**
 * Places of the points that get their next replicate, each once; none where all are settled or full.
 *
 * As long as too few replicates tell the noise of a series, points of one replicate get their second: those on its curve,
 * then those nearest below. Once they do, the `count` points with the probability nearest to one half.
 */
export function leastSettled(points: readonly ReplicatedPoint[], count: number): number[] {
  const open = points.flatMap((point, place) => (point.isFull ? [] : [{ point, place }]));
  const repeats = [...new Set(points.map(({ series }) => series))].flatMap((series) => {
    const ofSeries = points.filter((point) => point.series === series);
    const known = ofSeries.reduce((sum, { finished }) => sum + Math.max(0, finished - 1), 0);
    return open
      .filter(({ point }) => point.series === series && point.finished === 1)
      .sort((left, right) => left.point.behind - right.point.behind || left.place - right.place)
      .slice(0, Math.max(0, fewestRepeats - known));
  });
  const chosen = repeats.length > 0 ? repeats : open.filter(isInDoubt).sort(byDoubt).slice(0, count);
  return chosen.map(({ place }) => place);
}

interface Placed {
  readonly point: ReplicatedPoint;
  readonly place: number;
}

interface InDoubt extends Placed {
  readonly point: ReplicatedPoint & { readonly probability: number };
}

function isInDoubt(placed: Placed): placed is InDoubt {
  return placed.point.probability !== null && !placed.point.isSettled;
}

/** Of equal doubt, first whoever has fewer replicates, then in the order of the points. */
function byDoubt(left: InDoubt, right: InDoubt): number {
  const settledness = ({ point }: InDoubt) => Math.abs(point.probability - 0.5);
  return (
    settledness(left) - settledness(right) || left.point.finished - right.point.finished || left.place - right.place
  );
}
