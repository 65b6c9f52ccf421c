/** Tells the errors of ONNX Runtime that say that memory does not suffice from all others. */
import { messageOf, OutOfMemory } from '../../base/errors.js';

/** What the providers, the libraries under them and JavaScript say when memory does not suffice. */
const outOfMemory = new RegExp(
  [
    'out.?of.?(device.|host.)?memory', // CUDA, Vulkan, Direct3D, WebGPU
    'failed to allocate', // ONNX Runtime's arena
    'allocation failed', // new Float32Array
    'invalid typed array length', // longer ones than there can be
    'bad.alloc', // C++
    'ALLOC_FAILED', // cuBLAS and cuDNN
    'exceeds the max', // the largest buffer of WebGPU
    'larger than the max', // what WebGPU binds of one
    '\\[Invalid Buffer', // what WebGPU did not find memory for
  ].join('|'),
  'i',
);

/** What the work gives. Throws an OutOfMemory where it fails for want of memory, and any other error as it is. */
export async function withinMemory<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!outOfMemory.test(messageOf(error))) throw error;
    throw new OutOfMemory(messageOf(error), { cause: error });
  }
}
