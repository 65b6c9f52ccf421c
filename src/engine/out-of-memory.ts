/** Which errors of the libraries under the engines say that memory did not suffice. */
import { messageOf, OutOfMemory } from '../base/errors.js';

/** What JavaScript says, CUDA's libraries, and the drivers of accelerators. */
const commonSigns = [
  'allocation failed', // new Float32Array
  'invalid typed array length', // longer ones than there can be
  'ALLOC_FAILED', // cuBLAS and cuDNN
  'failed to allocate', // ONNX Runtime's arena, TensorFlow's allocators
  'out.?of.?(device.|host.)?memory', // CUDA, Vulkan, Direct3D, WebGPU
];

/**
 * Makes a function that gives an OutOfMemory in place of an error that says so in its own words, and any other error as
 * it is.
 * @param signs what else says so, as regular expressions whose case does not matter
 */
export function outOfMemoryNamer(signs: readonly string[]): (error: unknown) => Error {
  const pattern = new RegExp([...commonSigns, ...signs].join('|'), 'i');
  return (error) => {
    const message = messageOf(error);
    if (pattern.test(message)) return new OutOfMemory(message, { cause: error });
    return error instanceof Error ? error : new Error(message);
  };
}
