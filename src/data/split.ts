/** How images are told apart for training, validation and test: row numbers, nothing is copied. */
import { numpyRandomState, permutation } from '../base/random.js';
import type { Dataset, Images, ImageSet, SplitCounts } from './images.js';

/** Is the seed of every split for which the user names none. */
export const splitSeed = 42;

/**
 * Divides images: training images in the order of the seed, the first to train and the others to validate; test images
 * as they stand. Source of the rule: numpy's RandomState(42).permutation(60000), the first 50,000 to train (MNIST,
 * arXiv 2510.01796).
 */
export function splitTraining(trainImages: Images, testImages: Images, trainCount: number): Dataset {
  const order = seededOrder(trainImages, splitSeed);
  return {
    train: { images: trainImages, rows: order.subarray(0, trainCount) },
    validation: { images: trainImages, rows: order.subarray(trainCount) },
    test: wholeSet(testImages),
  };
}

/**
 * Divides images: training images as they stand; held-out images in the order of the seed, first those to validate,
 * then those to test.
 */
export function splitHeldOut(trainImages: Images, heldOut: Images, validationCount: number): Dataset {
  const order = seededOrder(heldOut, splitSeed);
  return {
    train: wholeSet(trainImages),
    validation: { images: heldOut, rows: order.subarray(0, validationCount) },
    test: { images: heldOut, rows: order.subarray(validationCount) },
  };
}

/** Divides images in the order of the seed: first those to train, then those to validate, then those to test. */
export function splitAll(images: Images, counts: SplitCounts, seed: number): Dataset {
  const order = seededOrder(images, seed);
  const tested = counts.train + counts.validation;
  return {
    train: { images, rows: order.subarray(0, counts.train) },
    validation: { images, rows: order.subarray(counts.train, tested) },
    test: { images, rows: order.subarray(tested, tested + counts.test) },
  };
}

function seededOrder({ labels }: Images, seed: number): Uint32Array {
  return permutation(numpyRandomState(seed), labels.length);
}

function wholeSet(images: Images): ImageSet {
  return { images, rows: Uint32Array.from(images.labels.keys()) };
}
