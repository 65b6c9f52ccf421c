/** Which errors say that memory did not suffice. */
import { outOfMemoryNamer } from '../out-of-memory.js';

/**
 * Gives an OutOfMemory in place of an error that says so in the words of TensorFlow or WebGPU; any other error as it
 * is.
 */
export const namingOutOfMemory = outOfMemoryNamer([
  '\\bOOM\\b', // OOM when allocating tensor with shape[…]
  'RESOURCE_EXHAUSTED',
  'exceeds the max buffer size', // a tensor larger than WebGPU's largest buffer
  'larger than the maximum storage buffer binding size', // or than it takes of one
]);
