/** WebGPU in software, which compiles for a second or two for each new shape of a batch. */
import type { Device } from '../../../src/engine/engines.js';

/** Whether Vulkan computes in software: SwiftShader is the only driver that it may load. */
const onSwiftShader = /swiftshader/i.test(process.env['VK_ICD_FILENAMES'] ?? '');

/**
 * Whether the engines of the device compile in software. They do each thing once there, at sizes that are compiled already
 * where it can be, as engines on the processor and on a GPU do it at all sizes.
 */
export function compilesInSoftware(device: Device): boolean {
  return device === 'webgpu' && onSwiftShader;
}
