/** Initial weights, as in the reference recipe: every matrix uniform in ±1/sqrt(fan_in), or the identity. */
import { randomStream } from '../base/random.js';
import type { Matrix, Program } from './program.js';

/** Holds the values of each matrix by its name, row-major `[in, out]`. */
export type Weights = ReadonlyMap<string, Float32Array>;

/** Draws the weights, from one stream per matrix, named by the run's key. */
export function initialWeights(program: Program, runKey: string): Weights {
  return new Map(program.matrices.map((matrix) => [matrix.name, initialMatrix(matrix, runKey)]));
}

function initialMatrix({ name, rows, columns, start }: Matrix, runKey: string): Float32Array {
  const values = new Float32Array(rows * columns);
  if (start === 'identity') return values.map((_, index) => (index % (columns + 1) === 0 ? 1 : 0));
  const stream = randomStream(runKey, 'initial weights', name);
  const limit = 1 / Math.sqrt(rows);
  return values.map(() => (2 * stream.uniform() - 1) * limit);
}
