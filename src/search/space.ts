/**
 * The space that is searched: what all candidates of a study share, the depths and width ratios each shape may take,
 * and which parameter counts it can reach at all.
 */
import {
  archSchema,
  keepsInputWidth,
  parameterCount,
  type Arch,
  type CountedParams,
  type Dimensions,
  type InputProjection,
  type OutputProjection,
} from '../arch/arch.js';
import { UserError } from '../base/errors.js';
import { formatExactCount, leastOf } from '../base/numbers.js';
import { rangeOf, type Budget, type ParameterRange } from './budget.js';

/** Lists the shapes that are searched; `straight` belongs to neither side of the comparison. */
export const searchedShapes = ['hourglass', 'conventional'] as const;
/** Names a shape that is searched. */
export type SearchedShape = (typeof searchedShapes)[number];

/** Holds what all candidates of a study share. */
export interface CandidateSetting {
  readonly dimensions: Dimensions;
  readonly inputProjection: InputProjection;
  readonly outputProjection: OutputProjection;
  /** Which matrices a budget counts. */
  readonly count: CountedParams;
}

/** Is the smallest and the largest, both included. */
export type Bounds = readonly [smallest: number, largest: number];

/** Bounds the depth and the ratio of widths of the networks of a shape. */
export interface ShapeSpace {
  readonly depth: Bounds;
  /** Bottleneck width over skip width: at most 1 for an hourglass, at least 1 for a conventional network. */
  readonly ratio: Bounds;
}

/** Bounds what random search draws, for each shape. */
export type RandomSpace = Readonly<Record<SearchedShape, ShapeSpace>>;

/**
 * Is about the space that arXiv 2510.01796 searched: of its 88 hourglass frontier points 9 in 10 have a ratio of 0.005
 * to 0.51 and a depth of up to 10; its 58 conventional ones have a ratio of up to 5.3 and a depth of up to 6.
 */
export const defaultSpace: RandomSpace = {
  hourglass: { depth: [1, 20], ratio: [0.02, 0.8] },
  conventional: { depth: [1, 6], ratio: [1.05, 6] },
};

/** Is far more blocks than anybody trains: the depths that have widths are looked for one by one. */
export const deepest = 1000;

/** Whole widths cannot follow a ratio more exactly than this, so a ratio interval must be at least as wide. */
const narrowestRatioSpan = 1.1;

/** Parameters of an arch as the budget counts them. */
export function countedParams(arch: Arch, setting: CandidateSetting): number {
  return parameterCount(arch, setting.dimensions)[setting.count];
}

/** Counts the parameters that every unit of skip width costs in the projections, whatever the blocks are. */
export function projectionParamsPerSkipUnit(setting: CandidateSetting): number {
  return countedParams({ ...setting, skipWidth: 1, bottleneckWidth: 0, depth: 0 }, setting);
}

/**
 * Gives the skip width that the projections leave no choice about, or null where it is free. Throws a UserError where
 * input and output force different ones.
 */
export function forcedSkipWidth(setting: CandidateSetting): number | null {
  const { dimensions, inputProjection, outputProjection } = setting;
  const byInput = keepsInputWidth(setting) ? dimensions.input : null;
  const byOutput = outputProjection === 'none' ? dimensions.output : null;
  if (byInput !== null && byOutput !== null && byInput !== byOutput) {
    throw new UserError(
      `input projection '${inputProjection}' needs a skip width of ${byInput}, output projection 'none' one of ` +
        `${byOutput}; no network has both, so make one of the two trainable`,
    );
  }
  return byInput ?? byOutput;
}

/** Gives the bottleneck widths of a shape at a skip width; empty where the first is above the second. */
export function bottleneckInterval(shape: SearchedShape, space: ShapeSpace, skipWidth: number): Bounds {
  const [smallest, largest] = space.ratio;
  return shape === 'hourglass'
    ? [Math.max(1, Math.ceil(smallest * skipWidth)), Math.min(skipWidth - 1, Math.floor(largest * skipWidth))]
    : [Math.max(skipWidth + 1, Math.ceil(smallest * skipWidth)), Math.floor(largest * skipWidth)];
}

/**
 * Counts the parameters of the smallest network of a shape, and of the largest (Infinity where the skip width is free).
 */
