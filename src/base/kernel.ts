/** Loads a WebAssembly kernel that was compiled ahead and works on a memory of its caller. */
import { readFile } from 'node:fs/promises';
import { messageOf, OutOfMemory } from './errors.js';
import { limitFault } from './machine-limits.js';

/** Takes byte offsets into the memory, and numbers. */
export type KernelFunction = (...pointersAndNumbers: number[]) => void;

const pageBytes = 65_536;
const maximumPages = 65_536;

/** Is the most a kernel can address: 4 GiB. */
export const maximumKernelBytes = maximumPages * pageBytes;

/** Is where data may begin: the first bytes of a memory are the kernel's own. */
export const kernelDataStart = pageBytes;

/**
 * Makes a memory with room for so many bytes of data from `kernelDataStart` on. Throws a Refusal where a limit of this
 * process allows none, and an OutOfMemory where there is not enough.
 */
export function kernelMemory(dataBytes: number): WebAssembly.Memory {
  try {
    return new WebAssembly.Memory({ initial: Math.ceil(dataBytes / pageBytes) + 1, maximum: maximumPages });
  } catch (error) {
    throw limitFault(error) ?? new OutOfMemory(messageOf(error), { cause: error });
  }
}

/** Loads the kernel's function of that name. The file stands beside the module that asks for it. */
export async function loadKernel(file: URL, memory: WebAssembly.Memory, name: string): Promise<KernelFunction> {
  const { instance } = await WebAssembly.instantiate(await readFile(file), { env: { memory } });
  return instance.exports[name] as KernelFunction;
}
