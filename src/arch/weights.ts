/** Initial weights: every matrix uniform in ±1/sqrt(fan_in), as in the reference recipe. */
import { randomStream } from '../base/random.js';
import type { Matrix, Program } from './program.js';

/** The values of each matrix by its name, row-major `[in, out]`. */
export type Weights = ReadonlyMap<string, Float32Array>;

/** Weights drawn from one stream per matrix, named by the run's key. */
export function initialWeights(program: Program, runKey: string): Weights {
  return new Map(program.matrices.map((matrix) => [matrix.name, initialMatrix(matrix, runKey)]));
}

function initialMatrix(matrix: Matrix, runKey: string): Float32Array {
  const stream = randomStream(runKey, 'initial weights', matrix.name);
  const limit = 1 / Math.sqrt(matrix.rows);
  return Float32Array.from({ length: matrix.rows * matrix.columns }, () => (2 * stream.uniform() - 1) * limit);
}