export function reachableParams(shape: SearchedShape, space: ShapeSpace, setting: CandidateSetting): ParameterRange {
  checkShapeSpace(shape, space);
  const forced = forcedSkipWidth(setting);
  const skipWidth = forced ?? narrowestSkipWidth(shape, space);
  const [narrowest, widest] = bottleneckInterval(shape, space, skipWidth);
  if (narrowest > widest) {
    throw new UserError(
      `${shape} ratio: expected room for a whole bottleneck width at the forced skip width ${skipWidth}, ` +
        `got ${space.ratio.join(' to ')}; widen the ratio`,
    );
  }
  const paramsOf = (depth: number, bottleneckWidth: number) =>
    countedParams({ ...setting, skipWidth, bottleneckWidth, depth }, setting);
  return {
    lowest: paramsOf(space.depth[0], narrowest),
    highest: forced === null ? Infinity : paramsOf(space.depth[1], widest),
  };
}

/**
 * Gives the parameters to draw from: the budget's range, clipped to what all the shapes can reach. An end that was
 * written down (each number of a list, both ends of a range) must be in reach, else a UserError says what would do; the
 * lower end that an at-most budget implies is clipped in silence.
 */
export function sampledRange(
  budget: Budget,
  space: RandomSpace,
  shapes: readonly SearchedShape[],
  setting: CandidateSetting,
): ParameterRange {
  const asked = rangeOf(budget);
  const reaches = shapes.map((shape) => ({ shape, ...reachableParams(shape, space[shape], setting) }));
  const lowest = Math.max(asked.lowest, ...reaches.map((reach) => reach.lowest));
  const highest = Math.min(asked.highest, ...reaches.map((reach) => reach.highest));
  const tooLarge = reaches.find((reach) => reach.lowest === lowest);
  if (tooLarge && (budget.atLeast ?? leastOf(budget.wanted)) < lowest) {
    throw outOfReach(budget, tooLarge.shape, setting, 'small', lowest);
  }
  const tooSmall = reaches.find((reach) => reach.highest === highest);
  if (tooSmall && budget.atLeast !== null && asked.highest > highest) {
    throw outOfReach(budget, tooSmall.shape, setting, 'large', highest);
  }
  if (lowest > highest) {
    throw new UserError(
      `budget ${budget.text}: the shapes have no parameter count in common; expected ranges of depth and ratio that ` +
        'overlap in parameters: widen one, or search one shape alone',
    );
  }
  return { lowest, highest };
}

function checkShapeSpace(shape: SearchedShape, { depth, ratio }: ShapeSpace): void {
  if (!depth.every((end) => archSchema.shape.depth.max(deepest).safeParse(end).success) || depth[0] > depth[1]) {
    throw new UserError(
      `${shape} depth: expected whole numbers from 1 to ${formatExactCount(deepest)}, smallest first, got ${depth.join(' to ')}`,
    );
  }
  const [from, to] = shape === 'hourglass' ? [0, 1] : [1, Infinity];
  const inside = ratio[0] >= from && ratio[0] > 0 && ratio[1] <= to && ratio[1] < Infinity;
  if (!inside || ratio[1] < ratio[0] * narrowestRatioSpan) {
    const limits = shape === 'hourglass' ? 'above 0 and at most 1' : 'at least 1';
    throw new UserError(
      `${shape} ratio: expected two numbers ${limits}, the second at least ${narrowestRatioSpan} times the first ` +
        `(widths are whole numbers), got ${ratio.join(' to ')}`,
    );
  }
}

/** Ends: a ratio interval of some width holds a whole bottleneck width once the skip width is large enough. */
function narrowestSkipWidth(shape: SearchedShape, space: ShapeSpace): number {
  for (let skipWidth = 1; ; skipWidth += 1) {
    const [narrowest, widest] = bottleneckInterval(shape, space, skipWidth);
    if (narrowest <= widest) return skipWidth;
  }
}

function outOfReach(
  budget: Budget,
  shape: SearchedShape,
  setting: CandidateSetting,
  tooWhat: 'small' | 'large',
  nearestParams: number,
): UserError {
  const { dimensions, inputProjection, outputProjection } = setting;
  return new UserError(
    `budget ${budget.text}: too ${tooWhat} for any ${shape} network with ${dimensions.input} inputs, ` +
      `${dimensions.output} outputs, input projection ${inputProjection} and output projection ${outputProjection}; ` +
      `the ${tooWhat === 'small' ? 'smallest' : 'largest'} that would do is ${formatExactCount(nearestParams)}`,
  );
}
