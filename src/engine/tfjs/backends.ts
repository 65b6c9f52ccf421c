/**
 * What TensorFlow.js can compute on. A process has one TensorFlow.js, with a registry of backends of which one is set;
 * several may have started, and a tensor stays with the one that it was made on.
 */
import type * as tfjs from '@tensorflow/tfjs';
import { messageOf } from '../../base/errors.js';
import type { Registered, Tfjs } from './registered.js';
import { loadTensorFlow, loadTensorFlowForGpu } from './tensorflow.js';
import { registerWebGpu } from './webgpu.js';

/** A backend that has started. */
export interface Backend extends Registered {
  readonly kernels: tfjs.KernelBackend;
}

const registrations = {
  cpu: async (): Promise<Registered> => ({ tf: await import('@tensorflow/tfjs'), name: 'cpu', adapter: null }),
  tensorflow: loadTensorFlow,
  'tensorflow-gpu': loadTensorFlowForGpu,
  webgpu: registerWebGpu,
};

/** Names a backend that can be registered. */
export type TfjsBackend = keyof typeof registrations;

/** Starts a backend, or gives the one that has started. Throws an Error with the reason where it cannot. */
export async function startBackend(backend: TfjsBackend): Promise<Backend> {
  const registered = await registrations[backend]();
  const { tf, name } = registered;
  // Else it advises on the console to take another backend.
  tf.enableProdMode();
  // It tells by `false` that a backend does not start, and would compute on the next best one.
  const kernels = (await tf.setBackend(name)) ? tf.findBackend(name) : null;
  if (kernels === null) {
    throw new Error(`TensorFlow.js does not start its backend ${name}: ${await reasonOf(tf, name)}`);
  }
  return { ...registered, kernels };
}

/** In the words of the backend's factory, which TensorFlow.js keeps to itself. */
async function reasonOf(tf: Tfjs, name: string): Promise<string> {
  try {
    await tf.findBackendFactory(name)();
    return 'it gives no reason';
  } catch (error) {
    return messageOf(error);
  }
}
