/**
 * WebGPU outside of a browser: the kernels of `@tensorflow/tfjs-backend-webgpu` on Dawn, an implementation that the
 * package `webgpu` brings along.
 */
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { OutOfMemory } from '../../base/errors.js';
import { namingOutOfMemory } from './out-of-memory.js';
import type { Registered, Tfjs, Watch } from './registered.js';

const name = 'webgpu';

/** What the kernels come up against. A device has the least of each that the standard allows, unless asked for more. */
const limits = [
  'maxBufferSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupStorageSize',
  'maxComputeWorkgroupsPerDimension',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
] as const;

/**
 * The kernel of large products. Small ones have another, whose threads wait for each other more often: in software a step of
 * a small network takes seven times as long with it.
 */
const packedProducts = 3;

/** Null before the first and after a device was lost. */
let registered: Promise<Registered> | null = null;

/** Registers the backend on the adapter that Dawn prefers. Throws an Error where there is none. */
export function registerWebGpu(): Promise<Registered> {
  registered ??= register().catch((error: unknown) => {
    registered = null;
    throw error;
  });
  return registered;
}

async function register(): Promise<Registered> {
  const [tf, { WebGPUBackend }, { create, globals }] = await Promise.all([
    import('@tensorflow/tfjs'),
    import('@tensorflow/tfjs-backend-webgpu'),
    import('webgpu'),
  ]);
  Object.assign(globalThis, globals);
  const gpu = create([]);
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter === null) {
    throw new Error('there is no WebGPU adapter: it needs a GPU with a driver for Vulkan, Metal or Direct3D 12');
  }
  const requiredLimits = Object.fromEntries(limits.map((limit) => [limit, adapter.limits[limit]]));
  const device = await adapter.requestDevice({ requiredLimits });
  keepProductsApart(device);
  offerOnNavigator(gpu);
  const kernels = new WebGPUBackend(device, adapter.info);
  replaceBackend(tf, kernels);
  const { description, device: model, vendor, isFallbackAdapter } = adapter.info;
  if (isFallbackAdapter) tf.env().set('WEBGPU_MATMUL_PROGRAM_TYPE', packedProducts);
  return {
    tf,
    name,
    adapter: description || model || vendor,
    watch: watchOver(device, kernels),
    freeUnused: () => destroyFreeBuffers(kernels),
  };
}

/**
 * The kernels of products read a matrix in tiles, and past its last row, into the one of the next member: values that they
 * multiply by 0, but 0 times infinity is not 0. Here they read no further than the matrix goes.
 * Source: `mm_readB` of matmul_packed_webgpu.ts in tfjs-backend-webgpu 4.22.0.
 */
function keepProductsApart(device: GPUDevice): void {
  const createShaderModule = device.createShaderModule.bind(device);
  device.createShaderModule = ({ code, ...descriptor }) =>
    createShaderModule({
      ...descriptor,
      code: code.replace(readOfMatrix, '$1 if (row < uniforms.dimInner) { $2 } $3'),
    });
}

const readOfMatrix = /(fn mm_readB\(batch: i32, row: i32, col: i32\).*?\(0\.0\);)(.*?)(return value;)/s;

/** The kernels look for WebGPU there. */
function offerOnNavigator(gpu: GPU): void {
  if (!('navigator' in globalThis)) {
    Object.defineProperty(globalThis, 'navigator', { value: {}, configurable: true, writable: true });
  }
  const { navigator } = globalThis as unknown as { readonly navigator: object };
  Object.defineProperty(navigator, 'gpu', { value: gpu, configurable: true, writable: true });
}

/** In place of one whose device was lost, or one that the package registers itself where it finds WebGPU. */
function replaceBackend(tf: Tfjs, kernels: WebGPUBackend): void {
  // Else small tensors are computed by JavaScript instead, those whose values happen to lie there.
  tf.env().set('WEBGPU_CPU_FORWARD', false);
  if (tf.findBackendFactory(name) !== null) tf.removeBackend(name);
  tf.registerBackend(name, () => kernels);
}

const errorScopes = ['validation', 'internal', 'out-of-memory'] as const;

function watchOver(device: GPUDevice, kernels: WebGPUBackend): Watch {
  let loss: Error | null = null;
  void device.lost.then(({ message }) => {
    loss = new Error(`WebGPU lost its device: ${message}`);
    registered = null;
  });
  return () => {
    for (const scope of errorScopes) device.pushErrorScope(scope);
    return async () => {
      submit(kernels);
      const errors = await Promise.all(errorScopes.map(() => device.popErrorScope()));
      return loss ?? named(errors.find((error) => error !== null) ?? null);
    };
  };
}

/** Else operations of others may follow in the same command buffer, and one that is invalid voids them all. */
function submit(kernels: WebGPUBackend): void {
  kernels.ensureCommandEncoderReady();
  kernels.endComputePassEncoder();
  kernels.submitQueue();
}

function named(error: GPUError | null): Error | null {
  if (error === null) return null;
  const message = `WebGPU: ${error.message}`;
  return error instanceof GPUOutOfMemoryError ? new OutOfMemory(message) : namingOutOfMemory(new Error(message));
}

/** What the backend keeps to itself. */
interface BufferManager {
  /** By size and usage. */
  readonly freeBuffers: ReadonlyMap<string, GPUBuffer[]>;
  numFreeBuffers: number;
  numBytesAllocated: number;
}

/** The backend never destroys a buffer, but keeps it for a tensor of the very same size, which another network hardly has. */
function destroyFreeBuffers({ bufferManager }: WebGPUBackend): void {
  const manager = bufferManager as unknown as BufferManager;
  for (const buffers of manager.freeBuffers.values()) {
    for (const buffer of buffers.splice(0)) {
      buffer.destroy();
      manager.numFreeBuffers -= 1;
      manager.numBytesAllocated -= buffer.size;
    }
  }
}
