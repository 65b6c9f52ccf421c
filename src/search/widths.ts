/**
 * From a size to whole widths.
 *
 * At a given depth every size grows with the skip width at one ratio of widths, and with the bottleneck width at one skip
 * width. So the place where whole widths are looked for is where such a function meets the size that is wanted, and it
 * is found by asking the function, whatever the network is made of.
 */
import type { Arch } from '../arch/arch.js';
import { mostOf } from '../base/numbers.js';
import type { SizeLimit } from './budget.js';
import { inverseOfLine, inverseOfParabola } from './monotone.js';
import { budgetedSize, archWith, sizeFunction } from './size-function.js';
import {
  bottleneckInterval,
  forcedSkipWidth,
  narrowestSkipWidth,
  type Bounds,
  type SearchedShape,
  type CandidateSetting,
  type ShapeSpace,
} from './space.js';

/** Says of which networks widths are asked for. */
interface Networks {
  readonly shape: SearchedShape;
  readonly space: ShapeSpace;
  readonly setting: CandidateSetting;
  readonly depth: number;
}

/** Asks for the widths of a network whose size lies in a range, and which is within the limits of the setting. */
export interface WidthQuery extends Networks {
  /** Sizes that the budget bounds, both included: the widths found have at most `target`, and as near below it as may be. */
  readonly atLeast: number;
  readonly target: number;
  /** True for an arch that must not be given again. */
  readonly isTaken: (arch: Arch) => boolean;
}

/** Ratios this near to the wanted one (in natural logarithm, so about 5 %) are as good as it: there, the size decides. */
const ratioSlack = 0.05;

/** Says whether any widths answer the query. */
export function hasWidths(query: WidthQuery): boolean {
  const { skipWidths, at } = problemOf(query);
  for (const skipWidth of outwards(Math.round((skipWidths[0] + skipWidths[1]) / 2), skipWidths)) {
    if (widestFree(query, at(skipWidth)) !== null) return true;
  }
  return false;
}

/**
 * Finds the widths of the largest size among those whose ratio is within `ratioSlack` of the wanted one; if there
 * are none, those of the nearest ratio that has any; null if none has.
 * @param draw in [0, 1): where in the ratios possible at this size the wanted one lies, on a log scale
 */
export function nearestWidths(query: WidthQuery, draw: number): Arch | null {
  const { skipWidths, at, skipWidthAt } = problemOf(query);
  const ratios = skipWidths.map((skipWidth) => at(skipWidth).most / skipWidth) as [number, number];
  const smallest = Math.max(query.space.ratio[0], Math.min(...ratios));
  const largest = Math.max(smallest, Math.min(query.space.ratio[1], Math.max(...ratios)));
  const wanted = smallest * (largest / smallest) ** draw;
  const sizeAt = sizeFunction(query.setting, query.setting.size, query.depth);
  const sizeIn = ({ skipWidth, bottleneckWidth }: Arch) => sizeAt(skipWidth, bottleneckWidth);
  let best: Arch | null = null;
  for (const skipWidth of outwards(Math.round(skipWidthAt(wanted)), skipWidths)) {
    const widths = at(skipWidth);
    if (best !== null && Math.abs(Math.log(widths.most / skipWidth / wanted)) > ratioSlack) return best;
    const arch = widestFree(query, widths);
    if (arch !== null && (best === null || sizeIn(arch) > sizeIn(best))) best = arch;
  }
  return best;
}

/** Gives whole numbers of an interval from a start, nearest first; a start outside is moved to the nearest end. */
export function* outwards(start: number, [smallest, largest]: Bounds): Generator<number> {
  if (smallest > largest) return;
  const centre = Math.min(largest, Math.max(smallest, start));
  yield centre;
  for (let step = 1; centre - step >= smallest || centre + step <= largest; step += 1) {
    if (centre + step <= largest) yield centre + step;
    if (centre - step >= smallest) yield centre - step;
  }
}

