/**
 * The space that is searched: what all candidates of a study share, and the depths and width ratios each shape may
 * take.
 */
import {
  archSchema,
  keepsInputWidth,
  type Dimensions,
  type InputProjection,
  type OutputProjection,
} from '../arch/arch.js';
import type { SizeName } from '../arch/sizes.js';
import { familyOf } from '../arch/families.js';
import { UserError } from '../base/errors.js';
import { formatExactCount } from '../base/numbers.js';
import type { SizeLimit } from './budget.js';

/** Lists the shapes that are searched; `straight` belongs to neither side of the comparison. */
export const searchedShapes = ['hourglass', 'conventional'] as const;
/** Names a shape that is searched. */
export type SearchedShape = (typeof searchedShapes)[number];

/** Holds what all candidates of a study share. */
export interface CandidateSetting {
  readonly dimensions: Dimensions;
  /** Absent: `residual`. */
  readonly family?: string;
  /** Whether errors name the family even where it is absent: where several are searched. */
  readonly namesFamily?: boolean;
  readonly inputProjection: InputProjection;
  readonly outputProjection: OutputProjection;
  /** What a budget bounds. */
  readonly size: SizeName;
  /** What networks must be within beside the budget. */
  readonly limits: readonly SizeLimit[];
}

/** Holds what the candidates of all families of a study share. */
export type SharedSetting = Omit<CandidateSetting, 'family' | 'namesFamily'>;

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

/** Holds a family that is searched: what its candidates share, and where they are drawn. */
export interface SearchedFamily {
  readonly setting: CandidateSetting;
  readonly space: RandomSpace;
}

/**
 * Is about the space that arXiv 2510.01796 searched: of its 88 hourglass frontier points 9 in 10 have a ratio of 0.005
 * to 0.51 and a depth of up to 10; its 58 conventional ones have a ratio of up to 5.3 and a depth of up to 6.
 */
export const defaultSpace: RandomSpace = {
  hourglass: { depth: [1, 20], ratio: [0.02, 0.8] },
  conventional: { depth: [1, 6], ratio: [1.05, 6] },
};

/** Gives the default space of a family: deep enough for both widths to be those of layers. */
export function spaceOf(family: string | undefined): RandomSpace {
  const { shallowest } = familyOf({ family });
  const deepEnough = ({ depth, ratio }: ShapeSpace): ShapeSpace => ({
    depth: [Math.max(shallowest, depth[0]), depth[1]],
    ratio,
  });
  return { hourglass: deepEnough(defaultSpace.hourglass), conventional: deepEnough(defaultSpace.conventional) };
}

/** Is far more blocks than anybody trains: the depths that have widths are looked for one by one. */
export const deepest = 1000;

/** Whole widths cannot follow a ratio more exactly than this, so a ratio interval must be at least as wide. */
const narrowestRatioSpan = 1.1;

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

/** Throws a UserError for a space in which no network can be. */
export function checkShapeSpace(shape: SearchedShape, { depth, ratio }: ShapeSpace, family?: string): void {
  const { name, shallowest } = familyOf({ family });
  if (depth[0] < shallowest && depth[0] >= 1) {
    throw new UserError(`${shape} depth: expected at least ${shallowest} for the family ${name}, got ${depth[0]}`);
  }
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

/**
 * Finds the narrowest skip width with room for a whole bottleneck width. It ends: a ratio interval of some width holds a
 * whole one once the skip width is large enough.
 */
export function narrowestSkipWidth(shape: SearchedShape, space: ShapeSpace): number {
  for (let skipWidth = 1; ; skipWidth += 1) {
    const [narrowest, widest] = bottleneckInterval(shape, space, skipWidth);
    if (narrowest <= widest) return skipWidth;
  }
}
