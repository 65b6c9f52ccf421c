/** Loads the WebAssembly kernels that make batches; what they do and take stands in their sources. */
import { loadKernel, type KernelFunction } from '../base/kernel.js';

export type Kernels = Readonly<Record<'noisy' | 'flip' | 'normalise' | 'reduce', KernelFunction>>;

/** The kernels, working on one memory. */
export async function openKernels(memory: WebAssembly.Memory): Promise<Kernels> {
  const noise = new URL('./noise.wasm', import.meta.url);
  const images = new URL('./images.wasm', import.meta.url);
  const [noisy, flip, normalise, reduce] = await Promise.all([
    loadKernel(noise, memory, 'noisy'),
    loadKernel(images, memory, 'flip'),
    loadKernel(images, memory, 'normalise'),
    loadKernel(images, memory, 'reduce'),
  ]);
  return { noisy, flip, normalise, reduce };
}
