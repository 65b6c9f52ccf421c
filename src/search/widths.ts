/**
 * From a number of parameters to whole widths.
 *
 * A network of skip width d_z, bottleneck width d_h and depth L has N = p d_z + 2 L d_z d_h counted parameters, where p
 * is what the projections cost per unit of skip width. With d_h = r d_z that is a quadratic in d_z, whose root is the
 * place where whole widths are looked for.
 */
import type { Arch } from '../arch/arch.js';
import {
  bottleneckInterval,
  countedParams,
  forcedSkipWidth,
  projectionParamsPerSkipUnit,
  type Bounds,
  type SearchedShape,
  type CandidateSetting,
  type ShapeSpace,
} from './space.js';

/** Asks for the widths of a network of given depth whose parameters lie in a range. */
export interface WidthQuery {
  readonly shape: SearchedShape;
  readonly space: ShapeSpace;
  readonly setting: CandidateSetting;
  readonly depth: number;
  /** Counted parameters, both included: the widths found have at most `targetParams`, and as near below it as may be. */
  readonly atLeastParams: number;
  readonly targetParams: number;
  /** True for an arch that must not be given again. */
  readonly isTaken: (arch: Arch) => boolean;
}

/** Ratios this near to the wanted one (in natural logarithm, so about 5 %) are as good as it: there, parameters decide. */
const ratioSlack = 0.05;

/** Says whether any widths answer the query. */
export function hasWidths(query: WidthQuery): boolean {
  const { skipWidths, archAt } = problemOf(query);
  for (const skipWidth of outwards(Math.round((skipWidths[0] + skipWidths[1]) / 2), skipWidths)) {
    if (archAt(skipWidth) !== null) return true;
  }
  return false;
}

/**
 * Finds the widths with the most parameters among those whose ratio is within `ratioSlack` of the wanted one; if there
 * are none, those of the nearest ratio that has any; null if none has.
 * @param draw in [0, 1): where in the ratios possible at these parameters the wanted one lies, on a log scale
 */
export function nearestWidths(query: WidthQuery, draw: number): Arch | null {
  const { skipWidths, archAt, ratioAt, skipWidthAt } = problemOf(query);
  const ratios = skipWidths.map(ratioAt) as [number, number];
  const smallest = Math.max(query.space.ratio[0], Math.min(...ratios));
  const largest = Math.max(smallest, Math.min(query.space.ratio[1], Math.max(...ratios)));
  const wanted = smallest * (largest / smallest) ** draw;
  const paramsOf = (arch: Arch) => countedParams(arch, query.setting);
  let best: Arch | null = null;
  for (const skipWidth of outwards(Math.round(skipWidthAt(wanted)), skipWidths)) {
    if (best !== null && Math.abs(Math.log(ratioAt(skipWidth) / wanted)) > ratioSlack) return best;
    const arch = archAt(skipWidth);
    if (arch !== null && (best === null || paramsOf(arch) > paramsOf(best))) best = arch;
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

/** Keeps an end that is a whole number from being lost to rounding. */
const roundingSlack = 1e-12;

/** The skip widths to look through, and how skip width and ratio follow from each other at the target. */
function problemOf(query: WidthQuery) {
  const { setting, space, depth, atLeastParams, targetParams } = query;
  const perSkipUnit = projectionParamsPerSkipUnit(setting);
  // The positive root of 2 L r d_z^2 + p d_z - N = 0, in the form that loses no digits for small r.
  const rootAt = (ratio: number, params: number) =>
    (2 * params) / (perSkipUnit + Math.sqrt(perSkipUnit ** 2 + 8 * depth * ratio * params));
  const narrowest = rootAt(space.ratio[1], atLeastParams);
  const widest = Math.min(targetParams / (perSkipUnit + 2 * depth), rootAt(space.ratio[0], targetParams));
  const forced = forcedSkipWidth(setting);
  const skipWidths: Bounds =
    forced === null
      ? [Math.ceil(narrowest * (1 - roundingSlack)), Math.floor(widest * (1 + roundingSlack))]
      : [forced, forced];
  return {
    skipWidths,
    ratioAt: (skipWidth: number) => bottleneckAt(skipWidth, targetParams, depth, perSkipUnit) / skipWidth,
    skipWidthAt: (ratio: number) => rootAt(ratio, targetParams),
    archAt: (skipWidth: number) => widestFree(query, skipWidth, perSkipUnit),
  };
}

/** At one skip width, the free arch with the widest bottleneck that the query allows. */
function widestFree(query: WidthQuery, skipWidth: number, perSkipUnit: number): Arch | null {
  const { shape, space, depth, atLeastParams, targetParams } = query;
  const { inputProjection, outputProjection } = query.setting;
  const [narrowest, widest] = bottleneckInterval(shape, space, skipWidth);
  const smallest = Math.max(narrowest, Math.ceil(bottleneckAt(skipWidth, atLeastParams, depth, perSkipUnit)));
  const largest = Math.min(widest, Math.floor(bottleneckAt(skipWidth, targetParams, depth, perSkipUnit)));
  for (let bottleneckWidth = largest; bottleneckWidth >= smallest; bottleneckWidth -= 1) {
    const arch = { skipWidth, bottleneckWidth, depth, inputProjection, outputProjection };
    if (!query.isTaken(arch)) return arch;
  }
  return null;
}

/** The real bottleneck width that makes up the parameters; a quotient of whole numbers, so exact where it is whole. */
function bottleneckAt(skipWidth: number, params: number, depth: number, perSkipUnit: number): number {
  return (params - perSkipUnit * skipWidth) / (2 * depth * skipWidth);
}
