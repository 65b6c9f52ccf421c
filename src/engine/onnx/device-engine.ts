/** Packs on the providers of ONNX Runtime: whole training steps as graphs, which run where the provider computes. */
import type { Engine } from '../engine.js';
import { openPack } from './pack.js';
import { checkProvider, type Provider } from './providers.js';

export type { Provider } from './providers.js';

/**
 * Opens the engine on a provider. Throws a UserError, with the reason and how to install it, where that is missing or
 * would leave a part of the training step to the processor.
 */
export async function openOnnxDevice(provider: Provider): Promise<Engine> {
  await checkProvider(provider);
  return { open: (program, members, settings) => openPack(provider, program, members, settings), adapter: null };
}
