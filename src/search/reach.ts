/** Which sizes a space can reach at all, and which of them are drawn. */
import type { Arch } from '../arch/arch.js';
import { sizeOf, sizeTable } from '../arch/sizes.js';
import { defaultFamily } from '../arch/families.js';
import { UserError } from '../base/errors.js';
import { formatExactCount, leastOf } from '../base/numbers.js';
import { rangeOf, samplingSpan, type Budget, type SizeRange } from './budget.js';
import type { StrategyRequest } from './candidate.js';
import {
  bottleneckInterval,
  checkShapeSpace,
  forcedSkipWidth,
  narrowestSkipWidth,
  type CandidateSetting,
  type SearchedShape,
  type ShapeSpace,
} from './space.js';
import { archWith, brokenLimit, budgetedSize } from './size-function.js';
import { largestWithinLimits } from './widths.js';

/**
 * Counts the size of the smallest network of a shape, and that of the largest: Infinity where neither a forced skip width
 * nor a limit bounds it. Throws a UserError where the space has no network, or none within the limits.
 */
export function reachableSizes(shape: SearchedShape, space: ShapeSpace, setting: CandidateSetting): SizeRange {
  checkShapeSpace(shape, space, setting.family);
  const forced = forcedSkipWidth(setting);
  const skipWidth = forced ?? narrowestSkipWidth(shape, space);
  const [narrowest, widest] = bottleneckInterval(shape, space, skipWidth);
  if (narrowest > widest) {
    throw new UserError(
      `${shape} ratio: expected room for a whole bottleneck width at the forced skip width ${skipWidth}, ` +
        `got ${space.ratio.join(' to ')}; widen the ratio`,
    );
  }
  const smallest = archWith(setting, skipWidth, narrowest, space.depth[0]);
  requireWithinLimits(smallest, shape, setting);
  const lowest = budgetedSize(smallest, setting);
  if (setting.limits.length > 0)
    return { lowest, highest: Math.max(lowest, largestWithinLimits(shape, space, setting)) };
  return {
    lowest,
    highest: forced === null ? Infinity : budgetedSize(archWith(setting, skipWidth, widest, space.depth[1]), setting),
  };
}

/**
 * Gives the sizes to draw from: the budget's range, clipped to what all shapes of all families can reach. An end that was
 * written down (each number of a list, both ends of a range) must be in reach, else a UserError says what would do; the
 * lower end that an at-most budget implies is clipped in silence. Where limits end an at-most budget, it is sampled as
 * far down from there as it is elsewhere.
 */
export function sampledRange({
  budget,
  families,
  shapes,
  setting: { size, limits },
}: Pick<StrategyRequest, 'budget' | 'families' | 'shapes' | 'setting'>): SizeRange {
  const asked = rangeOf(budget);
  const reaches = families.flatMap(({ setting, space }) =>
    shapes.map((shape) => ({ shape, setting, ...reachableSizes(shape, space[shape], setting) })),
  );
  const highest = Math.min(asked.highest, ...reaches.map((reach) => reach.highest));
  const from =
    budget.atLeast ?? (limits.length === 0 ? asked.lowest : Math.min(asked.lowest, Math.ceil(highest / samplingSpan)));
  const lowest = Math.max(from, ...reaches.map((reach) => reach.lowest));
  const tooLarge = reaches.find((reach) => reach.lowest === lowest);
  if (tooLarge && (budget.atLeast ?? leastOf(budget.wanted)) < lowest) {
    throw outOfReach(budget, tooLarge.shape, tooLarge.setting, 'small', lowest);
  }
  const tooSmall = reaches.find((reach) => reach.highest === highest);
  if (tooSmall && budget.atLeast !== null && asked.highest > highest) {
    throw outOfReach(budget, tooSmall.shape, tooSmall.setting, 'large', highest);
  }
  if (lowest > highest) {
    throw new UserError(
      `budget ${budget.text}: the ${families.length > 1 ? 'families' : 'shapes'} have no size in common; expected ranges of depth and ratio that overlap in ` +
        `${sizeTable[size].words}: widen one, or search one shape alone`,
    );
  }
  return { lowest, highest };
}

function requireWithinLimits(smallest: Arch, shape: SearchedShape, setting: CandidateSetting): void {
  const broken = brokenLimit(smallest, setting);
  if (broken === undefined) return;
  const { size, atMost } = broken;
  throw new UserError(
    `limit ${size}=${atMost}: too small for any ${networksOf(shape, setting)}; the smallest that would do is ` +
      formatExactCount(sizeOf(smallest, setting.dimensions, size)),
  );
}

function outOfReach(
  budget: Budget,
  shape: SearchedShape,
  setting: CandidateSetting,
  tooWhat: 'small' | 'large',
  nearest: number,
): UserError {
  const within = tooWhat === 'large' && setting.limits.length > 0 ? ' within the limits' : '';
  return new UserError(
    `budget ${budget.text}: too ${tooWhat} for any ${networksOf(shape, setting)}${within}; ` +
      `the ${tooWhat === 'small' ? 'smallest' : 'largest'} that would do is ${formatExactCount(nearest)}`,
  );
}

function networksOf(shape: SearchedShape, setting: CandidateSetting): string {
  const { dimensions, namesFamily = false, inputProjection, outputProjection } = setting;
  const family = setting.family ?? (namesFamily ? defaultFamily : undefined);
  return (
    `${shape}${family === undefined ? '' : ` ${family}`} network with ${dimensions.input} inputs, ${dimensions.output} outputs, input projection ` +
    `${inputProjection} and output projection ${outputProjection}`
  );
}
