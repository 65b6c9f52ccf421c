/** The WebGPU adapter of this machine, and whether it is a real one. */
import { messageOf } from '../base/errors.js';

/** Tells what WebGPU computes on. */
export interface WebGpuAdapter {
  /** Such as `SwiftShader driver 5.0.0`. */
  readonly name: string;
  /** Computed by the processor: slower than what is made for it. */
  readonly isSoftware: boolean;
}

/** Renderers on the processor that a driver might not call a fallback. */
const softwareNames = /swiftshader|llvmpipe|lavapipe|basic render/i;

/**
 * Finds the adapter that WebGPU prefers. Throws an Error where there is none. May end the process: drivers are native
 * code.
 */
export async function webGpuAdapter(): Promise<WebGpuAdapter> {
  const { create } = await import('webgpu').catch((error: unknown) => {
    throw new Error(`the package webgpu does not load: ${messageOf(error)}`, { cause: error });
  });
  const adapter = await create([]).requestAdapter({ powerPreference: 'high-performance' });
  if (adapter === null) throw new Error('no adapter was found');
  const { vendor, architecture, device, description, isFallbackAdapter } = adapter.info;
  const name = description || [vendor, architecture || device].filter((part) => part !== '').join(' ');
  return { name, isSoftware: isFallbackAdapter || softwareNames.test(`${name} ${device}`) };
}