/** Finds the largest size, as far as a scan of depths and skip widths shows it, of the networks that are within the limits. */
export function largestWithinLimits(shape: SearchedShape, space: ShapeSpace, setting: CandidateSetting): number {
  const forced = forcedSkipWidth(setting);
  const sizes = logSpaced(space.depth, scannedDepths).flatMap((depth) => {
    const networks = { shape, space, setting, depth };
    const widest = Math.floor(widestSkipWidth(networks, setting.limits));
    const skipWidths: Bounds = forced === null ? [narrowestSkipWidth(shape, space), widest] : [forced, forced];
    const sizeAt = (skipWidth: number) => {
      const [narrowest, widestAllowed] = bottleneckInterval(shape, space, skipWidth);
      const bottleneckWidth = Math.min(widestAllowed, Math.floor(mostBottleneck(networks, skipWidth, setting.limits)));
      return bottleneckWidth < narrowest
        ? 0
        : budgetedSize(archWith(setting, skipWidth, bottleneckWidth, depth), setting);
    };
    return largestNear(logSpaced(skipWidths, scannedWidths), sizeAt);
  });
  return mostOf([0, ...sizes]);
}

/** The values at some places, and at all whole numbers around the best of them, as far as they grow. */
function largestNear(places: readonly number[], valueAt: (place: number) => number): number[] {
  const values = places.map(valueAt);
  const best = values.indexOf(mostOf([-1, ...values]));
  if (best === -1) return [];
  let [low, high] = [places[Math.max(0, best - 1)]!, places[Math.min(places.length - 1, best + 1)]!];
  while (high - low > 2) {
    const [left, right] = [Math.floor((2 * low + high) / 3), Math.ceil((low + 2 * high) / 3)];
    if (valueAt(left) < valueAt(right)) low = left;
    else high = right;
  }
  return [...values, valueAt(low), valueAt(low + 1), valueAt(high)];
}

/** Keeps an end that is a whole number from being lost to rounding. */
const roundingSlack = 1e-12;
/** A scan sees regions of a fiftieth of the range on a log scale. */
const scannedWidths = 64;
const scannedDepths = 24;

/** The bottleneck widths that a skip width leaves, real numbers: at least and at most. */
interface Left {
  readonly skipWidth: number;
  readonly least: number;
  readonly most: number;
}

/** The skip widths to look through, and how skip width and ratio follow from each other at the target. */
function problemOf(query: WidthQuery) {
  const { setting, space, atLeast, target } = query;
  const bounds = [{ size: setting.size, atMost: target }, ...setting.limits];
  const at = (skipWidth: number): Left => ({
    skipWidth,
    least: bottleneckFor(query, skipWidth, { size: setting.size, atMost: atLeast }),
    most: mostBottleneck(query, skipWidth, bounds),
  });
  const skipWidthAt = (ratio: number) =>
    Math.min(...bounds.map((bound) => skipWidthFor(query, (skipWidth) => ratio * skipWidth, bound)));
  const forced = forcedSkipWidth(setting);
  if (forced !== null) return { skipWidths: [forced, forced] as Bounds, at, skipWidthAt };
  const smallest = { size: setting.size, atMost: atLeast };
  const narrowest = skipWidthFor(query, (skipWidth) => space.ratio[1] * skipWidth, smallest);
  const skipWidths: Bounds = [
    Math.ceil(narrowest * (1 - roundingSlack)),
    Math.floor(widestSkipWidth(query, bounds) * (1 + roundingSlack)),
  ];
  const binds = (skipWidth: number) =>
    mostBottleneck(query, skipWidth, setting.limits) <
    bottleneckFor(query, skipWidth, { size: setting.size, atMost: target });
  const isPossible = (skipWidth: number) => {
    const [from, to] = wholeBottlenecks(query, at(skipWidth));
    return from <= to;
  };
  const isBound = setting.limits.length > 0 && logSpaced(skipWidths, scannedWidths).some(binds);
  return { skipWidths: isBound ? possibleAmong(skipWidths, isPossible) : skipWidths, at, skipWidthAt };
}

