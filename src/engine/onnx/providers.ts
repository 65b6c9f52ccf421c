/**
 * What ONNX Runtime computes with, and how its sessions are opened so that nothing is left to the processor unseen.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { InferenceSession, listSupportedBackends } from 'onnxruntime-node';
import { programOf } from '../../arch/families.js';
import { firstLine, messageOf } from '../../base/errors.js';
import { CannotStart } from '../cannot-start.js';
import { adamWDefaults } from '../engine.js';
import { withinMemory } from './memory.js';
import { cudaLibrary, nativeFolders } from './native-files.js';
import { sessionOptions } from './runtime.js';
import { blockGraph, stepGraph } from './step-graph.js';

/** Names where ONNX Runtime computes. */
export type Provider = 'cpu' | 'cuda' | 'webgpu' | 'coreml' | 'dml';

/** Tells how a provider is best used. */
export interface ProviderRow {
  readonly engine: string;
  /** As people call it. */
  readonly name: string;
  /**
   * What one run takes: a block of steps where the provider runs a Scan itself. Elsewhere the processor would run it, and
   * have all that is carried from step to step brought to it and back after each.
   */
  readonly run: 'block' | 'step';
  /** Whether a run can leave what it gives on the device, for the next run. */
  readonly keepsTensors: boolean;
  /** Variables that its libraries read when they are loaded; those already set stay. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** Lists the providers that have an engine of their own. */
export const providers: Readonly<Record<Provider, ProviderRow>> = {
  cpu: { engine: 'onnx-cpu-packed', name: 'CPU', run: 'block', keepsTensors: false },
  cuda: {
    engine: 'onnx-cuda',
    name: 'CUDA',
    run: 'block',
    keepsTensors: false,
    // Products would round their operands to 10 bits of mantissa (TensorFloat-32). Source: NVIDIA, cuBLAS documentation.
    environment: { NVIDIA_TF32_OVERRIDE: '0' },
  },
  webgpu: { engine: 'onnx-webgpu', name: 'WebGPU', run: 'step', keepsTensors: true },
  coreml: { engine: 'onnx-coreml', name: 'Core ML', run: 'step', keepsTensors: false },
  dml: { engine: 'onnx-dml', name: 'DirectML', run: 'step', keepsTensors: false },
};

/** Gives the options of a session; `kept` names the outputs that stay on the device, where the provider can. */
export function providerOptions(provider: Provider, kept: readonly string[] = []): InferenceSession.SessionOptions {
  return {
    ...sessionOptions,
    // Its errors are thrown as well.
    logSeverityLevel: 4,
    executionProviders: [provider],
    ...(provider !== 'cpu' && { extra: { session: { disable_cpu_ep_fallback: '1' } } }),
    ...(providers[provider].keepsTensors && {
      preferredOutputLocation: Object.fromEntries(kept.map((name) => [name, 'gpu-buffer' as const])),
    }),
  };
}

/** Opens a session of the model on the provider. Throws an OutOfMemory. */
export function openSession(
  provider: Provider,
  model: Uint8Array,
  kept: readonly string[] = [],
): Promise<InferenceSession> {
  return withinMemory(() => InferenceSession.create(model, providerOptions(provider, kept)));
}

/**
 * Opens and closes the models of a tiny network. Throws a CannotStart where the provider is missing, does not start, or
 * would leave a part of them to the processor. ONNX Runtime looks for such parts in a model but not in the body of its
 * Scan, so a step is opened alone too.
 * @param install how to get it where it is missing, for the error
 */
export async function checkProvider(provider: Provider, install: string): Promise<void> {
  const { engine, run, environment = {} } = providers[provider];
  for (const [name, value] of Object.entries(environment)) process.env[name] ??= value;
  const models = [stepGraph, ...(run === 'block' ? [blockGraph] : [])];
  try {
    checkFiles(provider);
    for (const model of models) await (await openSession(provider, model(tinyProgram(), adamWDefaults))).release();
  } catch (error) {
    const reason = reasonOf(provider, messageOf(error));
    throw new CannotStart(engine, reason, ` (install: ${install})`, { cause: error });
  }
}

/** A network with every kind of operation. */
function tinyProgram() {
  const projections = { inputProjection: 'trainable', outputProjection: 'trainable' } as const;
  return programOf({ skipWidth: 3, bottleneckWidth: 2, depth: 1, ...projections }, { input: 2, output: 2 });
}

function checkFiles(provider: Provider): void {
  const { platform, arch } = process;
  if (!listSupportedBackends().some(({ name }) => name === provider)) {
    throw new Error(`onnxruntime-node has no ${providers[provider].name} for ${platform} ${arch}`);
  }
  if (provider !== 'cuda') return;
  const libraries = nativeFolders().map((folder) => path.join(folder, cudaLibrary));
  if (!libraries.some((library) => existsSync(library))) throw new Error(`there is no ${libraries.join(' or ')}`);
}

function reasonOf(provider: Provider, message: string): string {
  const { name } = providers[provider];
  if (message.includes('fallback to CPU EP has been explicitly disabled')) {
    return `ONNX Runtime's ${name} would leave a part of the training step to the processor`;
  }
  if (message.includes('Failed to load shared library')) {
    return `ONNX Runtime's ${name} did not load: it needs CUDA 12 and cuDNN 9 (the line above names what is missing)`;
  }
  if (message.includes('Failed to get a WebGPU adapter')) {
    return 'there is no WebGPU adapter: it needs a GPU with a driver for Vulkan, Metal or Direct3D 12';
  }
  return firstLine(message);
}
