/** Tells the errors of ONNX Runtime that say that memory does not suffice from all others. */
import { messageOf, OutOfMemory } from '../../base/errors.js';

/** What the providers, the libraries under them and JavaScript say when memory does not suffice. */
const outOfMemory = new RegExp(
  [
    'out.of.memory', // CUDA, Vulkan, Direct3D and WebGPU
    'failed to allocate', // ONNX Runtime's arena, BFCArena
    'allocation failed', // new Float32Array
    'bad.alloc', // C++, 'bad allocation' on Windows
    'ALLOC_FAILED', // cuBLAS and cuDNN
    'invalid typed array length',
    'exceeds? the (max|limit)', // WebGPU's limits of a buffer and of its binding
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