/** The part of an interval between the first and the last number that is possible, as far as a scan shows them. */
function possibleAmong([smallest, largest]: Bounds, isPossible: (value: number) => boolean): Bounds {
  const places = logSpaced([smallest, largest], scannedWidths);
  const possible = places.map(isPossible);
  const [first, last] = [possible.indexOf(true), possible.lastIndexOf(true)];
  if (first === -1) return [1, 0];
  return [
    first === 0 ? smallest : edgeBetween(places[first]!, places[first - 1]!, isPossible),
    last === places.length - 1 ? largest : edgeBetween(places[last]!, places[last + 1]!, isPossible),
  ];
}

/** The last number that is possible on the way from one that is to one that is not. */
function edgeBetween(inside: number, outside: number, isPossible: (value: number) => boolean): number {
  let [good, bad] = [inside, outside];
  while (Math.abs(good - bad) > 1) {
    const middle = Math.trunc((good + bad) / 2);
    if (isPossible(middle)) good = middle;
    else bad = middle;
  }
  return good;
}

/** Whole numbers of an interval, both ends among them, evenly on a log scale. */
function logSpaced([smallest, largest]: Bounds, count: number): number[] {
  if (smallest > largest) return [];
  const places = Array.from({ length: count }, (_, index) =>
    Math.round(smallest * (largest / smallest) ** (index / (count - 1))),
  );
  return [...new Set(places)];
}

/** At the narrowest bottleneck, and at the smallest ratio: the widest skip within all bounds. */
function widestSkipWidth(networks: Networks, bounds: readonly SizeLimit[]): number {
  const ofBound = (bound: SizeLimit) => [
    skipWidthFor(networks, () => 1, bound),
    skipWidthFor(networks, (skipWidth) => networks.space.ratio[0] * skipWidth, bound),
  ];
  return Math.min(...bounds.flatMap(ofBound));
}

function mostBottleneck(networks: Networks, skipWidth: number, bounds: readonly SizeLimit[]): number {
  return Math.min(...bounds.map((bound) => bottleneckFor(networks, skipWidth, bound)));
}

/** At one skip width, the free arch with the widest bottleneck that the query allows. */
function widestFree(query: WidthQuery, left: Left): Arch | null {
  const [smallest, largest] = wholeBottlenecks(query, left);
  for (let bottleneckWidth = largest; bottleneckWidth >= smallest; bottleneckWidth -= 1) {
    const arch = archWith(query.setting, left.skipWidth, bottleneckWidth, query.depth);
    if (!query.isTaken(arch)) return arch;
  }
  return null;
}

function wholeBottlenecks({ shape, space }: Networks, { skipWidth, least, most }: Left): Bounds {
  const [narrowest, widest] = bottleneckInterval(shape, space, skipWidth);
  return [Math.max(narrowest, Math.ceil(least)), Math.min(widest, Math.floor(most))];
}

/** The real bottleneck width at which a size meets its bound; exact where it is whole. */
function bottleneckFor(networks: Networks, skipWidth: number, { size, atMost }: SizeLimit): number {
  const sizeAt = sizeFunction(networks.setting, size, networks.depth);
  return inverseOfLine((bottleneckWidth) => sizeAt(skipWidth, bottleneckWidth), atMost);
}

/** The real skip width at which a size meets its bound. */
function skipWidthFor(networks: Networks, bottleneckOf: (skipWidth: number) => number, { size, atMost }: SizeLimit) {
  const sizeAt = sizeFunction(networks.setting, size, networks.depth);
  return inverseOfParabola((skipWidth) => sizeAt(skipWidth, bottleneckOf(skipWidth)), atMost);
}
