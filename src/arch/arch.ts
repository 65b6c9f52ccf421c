/**
 * The network on paper: its family, two widths, a depth and its projections. Of the family that "Rethinking the shape
 * convention of an MLP" (arXiv 2510.01796) is about, it is
 *
 *   z = x Win;   z = z + relu(norm(z) W1) W2  (depth times);   y = sigmoid(z Wout)
 */
import { z } from 'zod';
import { UserError } from '../base/errors.js';
import type { LossKind } from './loss.js';

/**
 * Lists how the input may become the first skip. `trainable`: starts at random. `fixed`: stays as it was drawn.
 * `identity`: trainable, starts as the identity matrix (needs d_z = d_x). `none`: no matrix (needs d_z = d_x).
 */
export const inputProjections = ['trainable', 'fixed', 'identity', 'none'] as const;
/**
 * Lists how the last skip may become the output. `trainable`: a matrix to the output width. `none`: no matrix (needs
 * d_z = d_y).
 */
export const outputProjections = ['trainable', 'none'] as const;

/** Names how the input becomes the first skip, see `inputProjections`. */
export type InputProjection = (typeof inputProjections)[number];
/** Names how the last skip becomes the output, see `outputProjections`. */
export type OutputProjection = (typeof outputProjections)[number];

/** No network is zero wide or deep, and a plot of its parameters has no logarithm. */
const size = z.int().min(1);

/**
 * Checks that a value is an arch: whole numbers of at least 1 and known projections. `checkArch` says whether it fits a
 * task.
 */
export const archSchema = z.object({
  /** A row of the table of families; absent: `residual`, as all were that older records are of. */
  family: z.string().optional(),
  /** d_z: the width at which the residual skip runs. */
  skipWidth: size,
  /** d_h: the width inside a block. */
  bottleneckWidth: size,
  /** L: the number of residual blocks. */
  depth: size,
  inputProjection: z.enum(inputProjections),
  outputProjection: z.enum(outputProjections),
});
/** Describes a network by its family, widths, depth and projections. */
export type Arch = Readonly<z.output<typeof archSchema>>;

/** Gives what the task fixes: the number of values per input (d_x) and per target (d_y), and the loss. */
export interface Dimensions {
  readonly input: number;
  readonly output: number;
  /** The loss of outputs that no function bounds; absent: the squared error of a sigmoid, for targets in [0, 1]. */
  readonly loss?: LossKind;
}

/** Lists the shapes. `straight` is neither of the two that are compared: both widths are equal. */
export const shapes = ['hourglass', 'conventional', 'straight'] as const;
/** Names which of the two widths is larger, see `shapeOf`. */
export type Shape = (typeof shapes)[number];

/** Tells the shape: hourglass is wide-narrow-wide (d_h < d_z), conventional is narrow-wide-narrow (d_h > d_z). */
export function shapeOf(arch: Pick<Arch, 'skipWidth' | 'bottleneckWidth'>): Shape {
  if (arch.bottleneckWidth < arch.skipWidth) return 'hourglass';
  return arch.bottleneckWidth > arch.skipWidth ? 'conventional' : 'straight';
}

/** Says whether the input is multiplied by a matrix; without one the input is the first skip as it is. */
export function hasInputMatrix(arch: Pick<Arch, 'inputProjection'>): boolean {
  return arch.inputProjection !== 'none';
}

/** Says whether the skip must be as wide as the input: without a matrix, or with one that starts as the identity. */
export function keepsInputWidth(arch: Pick<Arch, 'inputProjection'>): boolean {
  return arch.inputProjection === 'identity' || arch.inputProjection === 'none';
}

/** Gives the same arch if it can be built for these dimensions. Throws a UserError with the reason if it cannot. */
export function checkArch(arch: Arch, dimensions: Dimensions): Arch {
  requireSize('skip width', arch.skipWidth);
  requireSize('bottleneck width', arch.bottleneckWidth);
  requireSize('depth', arch.depth);
  if (keepsInputWidth(arch) && arch.skipWidth !== dimensions.input) {
    throw new UserError(
      `input projection '${arch.inputProjection}' needs a skip width equal to the input width ${dimensions.input}, ` +
        `got ${arch.skipWidth}; use --skip ${dimensions.input} or --input-projection trainable`,
    );
  }
  if (arch.outputProjection === 'none' && arch.skipWidth !== dimensions.output) {
    throw new UserError(
      `output projection 'none' needs a skip width equal to the output width ${dimensions.output}, ` +
        `got ${arch.skipWidth}; use --skip ${dimensions.output} or --output-projection trainable`,
    );
  }
  return arch;
}

/**
 * Writes an arch as `785-115-4`: skip width, bottleneck width, depth, the family before them where it is not `residual`,
 * and the projections behind them where they are not both trainable.
 */
export function archName(arch: Arch): string {
  const family = arch.family === undefined ? '' : `${arch.family} `;
  const widths = `${family}${arch.skipWidth}-${arch.bottleneckWidth}-${arch.depth}`;
  const projections = `${arch.inputProjection}/${arch.outputProjection}`;
  return projections === 'trainable/trainable' ? widths : `${widths} ${projections}`;
}

function requireSize(name: string, value: number): void {
  if (size.safeParse(value).success) return;
  throw new UserError(`${name}: expected a whole number of at least 1, got ${value}`);
}
