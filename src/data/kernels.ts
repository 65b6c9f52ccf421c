/** Loads the WebAssembly kernels that make batches; what they do and take stands in their sources. */
import { loadKernel, type KernelFunction } from '../base/kernel.js';

/** Lists the kernels by name. */
export type Kernels = Readonly<Record<'noisy' | 'skipNoise' | 'flip' | 'normalise' | 'reduce', KernelFunction>>;

/** Loads the kernels to work on one memory. */
export async function openKernels(memory: WebAssembly.Memory): Promise<Kernels> {
  const noise = new URL('./noise.wasm', import.meta.url);
  const images = new URL('./images.wasm', import.meta.url);
  const [noisy, skipNoise, flip, normalise, reduce] = await Promise.all([
    loadKernel(noise, memory, 'noisy'),
    loadKernel(noise, memory, 'skipNoise'),
    loadKernel(images, memory, 'flip'),
    loadKernel(images, memory, 'normalise'),
    loadKernel(images, memory, 'reduce'),
  ]);
  return { noisy, skipNoise, flip, normalise, reduce };
}
