import type { Engine } from '../engine.js';

export type TfjsBackend = 'cpu' | 'tensorflow' | 'tensorflow-gpu' | 'webgpu';

export function openTfjs(backend: TfjsBackend): Promise<Engine> {
  return Promise.reject(new Error(`tfjs ${backend} is not written yet`));
}
