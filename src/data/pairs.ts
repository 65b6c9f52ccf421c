/**
 * How images become inputs and targets: one function for each kind of task.
 * Source of the kinds: arXiv 2510.01796.
 */
import { valuesPerImage, type ImageShape } from './images.js';
import type { Kernels } from './kernels.js';

/** Holds the images at hand, and where their pairs go. */
export interface Bench {
  readonly shape: ImageShape;
  readonly kernels: Kernels;
  /** Byte addresses of the images' bytes, of both sides of the pairs, of the noise's state, and of a kernel's own room. */
  readonly at: Readonly<Record<'pixels' | 'input' | 'target' | 'noiseState' | 'scratch', number>>;
  /** `[images]`; the class of each. */
  readonly labels: Uint16Array;
  /** `[images, output width]`; what `at.target` points to. */
  readonly target: Float32Array;
  /** The image that stands for each class, by its label, scaled to [0, 1]; none where no target is one. */
  readonly prototypes: readonly Float32Array[];
}

/** Fills inputs and targets from the first `size` images on the bench. */
export type MakePairs = (bench: Bench, size: number) => void;

/** Makes input = clamp(image + noiseLevel N(0, 1), 0, 1), target = image. */
export function noisyInput(noiseLevel: number): MakePairs {
  return ({ kernels, at, shape }, size) => {
    const count = size * valuesPerImage(shape);
    kernels.noisy(at.pixels, at.input, at.target, count, noiseLevel, at.noiseState, at.scratch);
  };
}

/** Makes input = the bicubic image of 1 / scale of the height and the width, target = image. */
export function reducedInput(scale: number): MakePairs {
  return ({ kernels, at, shape }, size) => {
    kernels.normalise(at.pixels, at.target, size * valuesPerImage(shape));
    kernels.reduce(at.target, at.input, size * shape.channels, shape.height, shape.width, scale, at.scratch);
  };
}

/**
 * Makes input = image, target = the prototype of its class. The prototype is never flipped: it is the one picture that
 * stands for the class, however the input is turned.
 */
export const prototypeTarget: MakePairs = ({ kernels, at, shape, labels, target, prototypes }, size) => {
  const values = valuesPerImage(shape);
  kernels.normalise(at.pixels, at.input, size * values);
  for (let image = 0; image < size; image += 1) target.set(prototypes[labels[image]!]!, image * values);
};

/** Makes input = image, target = 1 for its class and 0 for each of the others. */
export function oneHotTarget(classes: number): MakePairs {
  return ({ kernels, at, shape, labels, target }, size) => {
    kernels.normalise(at.pixels, at.input, size * valuesPerImage(shape));
    target.fill(0, 0, size * classes);
    for (let image = 0; image < size; image += 1) target[image * classes + labels[image]!] = 1;
  };
}
