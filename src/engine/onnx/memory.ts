/** Tells the errors of ONNX Runtime that say that memory does not suffice from all others. */
import { outOfMemoryNamer } from '../out-of-memory.js';

const named = outOfMemoryNamer([
  'bad.alloc', // C++
  'exceeds the max', // the largest buffer of WebGPU
  'larger than the max', // what WebGPU binds of one
  '\\[Invalid Buffer', // what WebGPU did not find memory for
]);

/**
 * Does the work and gives its result. Throws an OutOfMemory where it fails for want of memory, and any other error as
 * it is.
 */
export async function withinMemory<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw named(error);
  }
}
