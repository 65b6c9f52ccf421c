/** Initial weights: drawn uniformly, or the numbers that the program says. */
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
  if (start !== 'uniform' && 'constant' in start) return values.fill(start.constant);
  const stream = randomStream(runKey, 'initial weights', name);
  const limit = start === 'uniform' ? 1 / Math.sqrt(rows) : start.uniformWithin;
  return values.map(() => (2 * stream.uniform() - 1) * limit);
}
