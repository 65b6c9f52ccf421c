/** PSNR and SSIM against torchmetrics, and the means over batches. */
import { describe, expect, test } from 'vitest';
import { pixelsOf } from '../../src/data/images.js';
import { openMnist } from '../../src/data/mnist.js';
import { measurement, psnrDb } from '../../src/train/metrics.js';
import { meanSsim } from '../../src/train/ssim.js';
import goldens from '../golden/metric-goldens.json' with { type: 'json' };

const shape = { height: 28, width: 28, channels: 1 };
const { images } = (await openMnist()).test;
const targets = Float32Array.from(
  goldens.prediction.flatMap((_, row) => [...pixelsOf(images, row)]),
  (byte) => byte / 255,
);
const outputs = Float32Array.from(goldens.prediction.flat(2));
const squaredError = outputs.reduce((sum, output, index) => sum + (output - targets[index]!) ** 2, 0);

describe('psnrDb', () => {
  test('is 20 dB for a mean squared error of one hundredth', () => {
    expect(psnrDb(0.01)).toBeCloseTo(20, 12);
    expect(psnrDb(1)).toBeCloseTo(0, 12);
  });

  test('agrees with torchmetrics on noisy MNIST images', () => {
    expect(Math.abs(psnrDb(squaredError / outputs.length) - goldens.psnr_db)).toBeLessThan(1e-5);
  });

  test.each([0, -1, NaN, Infinity])('refuses a mean squared error of %d, which has no finite ratio', (error) => {
    expect(() => psnrDb(error)).toThrow(RangeError);
  });
});

describe('measurement', () => {
  test('counts every batch the same in the mean PSNR, and every value in the mean squared error', () => {
    // Mean squared errors 0.1 and 0.001: 10 dB and 30 dB.
    const errors = [
      { squaredError: 10, values: 100 },
      { squaredError: 0.02, values: 20 },
    ];
    const measured = measurement(errors);
    expect(measured.psnrDb).toBeCloseTo(20, 12);
    expect(measured.meanSquaredError).toBeCloseTo(0.0835, 12);
    expect(measured.psnrOfMeanDb).toBeCloseTo(-10 * Math.log10(0.0835), 12);
  });

  test('refuses a batch without any error and an empty set', () => {
    const errors = [
      { squaredError: 10, values: 100 },
      { squaredError: 0, values: 100 },
    ];
    expect(() => measurement(errors)).toThrow('positive and finite, got 0');
    expect(() => measurement([])).toThrow('at least one batch');
  });
});

describe('meanSsim', () => {
  test('agrees with torchmetrics on noisy MNIST images', () => {
    expect(Math.abs(meanSsim(outputs, targets, shape) - goldens.ssim_data_range_1)).toBeLessThan(1e-5);
  });

  test('is 1 for equal images and the same either way round', () => {
    expect(meanSsim(targets, targets, shape)).toBeCloseTo(1, 12);
    expect(meanSsim(targets, outputs, shape)).toBeCloseTo(meanSsim(outputs, targets, shape), 12);
  });

  test('of two flat images is what their brightness alone gives', () => {
    const flat = (value: number) => new Float32Array(12 * 15).fill(value);
    const expected = (2 * 0.25 * 0.75 + 1e-4) / (0.25 ** 2 + 0.75 ** 2 + 1e-4);
    expect(meanSsim(flat(0.25), flat(0.75), { height: 12, width: 15, channels: 1 })).toBeCloseTo(expected, 9);
  });

  test('of colour images is the mean over the colour planes', () => {
    const ofPlanes = (values: Float32Array) => values.subarray(0, 6 * 784);
    const planes = meanSsim(ofPlanes(outputs), ofPlanes(targets), shape);
    const colour = meanSsim(ofPlanes(outputs), ofPlanes(targets), { ...shape, channels: 3 });
    expect(colour).toBeCloseTo(planes, 12);
  });

  test('refuses images too small to mirror, and outputs that do not match the targets', () => {
    const small = new Float32Array(25);
    expect(() => meanSsim(small, small, { height: 5, width: 5, channels: 1 })).toThrow('more than 5 x 5');
    expect(() => meanSsim(outputs.subarray(784), targets, shape)).toThrow(RangeError);
    expect(() => meanSsim(outputs.subarray(1), targets.subarray(1), shape)).toThrow(RangeError);
  });
});
