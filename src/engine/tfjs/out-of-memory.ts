/** Which errors say that memory did not suffice. */
import { messageOf, OutOfMemory } from '../../base/errors.js';

/**
 * How the backends say it:
 * - TensorFlow: `OOM when allocating tensor with shape[…]`, with status 8, RESOURCE_EXHAUSTED;
 * - JavaScript: `Array buffer allocation failed`, or `Invalid typed array length` beyond the longest array there can be;
 * - WebGPU: `vkAllocateMemory failed with VK_ERROR_OUT_OF_DEVICE_MEMORY` and the like, or that a tensor is larger than
 *   a buffer or a binding may be.
 */
const signs = [
  /\bOOM\b|RESOURCE_EXHAUSTED/,
  /allocation failed|invalid typed array length/i,
  /out[ _]of[ _](device[ _]|host[ _])?memory|E_OUTOFMEMORY|failed to allocate/i,
  /buffer size .* exceeds the max|binding size .* larger than the maximum/i,
];

/** An OutOfMemory in place of an error that says so in its own words; any other error as it is. */
export function namingOutOfMemory(error: unknown): Error {
  const message = messageOf(error);
  if (signs.some((sign) => sign.test(message))) return new OutOfMemory(message, { cause: error });
  return error instanceof Error ? error : new Error(message);
}
