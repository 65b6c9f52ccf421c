import { describe, expect, test } from 'vitest';
import { randomStream } from '../../../src/base/random.js';
import { fitScales, gaussianProcess } from '../../../src/search/model/gaussian-process.js';

describe('a Gaussian process', () => {
  test('agrees with numpy in mean and deviation, at a known point and elsewhere', () => {
    const points = [
      [0, 0],
      [0.5, 0.25],
      [1, 0.75],
      [0.25, 1],
    ];
    const asked = [
      [0.4, 0.3],
      [0.5, 0.25],
      [0.9, 0.1],
    ];
    const scales = [0.5, 0.8, 0.9, 0.6, 0.1].map(Math.log);
    const { means, deviations } = gaussianProcess(points, [-1, 0.2, 1.1, 0.4], scales).predict(asked);
    // The same formulas with numpy.linalg.solve.
    const expected = { means: [0.03890061, 0.19637729, 0.57100901], deviations: [0.20392252, 0.09896086, 0.63734504] };
    for (const [index, mean] of expected.means.entries()) expect(means[index]).toBeCloseTo(mean, 7);
    for (const [index, deviation] of expected.deviations.entries()) expect(deviations[index]).toBeCloseTo(deviation, 7);
  });

  test('takes a point that comes twice, and the mean of its values', () => {
    const scales = [0.5, 1, 1, 0.1].map(Math.log);
    const { means } = gaussianProcess([[0.3], [0.3], [0.9]], [1, 2, 0], scales).predict([[0.3]]);
    expect(means[0]).toBeCloseTo(1.5, 1);
  });
});

describe('fitted scales', () => {
  const stream = randomStream('gaussian process test');
  const points = Array.from({ length: 40 }, () => [stream.uniform(), stream.uniform()]);

  test('tell an input that matters from one that does not', () => {
    const values = points.map(([first]) => Math.sin(6 * first!));
    const [first, second] = fitScales(points, values);
    expect(second!).toBeGreaterThan(first! + 1);
  });

  test('find the noise of the values', () => {
    const values = points.map(([first]) => first! - 0.5 + 0.3 * (stream.uniform() - 0.5));
    const noise = Math.exp(fitScales(points, values).at(-1)!);
    // A uniform draw of width 0.3 has a deviation of 0.087.
    expect(noise).toBeGreaterThan(0.05);
    expect(noise).toBeLessThan(0.13);
  });

  test('predict points that were left out', () => {
    const truth = ([first, second]: readonly number[]) => Math.sin(3 * first!) * second!;
    const values = points.map(truth);
    const process = gaussianProcess(points, values, fitScales(points, values));
    const asked = Array.from({ length: 20 }, () => [0.1 + 0.8 * stream.uniform(), 0.1 + 0.8 * stream.uniform()]);
    const { means } = process.predict(asked);
    for (const [index, point] of asked.entries()) expect(Math.abs(means[index]! - truth(point))).toBeLessThan(0.05);
  });
});
