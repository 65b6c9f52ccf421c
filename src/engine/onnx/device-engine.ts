import type { Engine } from '../engine.js';

export type Provider = 'cpu' | 'cuda' | 'webgpu' | 'coreml' | 'dml';

export function openOnnxDevice(provider: Provider): Promise<Engine> {
  return Promise.reject(new Error(`onnx ${provider} is not written yet`));
}
