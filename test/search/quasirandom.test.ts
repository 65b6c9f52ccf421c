import { expect, test } from 'vitest';
import { quasirandomPoint, type CubePoint } from '../../src/search/quasirandom.js';

test('The first points are the mirrored digits of 1, 2, 3 … in base 2, 3 and 5.', () => {
  const points = [0, 1, 2, 3, 4, 5].map((index) => quasirandomPoint(index, [0, 0, 0]));
  expect(points.map(([first]) => first * 8)).toEqual([4, 2, 6, 1, 5, 3]);
  expect(points.map(([, second]) => Math.round(second * 9e9))).toEqual([3e9, 6e9, 1e9, 4e9, 7e9, 2e9]);
  expect(points.map(([, , third]) => Math.round(third * 25e9))).toEqual([5e9, 10e9, 15e9, 20e9, 1e9, 6e9]);
});

test('A shift moves every point round the cube.', () => {
  const [first, second, third] = quasirandomPoint(0, [0.75, 0.5, 0.9]);
  expect([first, second, third]).toEqual([0.25, expect.closeTo(5 / 6, 12), expect.closeTo(0.1, 12)]);
});

test.each([54, 270, 1000])('The first %d points fill the cells of the cube more evenly than chance does.', (length) => {
  const shift: CubePoint = [0.3, 0.9, 0.1];
  const cells = new Array<number>(27).fill(0);
  for (let index = 0; index < length; index += 1) {
    const cell = quasirandomPoint(index, shift).reduce((base, coordinate) => 3 * base + Math.floor(3 * coordinate), 0);
    cells[cell]! += 1;
  }
  const expected = length / 27;
  const chiSquare = cells.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  // Chance gives 26 on average.
  expect(chiSquare).toBeLessThan(17);
});
