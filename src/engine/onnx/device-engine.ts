/** Packs on the providers of ONNX Runtime: whole training steps as graphs, which run where the provider computes. */
import type { Engine } from '../engine.js';
import { refuseUnshown } from '../refusal.js';
import { openPack } from './pack.js';
import { checkProvider, providers, type Provider } from './providers.js';

/**
 * Opens the engine on a provider. Throws a CannotStart, with the reason and how to install it, where that is missing or
 * would leave a part of the training step to the processor.
 * @param install how to get it where it is missing, for the error
 */
export async function openOnnxDevice(provider: Provider, install: string): Promise<Engine> {
  await checkProvider(provider, install);
  return {
    async open(program, members, settings) {
      refuseUnshown(providers[provider].engine, program);
      return openPack(provider, program, members, settings);
    },
    adapter: null,
  };
}
