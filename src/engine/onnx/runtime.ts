/** What all graphs of this engine share on their way into ONNX Runtime. */
import { Tensor, type InferenceSession } from 'onnxruntime-node';

/** Holds tensors by the name of an input or an output. */
export type Tensors = Record<string, Tensor>;

/**
 * Runs a graph on one thread, so that equal inputs give equal bits, and since the search trains one network per core.
 */
export const sessionOptions: InferenceSession.SessionOptions = {
  executionProviders: ['cpu'],
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: 'sequential',
  graphOptimizationLevel: 'all',
  logSeverityLevel: 3,
};

/** Makes a tensor over the values' own memory. */
export function tensor(values: Float32Array, shape: readonly number[]): Tensor {
  return new Tensor('float32', values, shape);
}

/**
 * Makes a function for tensors over `[size, width]` values. The same arrays come again and again, so their tensors are
 * kept.
 */
export function keptTensors(): (values: Float32Array, width: number) => Tensor {
  const known = new WeakMap<Float32Array, Tensor>();
  return (values, width) => {
    const made = known.get(values) ?? tensor(values, [values.length / width, width]);
    known.set(values, made);
    return made;
  };
}

/** Copies `[rows, columns]` to `[columns, rows]`. */
export function transpose(values: Float32Array, rows: number, columns: number): Float32Array {
  const result = new Float32Array(values.length);
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      result[column * rows + row] = values[row * columns + column]!;
    }
  }
  return result;
}
