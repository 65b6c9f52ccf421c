/** Values gathered one after the other for a run to read as one tensor; the memory is kept for the next. */
import type { Tensor } from 'onnxruntime-node';
import { tensor } from './runtime.js';

/** Holds float32 values, which grow in number until they are cleared. */
export interface Rows {
  /** Copies more values behind those that are there. Throws a RangeError where memory does not suffice. */
  add(more: ArrayLike<number>): void;
  /** The first of them, as many as the shape holds; until more are added. */
  tensor(shape: readonly number[]): Tensor;
  clear(): void;
}

/** Begins without values. */
export function openRows(): Rows {
  let values = new Float32Array(0);
  let length = 0;
  return {
    add(more) {
      if (length + more.length > values.length) values = grown(values, length + more.length);
      values.set(more, length);
      length += more.length;
    },
    tensor(shape) {
      const size = shape.reduce((product, dimension) => product * dimension, 1);
      return tensor(values.subarray(0, size), shape);
    },
    clear() {
      length = 0;
    },
  };
}

/** At least twice as long, so that what is there is not copied again and again. */
function grown(values: Float32Array, length: number): Float32Array<ArrayBuffer> {
  const larger = new Float32Array(Math.max(length, 2 * values.length));
  larger.set(values);
  return larger;
}
