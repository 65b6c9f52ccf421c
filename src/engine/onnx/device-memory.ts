/** Takes tensors to where a provider computes, and back. */
import type { Tensor } from 'onnxruntime-node';
import { graphBuilder } from './graph.js';
import { withinMemory } from './memory.js';
import { openSession, providers, type Provider } from './providers.js';

/** Moves tensors between the host and the device of a provider. */
export interface DeviceMemory {
  /** The tensor for use in many runs; on the device where the provider can keep it there. */
  kept(tensor: Tensor): Promise<Tensor>;
  /** The values of a tensor that a run gave. */
  values(tensor: Tensor): Promise<Float32Array>;
  dispose(): Promise<void>;
}

/**
 * Opens the memory of a provider. ONNX Runtime for Node has no call that copies a tensor to the device or from it, but
 * a run does both: its inputs may lie on either side, and its outputs lie where its session was told.
 */
export async function openDeviceMemory(provider: Provider): Promise<DeviceMemory> {
  if (!providers[provider].keepsTensors) return hostMemory;
  const upload = await openSession(provider, copyGraph(), ['copy']);
  const download = await openSession(provider, copyGraph());
  const copied = async (session: typeof upload, values: Tensor) => (await session.run({ values }))['copy'] as Tensor;
  return {
    kept: (tensor) => withinMemory(() => copied(upload, tensor)),
    values: (tensor) => withinMemory(async () => (await copied(download, tensor)).data as Float32Array),
    async dispose() {
      await upload.release();
      await download.release();
    },
  };
}

const hostMemory: DeviceMemory = {
  kept: (tensor) => Promise.resolve(tensor),
  values: (tensor) => Promise.resolve(tensor.data as Float32Array),
  dispose: () => Promise.resolve(),
};

/** `copy`: `values`, of any shape. */
function copyGraph(): Uint8Array {
  const graph = graphBuilder();
  graph.output(graph.input('values'), 'copy');
  return graph.encode();
}
