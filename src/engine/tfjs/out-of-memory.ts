/** Which errors say that memory did not suffice. */
import { messageOf, OutOfMemory } from '../../base/errors.js';

/** What is said by TensorFlow and the libraries of CUDA under it, by JavaScript, and by WebGPU and the drivers under it. */
const signs = new RegExp(
  [
    '\\bOOM\\b', // OOM when allocating tensor with shape[…]
    'RESOURCE_EXHAUSTED',
    'ALLOC_FAILED', // cuBLAS and cuDNN
    'failed to allocate',
    'allocation failed', // new Float32Array
    'invalid typed array length', // longer ones than there can be
    'out.?of.?(device.|host.)?memory',
    'exceeds the max buffer size', // a tensor larger than WebGPU's largest buffer
    'larger than the maximum storage buffer binding size', // or than it takes of one
  ].join('|'),
  'i',
);

/** An OutOfMemory in place of an error that says so in its own words; any other error as it is. */
export function namingOutOfMemory(error: unknown): Error {
  const message = messageOf(error);
  if (signs.test(message)) return new OutOfMemory(message, { cause: error });
  return error instanceof Error ? error : new Error(message);
}
